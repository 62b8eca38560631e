"""How a number is read aloud: A-012 at the third desk is "에이, 십이 번 손님. 삼 번 창구로 오세요."

What is heard is what stands on the paper: the letter by its name and the number without its zeros, so that nobody looks
for another letter or listens for a zero. A number of a line is counted in Sino-Korean (십이 번); 열두 번 would be twelve
times. After the letter comes a breath, since 이 is both the letter E and the number two: 이, 십이 is no 이십이.
"""

from dataclasses import dataclass

from branch.content.display import Spoken
from kiosk.announcements.korean import in_words, with_particles


@dataclass(frozen=True)
class Phrases:
    """A call in one language: the two halves that are spoken, and what is shown with them."""

    number: str
    desk: str
    caption: str


def phrases(content: Spoken, language: str, letter: str, serial: int, desk: str) -> Phrases:
    """What is said and shown when a number is called to a desk, whose name is in that language."""
    named = {"letter": content.letters.get(letter, letter), "number": str(serial), "desk": desk}
    number, place = content.number.format(**named), content.desk.format(**named)
    caption = content.caption.format(**named | {"letter": letter, "number": f"{letter}-{serial:03d}"})
    if language != "ko":
        return Phrases(number, place, caption)
    return Phrases(with_particles(in_words(number)), with_particles(in_words(place)), with_particles(caption))
