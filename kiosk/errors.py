"""The hub's own errors, beside those of the business.

MaruError
└── Conflict
    └── NoDesk          409   desk.none       a member of staff without a counter calls a number
"""

from branch.errors import Conflict


class NoDesk(Conflict):
    """Numbers are called from a desk, and this person has none."""

    code = "desk.none"
    message = "맡으신 창구가 없어요. 관리자에게 창구를 정해 달라고 해 주세요."
