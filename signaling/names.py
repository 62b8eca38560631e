"""Names that a branch gives its places in Korean, as a reader of another language would look for them."""

import re

from flask_babel import force_locale, gettext

# Spelled by its name, since a Korean string in the code is a text to be translated.
NUMBERED = re.compile(r"(\d+)\N{HANGUL SYLLABLE BEON} ")


def desk_name(name: str, language: str) -> str:
    """A desk as its reader finds it: by the whole name in Korean, else by the number that stands on its sign."""
    numbered = NUMBERED.match(name)
    if language == "ko" or numbered is None:
        return name
    with force_locale(language):
        return str(gettext("%(number)s번 창구", number=numbered[1]))
