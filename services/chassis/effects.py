"""The one hook that every effect on the outside world passes."""

from collections.abc import Callable
from typing import Literal, Protocol, TypeVar

T = TypeVar("T")
Effect = Literal["read", "write", "commit", "send", "acknowledge", "poll", "offset-commit"]


class Effects(Protocol):
    """Carries out effects. The plain one just does; a simulator may crash before or after, delay, or lose the answer.

    `effect` is the kind, `where` names the place (`store.append`, `relay.send`), `action` does it.
    """

    def perform(self, effect: Effect, where: str, action: Callable[[], T]) -> T: ...


class DirectEffects:
    """Effects that simply happen."""

    def perform(self, effect: Effect, where: str, action: Callable[[], T]) -> T:  # noqa: ARG002 - named for simulators
        return action()
