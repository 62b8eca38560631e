"""Every pair of colours that the screens lay on one another, read from the tokens, keeps its contrast."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[1] / "web/client/src/styles/tokens.css"

# Text on ground, as the style sheets use them. Large: 24 px and more, or shapes (WCAG 2.2, 1.4.3 and 1.4.11).
TEXT_PAIRS = [
    ("ink", "paper"),
    ("ink", "paper-lit"),
    ("ink", "paper-shade"),
    ("ink", "floor"),
    ("ink", "floor-deep"),
    ("ink", "celadon"),
    ("ink", "celadon-pale"),
    ("ink", "indigo-pale"),
    ("ink", "persimmon-pale"),
    ("mute", "paper"),
    ("mute", "paper-lit"),
    ("mute", "paper-shade"),
    ("mute", "celadon-pale"),
    ("mute", "indigo-pale"),
    ("mute", "persimmon-pale"),
    ("floor-ink", "floor"),
    ("floor-ink", "floor-deep"),
    ("floor-ink", "paper-lit"),
    ("pine", "paper"),
    ("pine", "paper-lit"),
    ("indigo", "paper"),
    ("indigo", "paper-lit"),
    ("persimmon-deep", "paper"),
    ("persimmon-deep", "paper-lit"),
    ("persimmon-deep", "persimmon-pale"),
    ("white", "pine"),
    ("white", "pine-deep"),
    ("white", "indigo"),
    ("white", "indigo-deep"),
    ("white", "persimmon"),
    ("white", "persimmon-deep"),
    ("paper", "ink"),
    ("paper", "night"),
]
LARGE_PAIRS = [
    ("persimmon", "paper"),
    ("persimmon", "paper-lit"),
    ("wood", "paper"),
    ("wood", "paper-lit"),
    ("wood", "floor"),
    ("white", "wood"),
]


def read_tokens() -> dict[str, str]:
    """The hexadecimal tokens of `:root`."""
    return hexadecimals(block(":root"))


def read_high_contrast() -> dict[str, str]:
    """The tokens of `:root` with those of the high-contrast mode over them."""
    return read_tokens() | hexadecimals(block(':root[data-contrast="high"]'))


def block(selector: str) -> str:
    sheet = TOKENS.read_text(encoding="utf-8")
    found = re.search(re.escape(selector) + r" \{(.*?)\n\}", sheet, re.DOTALL)
    assert found, f"tokens.css has no block {selector}"
    return found.group(1)


def hexadecimals(text: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9A-Fa-f]{6});", text))


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, definition of relative luminance)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio, 1 to 21."""
    brighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def test_the_measure_itself_knows_black_on_white() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)


@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_keeps_four_and_a_half(text: str, ground: str) -> None:
    tokens = read_tokens()
    ratio = contrast(tokens[text], tokens[ground])
    assert ratio >= 4.5, f"{text} on {ground}: {ratio:.2f}"


@pytest.mark.parametrize(("text", "ground"), LARGE_PAIRS)
def test_large_text_and_shapes_keep_three(text: str, ground: str) -> None:
    tokens = read_tokens()
    ratio = contrast(tokens[text], tokens[ground])
    assert ratio >= 3.0, f"{text} on {ground}: {ratio:.2f}"


@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS + LARGE_PAIRS)
def test_high_contrast_keeps_seven(text: str, ground: str) -> None:
    tokens = read_high_contrast()
    ratio = contrast(tokens[text], tokens[ground])
    assert ratio >= 7.0, f"{text} on {ground}: {ratio:.2f}"


def test_the_look_is_the_agreed_one() -> None:
    agreed = {
        "paper": "#FBF7EF",
        "ink": "#1F1B16",
        "pine": "#1E5A48",
        "persimmon": "#C8501F",
        "indigo": "#27406B",
        "wood": "#A86B36",
        "celadon": "#A9C7BD",
        "mute": "#6A6255",
        "night": "#14181A",
    }
    tokens = read_tokens()
    assert {name: tokens[name] for name in agreed} == agreed
