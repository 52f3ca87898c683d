"""The one hook that every effect on the outside world passes."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Literal, Protocol, TypeVar

T = TypeVar("T")
Effect = Literal["read", "write", "commit", "send", "acknowledge", "poll", "offset-commit"]


class Lock(Protocol):
    """What `threading.Lock` offers and the chassis needs."""

    def acquire(self) -> bool: ...
    def release(self) -> None: ...
    def __enter__(self) -> bool: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Effects(Protocol):
    """Carries out effects. The plain one just does; a simulator may crash before or after, delay, or lose the answer.

    `effect` is the kind, `where` names the place (`store.append`, `relay.send`), `action` does it.
    """

    def perform(self, effect: Effect, where: str, action: Callable[[], T]) -> T: ...

    def lock(self) -> Lock:
        """A lock that may be held while an effect is carried out: whoever may switch to others at an effect has to
        know who waits for whom.
        """
        ...


class DirectEffects:
    """Effects that simply happen."""

    def perform(self, effect: Effect, where: str, action: Callable[[], T]) -> T:  # noqa: ARG002 - named for simulators
        return action()

    def lock(self) -> Lock:
        return threading.Lock()
