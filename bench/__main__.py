"""`python -m bench [PREFIX]`: run the lines whose name begins so and print one JSON object for each."""

import sys
from collections.abc import Callable

from bench import branch_soak, calls, failover, join, media, queue, soak, tickets
from bench.line import Line, say

LINES: dict[str, Callable[[], Line]] = {
    **media.LINES,
    **soak.LINES,
    **failover.LINES,
    **join.LINES,
    **tickets.LINES,
    **queue.LINES,
    **calls.LINES,
    **branch_soak.LINES,
}


def main(prefix: str = "") -> int:
    """Run what is asked for; 1 when nothing has that name or a line could not be measured."""
    chosen = {name: measure for name, measure in LINES.items() if name.startswith(prefix)}
    if not chosen:
        print(f"no line begins with {prefix}; there are {', '.join(LINES)}", file=sys.stderr)
        return 1
    failed = 0
    for name, measure in chosen.items():
        try:
            say(measure())
        except Exception as error:
            failed = 1
            print(f"{name}: not measured: {str(error) or type(error).__name__}", file=sys.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
