"""Rotates the keys of a home in processes of their own, each killed one step later than the last.

Run as `python rotating_keys.py PEOPLE` with EVENHAND_HOME set. Stages so many people first, as
`tests.load.stage` does, what some of them volunteered, and replies of judges on the disk; begins
when it is sent a line. A step is a statement that the database has answered, or a file that is on
the disk and about to be put in place: of keys, or a reply. The processes are killed by SIGKILL
after one step, after two and so on, until one comes to its end before that. Prints how many were
killed.
"""

from __future__ import annotations

import os
import signal
import sys
from decimal import Decimal
from typing import Any

from tests.load import stage

from evenhand.judges.llm.caching import CacheKey, Kept
from evenhand.judges.llm.values import Spared, Tokens

BATCH = 3
APART = 4


def rotate_to_step(last: int) -> None:
    """Rotate as `evenhand keys rotate` does, and be killed after this many steps."""
    from django.db import connection
    from django.utils import timezone

    from evenhand.hiring.at_rest import services

    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def answered(execute: Any, *given: Any) -> Any:
        found = execute(*given)
        step()
        return found

    def placing(event: str, args: tuple[Any, ...]) -> None:
        if event == "os.rename" and str(args[1]).endswith(("answer-keys", ".json")):
            step()

    services._BATCH = BATCH  # type: ignore[misc]
    sys.addaudithook(placing)
    with connection.execute_wrapper(answered):
        services.rotate(timezone.now())


def main(people: int) -> None:
    """Kill one process after the other; none of them shares a connection with another."""
    stage.main(people)
    sys.stdout.flush()
    stage_apart()
    from django.db import connections

    connections.close_all()
    sys.stdin.readline()
    last = 1
    while (code := run_to_step(last)) == -signal.SIGKILL:
        last += 1
    print(last - 1)
    sys.exit(code)


def stage_apart() -> None:
    """Keep what hangs on no sitting: groups that were volunteered, and what judges replied."""
    from evenhand.hiring.judging.queries import replies_of
    from evenhand.hiring.models import Organisation, Volunteered

    (organisation,) = Organisation.objects.values_list("pk", flat=True)
    for number in range(APART):
        Volunteered.objects.create(key=str(number), told={"sex": f"Group {number}"})
        key = CacheKey(f"{number:064x}", "b" * 64, "c" * 64, "draw0")
        spared = Spared("call", Tokens(1, 0, 1), Decimal(1))
        replies_of(organisation).put(key, Kept(f"Words {number}", spared))


def run_to_step(last: int) -> int:
    """Rotate in a process of its own; returns its exit code, negative for the signal."""
    process = os.fork()
    if process == 0:
        try:
            rotate_to_step(last)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


if __name__ == "__main__":
    main(int(sys.argv[1]))
