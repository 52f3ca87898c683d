"""Taking turns at a stream that many want to move at once."""

from collections.abc import Callable
from typing import Final
from zlib import crc32

from services.chassis.effects import Lock

STRIPES: Final = 64


class Turns:
    """One lock for each of a few groups of streams, in this process.

    Commands decide without waiting for each other. Only one that lost a race takes its turn before it decides again:
    otherwise those that lost would go on making each other lose. Two streams may share a lock; that costs a wait,
    nothing else. Other processes are not waited for.
    """

    def __init__(self, lock: Callable[[], Lock]) -> None:
        self._locks: Final = tuple(lock() for _ in range(STRIPES))

    def at(self, stream_id: str) -> Lock:
        """The lock for a stream."""
        return self._locks[crc32(stream_id.encode()) % STRIPES]
