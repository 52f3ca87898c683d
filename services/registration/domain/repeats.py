"""Saying the same thing twice: no new event, no error. Saying something else under the same id: refused."""

from collections.abc import Mapping
from typing import Any

from contracts.event import NewEvent
from contracts.rejection import Rejection


def is_repeat(
    known: Mapping[str, Any] | None, event: NewEvent, thing: str, *, unseen: frozenset[str] = frozenset()
) -> bool:
    """Whether `event` only says again what is `known` (the data recorded under its id, None when nothing is).

    `unseen` names fields that cannot be compared: references into the vault are fresh every time.

    Raises:
        Rejection: other content is on record under this id.
    """
    if known is None:
        return False
    if all(known.get(field) == value for field, value in event.data.items() if field not in unseen):
        return True
    raise Rejection(
        f"{thing}.recorded-otherwise",
        f"A {thing} with this id is on record with other content.",
        "Use another id, or correct what is on record.",
    )
