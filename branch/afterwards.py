"""What a transaction has to say once it commits, to the bus and to the centre; what a savepoint took back is not said."""

from dataclasses import dataclass, field

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from branch.bus import Fact
from branch.statements import Values


@dataclass
class Afterwards:
    """Of one session: `facts` in the order in which they happened, `upward` rows of the outbox that have no number yet."""

    facts: list[Fact] = field(default_factory=list)
    upward: list[Values] = field(default_factory=list)
    _savepoints: dict[SessionTransaction, tuple[int, int]] = field(default_factory=dict)

    def mark(self, savepoint: SessionTransaction) -> None:
        """Remember what was to be said when the savepoint was made."""
        self._savepoints[savepoint] = len(self.facts), len(self.upward)

    def take_back(self, savepoint: SessionTransaction) -> None:
        """The database forgets what happened since, so nobody hears of it."""
        facts, upward = self._savepoints[savepoint]
        del self.facts[facts:], self.upward[upward:]


def afterwards(session: Session) -> Afterwards:
    """The session's own."""
    found: Afterwards | None = session.info.get("afterwards")
    if found is None:
        found = session.info["afterwards"] = Afterwards()
    return found


def follow_savepoints(maker: sessionmaker[Session]) -> None:
    """Let every session of the maker forget what its savepoints forget."""

    @event.listens_for(maker, "after_transaction_create")
    def made(session: Session, transaction: SessionTransaction) -> None:
        if transaction.nested:
            afterwards(session).mark(transaction)

    @event.listens_for(maker, "after_soft_rollback")
    def rolled_back(session: Session, transaction: SessionTransaction) -> None:
        if transaction.nested:
            afterwards(session).take_back(transaction)
