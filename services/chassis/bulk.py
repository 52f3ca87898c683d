"""Many commands in one transaction: what imports use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from contracts.rejection import Rejection
from services.chassis.access import Actor, ForbiddenError
from services.chassis.application import Application, ConflictError
from services.chassis.clock import instant
from services.chassis.refusals import Refusal
from services.chassis.service import NotFoundError
from services.chassis.store import ConcurrencyError
from services.chassis.unit import Context
from services.chassis.writing import Write

ATTEMPTS: Final = 4
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Bulk:
    """What became of the commands: how many were accepted, how many events were stored, and which were refused.

    `stored` is False when refusals kept everything out.
    """

    accepted: int
    events: int
    refused: tuple[tuple[int, Refusal], ...]
    stored: bool


def execute_all(
    application: Application, commands: Sequence[Any], actor: Actor, *,
    accept_valid: bool = False, progress: Progress = lambda _done, _all: None, address: str = "-",
) -> Bulk:  # fmt: skip
    """Decide all commands in order, each seeing what those before it did, and store them together.

    With a refusal nothing is stored, unless `accept_valid`: then everything but the refused ones is. Refusals are
    recorded either way.

    Raises:
        ConflictError: the streams kept moving.
    """
    for _ in range(ATTEMPTS):
        now = instant(application.clock.now())
        context = Context(actor, now, "bulk", application.ids.new())
        unit = application.unit(context)
        refused: list[tuple[int, Refusal]] = []
        refusals: list[dict[str, Any]] = []
        for index, command in enumerate(commands):
            named = replace(context, command=type(command).__name__)
            restore = unit.checkpoint()
            try:
                application.handle(unit, application.definition(command), command, named)
            except (Rejection, ForbiddenError, NotFoundError) as error:
                restore()
                refused.append((index, error))
                refusals.append(application.refusal(named, command, error))
            progress(index + 1, len(commands))
        if refused and not accept_valid:
            application.writer.commit(Write(refusals=refusals), "bulk.refused")
            return Bulk(len(commands) - len(refused), 0, tuple(refused), stored=False)
        events = unit.stamped(now)
        write = Write(
            events=events, bases=unit.bases(), guards=unit.guards(), entries=unit.entries, refusals=refusals,
            actor=actor.sub, role=actor.role, address=address, at=now,
        )  # fmt: skip
        try:
            application.commit(unit, write, "bulk")
        except ConcurrencyError:
            continue
        return Bulk(len(commands) - len(refused), len(events), tuple(refused), stored=True)
    raise ConflictError
