"""Names as their reader looks for them: of languages in their own, of a branch's places where these are named in Korean."""

import re

from flask_babel import force_locale, gettext

LANGUAGE_NAMES = {
    "ko": "한국어",
    "en": "English",
    "zh": "中文",
    "ja": "日本語",
    "vi": "Tiếng Việt",
    "th": "ไทย",
    "fil": "Filipino",
    "ne": "नेपाली",
}
# Spelled by its name, since a Korean string in the code is a text to be translated.
NUMBERED = re.compile(r"(\d+)\N{HANGUL SYLLABLE BEON} ")


def desk_name(name: str, language: str) -> str:
    """A desk as its reader finds it: by the whole name in Korean, else by the number that stands on its sign."""
    numbered = NUMBERED.match(name)
    if language == "ko" or numbered is None:
        return name
    with force_locale(language):
        return str(gettext("%(number)s번 창구", number=numbered[1]))
