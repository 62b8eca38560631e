"""The hub's own errors, beside those of the business.

MaruError
├── Conflict
│   └── NoDesk          409   desk.none       a member of staff without a counter calls a number
└── Gone
    └── LeafPassOver    410   leaf.pass_over  somebody hangs a leaf after the goodbye page's time
"""

from branch.errors import Conflict, Gone


class NoDesk(Conflict):
    """Numbers are called from a desk, and this person has none."""

    code = "desk.none"
    message = "맡으신 창구가 없어요. 관리자에게 창구를 정해 달라고 해 주세요."


class LeafPassOver(Gone):
    """The pass belongs to the few minutes after a visit."""

    code = "leaf.pass_over"
    message = "잎을 달 시간이 지났어요. 다음에 오시면 또 달아 주세요."
