"""Do some of the next things while the first is waited for."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

AT_ONCE = 2
"""Of many answers: one's words are laid out while the processors run the other's passes."""
Item = TypeVar("Item")
Found = TypeVar("Found")


def each_ahead(do: Callable[[Item], Found], items: Iterable[Item]) -> Generator[Found, None, None]:
    """Yield what `do` makes of each item, in their order, `AT_ONCE` of them in threads.

    One item more than that is taken before the first is given back. What `do` raises comes when its
    turn has come, what the items raise when it is raised.
    """
    pool = ThreadPoolExecutor(AT_ONCE)
    waiting: deque[Future[Found]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(do, item))
            if len(waiting) > AT_ONCE:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
