"""Korean as it is spoken: numbers in words, and particles that follow the sound before them."""

import re

DIGITS = "영일이삼사오육칠팔구"
PLACES = ((1000, "천"), (100, "백"), (10, "십"))
MYRIAD = 10_000

PARTICLE = re.compile(r"(\S)\(으\)로")
FIGURES = re.compile(r"(\d+)(번)?")
FIRST_SYLLABLE, LAST_SYLLABLE, FINALS, RIEUL = ord("가"), ord("힣"), 28, 8


def sino_korean(number: int) -> str:
    """A number from 0 to 99,999,999 as it is counted in Sino-Korean: 12 is 십이, 110 is 백십, 10,001 is 만일."""
    if number == 0:
        return DIGITS[0]
    many, rest = divmod(number, MYRIAD)
    if many:
        return ("" if many == 1 else sino_korean(many)) + "만" + (sino_korean(rest) if rest else "")
    read = ""
    for value, name in PLACES:
        count, rest = divmod(rest, value)
        # A single ten, hundred or thousand goes without its one.
        read += {0: "", 1: name}.get(count, DIGITS[count] + name)
    return read + (DIGITS[rest] if rest else "")


def in_words(sentence: str) -> str:
    """A Korean sentence with its figures in words; the counter 번 stands apart, as it is written."""
    return FIGURES.sub(lambda found: sino_korean(int(found[1])) + (" 번" if found[2] else ""), sentence)


def with_particles(sentence: str) -> str:
    """(으)로 as the sound before it asks: 창구로, 상담석으로, 교실로; figures are heard as they are read."""
    return PARTICLE.sub(lambda found: found[1] + ("으로" if _closes(found[1]) else "로"), sentence)


def _closes(character: str) -> bool:
    """Whether the character ends in a consonant other than ㄹ (Unicode, 3.12, Hangul syllable decomposition)."""
    syllable = DIGITS[int(character)] if character.isdecimal() and character.isascii() else character
    if not FIRST_SYLLABLE <= ord(syllable) <= LAST_SYLLABLE:
        return False
    return (ord(syllable) - FIRST_SYLLABLE) % FINALS not in {0, RIEUL}
