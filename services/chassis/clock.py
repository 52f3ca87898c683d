"""Where time and new identifiers come from. Injected, so that a simulator owns both."""

import uuid
from datetime import UTC, datetime
from typing import Final, Protocol

import uuid6

NAMESPACE: Final = uuid.UUID("6f1c2c1e-6a55-5d0e-9a0b-2f7f5d1c8e11")
"""Namespace of the UUIDv5 ids that are derived rather than drawn."""


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
    """Ids that follow from a cause: the n-th id drawn is UUIDv5(cause, purpose, n), the same in every run."""

    def __init__(self, cause: str, purpose: str) -> None:
        self._cause, self._purpose, self._drawn = cause, purpose, 0

    def new(self) -> str:
        self._drawn += 1
        return derived_id(self._cause, self._purpose, str(self._drawn))


def derived_id(*parts: str) -> str:
    """UUIDv5 over the parts; the same parts give the same id everywhere."""
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(parts)))


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
