"""How the tree is drawn: boughs that fork always the same way, and a place on a twig for each leaf.

The drawing is a square of 1,000 units with the foot of the trunk at FOOT. Nothing here is by chance: where nature would
throw dice, the fractions of multiples of the golden ratio stand in (they spread evenly: H. Weyl, 1916), so that every screen
draws the same tree and a leaf stays where it was hung.
"""

import math
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import NamedTuple

GOLDEN = (math.sqrt(5) - 1) / 2
FOOT = (500.0, 930.0)
TRUNK = (230.0, 78.0)  # length and thickness
LEAN = 7.0  # degrees to the right, so that the crown stands over the foot
# For each fork after the trunk: how many boughs, how far they spread in degrees, and how long they are to the one before.
FORKS = ((4, 118.0, 0.80), (3, 74.0, 0.70), (3, 80.0, 0.74), (2, 66.0, 0.80))
THINNER = 0.56
LEAVES_ALONG = (1.0, 0.8, 0.58, 0.36, 0.14)  # where on a twig leaves grow, the tip first
SMALLEST, GROWN_WITH = 0.66, 200  # the young tree's size to the grown one's, and the leaves it takes


class Place(NamedTuple):
    """Where a leaf hangs, and how it is turned, in degrees clockwise."""

    x: float
    y: float
    turn: float


@dataclass(frozen=True)
class Drawing:
    """The wood as the data of one SVG path (SVG 2, chapter 9), and the places of leaves in the order they are taken."""

    wood: str
    places: tuple[Place, ...]

    def place(self, serial: int) -> Place:
        """The place of the season's leaf of that number; a full tree begins again where its oldest leaf hung."""
        return self.places[serial % len(self.places)]


def size(leaves: int) -> float:
    """How large the tree has grown with so many leaves, 1 for a grown one."""
    return SMALLEST + (1 - SMALLEST) * math.sqrt(min(1.0, leaves / GROWN_WITH))


@cache
def drawing() -> Drawing:
    """The one drawing."""
    grower = _Grower()
    grower.grow(FOOT, LEAN, TRUNK, FORKS)
    # In the order they grew, neighbours are near each other; taken in golden steps, any number of them is spread evenly.
    order = sorted(range(len(grower.places)), key=lambda index: (index * GOLDEN) % 1)
    return Drawing("".join(grower.wood), tuple(grower.places[index] for index in order))


class _Grower:
    def __init__(self) -> None:
        self.wood: list[str] = []
        self.places: list[Place] = []
        self._steps = count(1)

    def grow(
        self,
        start: tuple[float, float],
        lean: float,
        measure: tuple[float, float],
        forks: tuple[tuple[int, float, float], ...],
    ) -> None:
        """One bough from `start`, leaning so many degrees to the right, and everything that forks from it."""
        length, width = measure
        bough = _Bough.bent(start, lean, length, self._whim() * 0.16)
        self.wood.append(bough.outline(width, width * THINNER))
        if not forks:
            self._leaf_out(bough)
            return
        (boughs, spread, shorter), *further = forks
        for index in range(boughs):
            turn = spread * (index / (boughs - 1) - 0.5) + self._whim() * 9
            reach = length * shorter * (1 + self._whim() * 0.14)
            # A bough that hangs would drop its leaves on whoever stands beneath: it rises again a little.
            self.grow(bough.end, (lean + turn) * 0.9, (reach, width * THINNER), tuple(further))

    def _leaf_out(self, bough: "_Bough") -> None:
        for index, along in enumerate(LEAVES_ALONG):
            x, y = bough.at(along)
            side = (index % 2 * 2 - 1) * 52 if index else 0
            self.places.append(
                Place(round(x, 1), round(y, 1), round(bough.lean + side + self._whim() * 14, 1))
            )

    def _whim(self) -> float:
        """From -1 to 1, another at each step."""
        return (next(self._steps) * GOLDEN) % 1 * 2 - 1


@dataclass(frozen=True)
class _Bough:
    """A bent line from `start` to `end`; `lean` is where it points, in degrees from upright."""

    start: tuple[float, float]
    bend: tuple[float, float]
    end: tuple[float, float]
    lean: float

    @classmethod
    def bent(cls, start: tuple[float, float], lean: float, length: float, bow: float) -> "_Bough":
        """A bough of that length; `bow` says how far its middle leaves the straight line."""
        right, up = math.sin(math.radians(lean)), -math.cos(math.radians(lean))
        end = (start[0] + right * length, start[1] + up * length)
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        return cls(start, (middle[0] - up * length * bow, middle[1] + right * length * bow), end, lean)

    def at(self, share: float) -> tuple[float, float]:
        """The point at a share of its way, on the quadratic Bézier curve."""
        before, bending, after = (1 - share) ** 2, 2 * share * (1 - share), share**2
        x, y = (
            before * self.start[side] + bending * self.bend[side] + after * self.end[side] for side in (0, 1)
        )
        return x, y

    def outline(self, thick: float, thin: float) -> str:
        """The bough as a closed path that gets thinner."""
        across, along = math.cos(math.radians(self.lean)), math.sin(math.radians(self.lean))

        def beside(point: tuple[float, float], by: float) -> str:
            return f"{point[0] + across * by:.1f} {point[1] + along * by:.1f}"

        half, end = thick / 2, thin / 2
        middle = (half + end) / 2
        return (
            f"M{beside(self.start, -half)}Q{beside(self.bend, -middle)} {beside(self.end, -end)}"
            f"L{beside(self.end, end)}Q{beside(self.bend, middle)} {beside(self.start, half)}Z"
        )
