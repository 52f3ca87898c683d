"""What clients ask of the services, with all that a retry has to repeat: commands, imports, looks into the vault."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import Table

from services.chassis.access import Actor

MARK = "secret-of-"
"""Every personal text of a run begins so: wherever else than encrypted it shows up, it should not be."""


@dataclass(frozen=True)
class Request:
    """One request to a service: a command, or what `erases`, `reads` or `imports` says.

    `kept` names the vault subject and the text that must be readable afterwards.
    """

    service: str
    command: Any
    actor: Actor
    occurred_at: str | None = None
    erases: str | None = None
    reads: str | None = None
    imports: tuple[Any, ...] = ()
    kept: tuple[str, str] | None = None

    def __str__(self) -> str:
        if self.erases:
            return f"erase {self.erases[:8]}"
        if self.reads:
            return f"read {self.reads[:8]} from the vault"
        if self.imports:
            return f"import {len(self.imports)} companies"
        shown = ", ".join(
            f"{name}={_short(getattr(self.command, name))}"
            for name in self.command.__dataclass_fields__
            if name != "fair_id" and getattr(self.command, name) not in (None, False, ())
        )
        return f"{type(self.command).__name__}({shown}) as {self.actor.sub}"


def _short(value: Any) -> str:
    if isinstance(value, str):
        return value[:8] if len(value) == 36 else value
    return str(value) if isinstance(value, int) else f"<{len(value)}>"


Look = Callable[..., Sequence[Any]]
"""`look(service, table, **equals)`: rows of a read model as some replica shows them; none when nobody answers."""


@dataclass(frozen=True)
class Asking:
    """What a choice of the workload has at hand."""

    chance: Random
    look: Look
    now: str
    name: str

    def some(self, service: str, table: Table, **equals: Any) -> Any | None:
        rows = self.look(service, table, **equals)
        return self.chance.choice(rows) if rows else None


Choice = Callable[[Asking], Request | None]


@dataclass(frozen=True)
class Act:
    """A part of the fair: the state it begins in (`prologue`, told after that of `after`), and what is asked in it."""

    name: str
    after: str | None
    begins_at: str
    prologue: Callable[[], Sequence[Request | str]]
    menu: Sequence[tuple[int, Choice]]

    def next(self, asking: Asking) -> Request | None:
        weights = [weight for weight, _ in self.menu]
        choice = asking.chance.choices([choice for _, choice in self.menu], weights)[0]
        return choice(asking)
