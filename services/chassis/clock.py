"""Where time and new identifiers come from. Injected, so that a simulator owns both."""

from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Protocol

import uuid6

from contracts.identity import derived_id


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, with time zone UTC."""
        ...


class Ids(Protocol):
    def new(self) -> str:
        """A fresh UUIDv7."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class SystemIds:
    def new(self) -> str:
        return str(uuid6.uuid7())


class DerivedIds:
    """Ids that follow from a cause: the n-th id drawn is UUIDv5(cause, purpose, n), the same in every run.

    `used` ones are passed over.
    """

    def __init__(self, cause: str, purpose: str, used: AbstractSet[str] = frozenset()) -> None:
        self._cause, self._purpose, self._drawn, self._used = cause, purpose, 0, used

    def new(self) -> str:
        while True:
            self._drawn += 1
            drawn = derived_id(self._cause, self._purpose, str(self._drawn))
            if drawn not in self._used:
                return drawn


def instant(moment: datetime) -> str:
    """The contract's text of a moment: UTC, six decimals, `Z`.

    Raises:
        ValueError: the moment has no offset.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs an offset from UTC")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> datetime:
    """The moment of a contract's text."""
    return datetime.fromisoformat(text)
