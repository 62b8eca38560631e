"""What can go wrong about a slip.

MaruError
├── Conflict
│   └── SlipsEnough       409   slip.enough            a visitor has had as many copies as a visitor may take
└── Gone
    └── SlipCodeOver      410   code.slip_over         the QR of a slip of another day, or of one that was printed anew
"""

from branch.errors import Conflict, Gone


class SlipsEnough(Conflict):
    code = "slip.enough"
    message = "종이는 두 번까지 다시 뽑을 수 있어요. 더 필요하시면 직원을 불러 주세요."


class SlipCodeOver(Gone):
    code = "code.slip_over"
    message = "이 번호표의 QR은 더 쓸 수 없어요. 새로 뽑은 번호표의 QR을 비추시거나 직원에게 말씀해 주세요."
