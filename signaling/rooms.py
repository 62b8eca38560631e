"""Names of the rooms that hints are sent to; a name is the same on every process."""

MANAGERS = "managers"  # all pages of managers


def visit(visit_id: str) -> str:
    """All pages of one visit."""
    return f"visit:{visit_id}"


def staff(staff_id: str, language: str | None = None) -> str:
    """All pages of one member of staff, or those in one language."""
    return f"staff:{staff_id}:{language}" if language else f"staff:{staff_id}"


def guest(guest_id: str) -> str:
    """All pages of one more person in a consult."""
    return f"guest:{guest_id}"


def hub(branch_id: str) -> str:
    """The hub of one branch."""
    return f"hub:{branch_id}"
