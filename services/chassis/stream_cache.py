"""The newest known state of streams, so that a command does not cost what its stream is long."""

import threading
from collections import OrderedDict
from typing import Any, Final

from services.chassis.store import Head


class StreamCache:
    """The newest known state of streams, by version. A hint, never the truth: loads read what came after it.

    Holds at most `size` streams, the least recently used go first. Safe between threads; states are immutable.
    """

    def __init__(self, size: int = 10_000) -> None:
        self._size: Final = size
        self._states: Final[OrderedDict[str, tuple[Head, Any]]] = OrderedDict()
        self._lock: Final = threading.Lock()

    def get(self, stream_id: str) -> tuple[Head, Any] | None:
        with self._lock:
            found = self._states.get(stream_id)
            if found is not None:
                self._states.move_to_end(stream_id)
            return found

    def put(self, stream_id: str, head: Head, state: Any) -> None:
        with self._lock:
            known = self._states.get(stream_id)
            if known is None or known[0].version < head.version:
                self._states[stream_id] = (head, state)
            self._states.move_to_end(stream_id)
            while len(self._states) > self._size:
                self._states.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._states.clear()


class UncommittedStates(StreamCache):
    """States as one open transaction sees them, over a cache that learns of them only when it is committed."""

    def __init__(self, committed: StreamCache) -> None:
        super().__init__()
        self._committed: Final = committed

    def get(self, stream_id: str) -> tuple[Head, Any] | None:
        return super().get(stream_id) or self._committed.get(stream_id)

    def hand_over(self) -> None:
        """Give all of them to the cache below; call it after the commit."""
        with self._lock:
            states = list(self._states.items())
        for stream_id, (head, state) in states:
            self._committed.put(stream_id, head, state)
