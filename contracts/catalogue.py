"""All published event types, found by name and version, and how old versions are lifted to the newest."""

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, Final

from contracts import consultation, grants, matching, registration
from contracts.envelope import Envelope
from contracts.event import Event

SERVICES: Final = ("registration", "matching", "consultation", "grants")
Upcaster = Callable[[Mapping[str, Any]], dict[str, Any]]


class UnknownEventError(LookupError):
    """No such event type, or no such version of it, is published."""


class Catalogue:
    """A set of event schemas with the upcasters between their versions (`(type, from version)`, pure dict -> dict)."""

    def __init__(self, events: tuple[type[Event], ...], upcasters: Mapping[tuple[str, int], Upcaster]) -> None:
        self.events: Final = events
        self._by_key: Final = {(event.TYPE, event.VERSION): event for event in events}
        self._latest: Final[dict[str, int]] = {}
        self._upcasters: Final = dict(upcasters)
        if len(self._by_key) != len(events):
            raise ValueError("two schemas have one type and version")
        for event in events:
            self._latest[event.TYPE] = max(event.VERSION, self._latest.get(event.TYPE, 0))
        for event_type, latest in self._latest.items():
            for version in range(1, latest):
                if (event_type, version) not in self._by_key or (event_type, version) not in self._upcasters:
                    raise ValueError(f"{event_type}: version {version} needs its schema and an upcaster")

    def knows(self, event_type: str, version: int) -> bool:
        return (event_type, version) in self._by_key

    def schema(self, event_type: str, version: int) -> type[Event]:
        """The schema class of one version.

        Raises:
            UnknownEventError: it is not published.
        """
        try:
            return self._by_key[event_type, version]
        except KeyError:
            raise UnknownEventError(f"{event_type} v{version} is not in the catalogue") from None

    def latest_version(self, event_type: str) -> int:
        return self._latest[event_type]

    def lifted(self, event_type: str, version: int, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """`data` as the newest version of its type has it; the very same object when it is the newest already.

        Raises:
            UnknownEventError: this version is not published.
        """
        if (event_type, version) not in self._by_key:
            raise UnknownEventError(f"{event_type} v{version} is not in the catalogue")
        while version < self._latest[event_type]:
            data = self._upcasters[event_type, version](data)
            version += 1
        return data

    def current(self, envelope: Envelope) -> Envelope:
        """The envelope with its data in the newest version; the very same object when they are that already."""
        data = self.lifted(envelope.type, envelope.schema_version, envelope.data)
        if data is envelope.data:
            return envelope
        return Envelope(**{**envelope.content(), "data": data}, hash=envelope.hash)


def _events(module: ModuleType) -> tuple[type[Event], ...]:
    found = (value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Event))
    return tuple(event for event in found if event.TYPE and event.__module__ == module.__name__)


EVENTS: Final = tuple(event for module in (registration, matching, consultation, grants) for event in _events(module))


def _unplaced_with_nothing_computed(data: Mapping[str, Any]) -> dict[str, Any]:
    """Version 1 said the reason alone."""
    return {**data, "worth": None, "short_by": None, "changes": []}


_OF_RUN: Final = ("planner", "planner_version", "input_digest")
_UNRECORDED: Final = (
    "run_id", "weights", "seed", "status", "must", "must_bound", "value", "value_bound", "breaks", "breaks_bound",
)  # fmt: skip


def _drafted_by_a_run_hardly_recorded(data: Mapping[str, Any]) -> dict[str, Any]:
    """Version 1 named the planner and its input."""
    run = {**dict.fromkeys(_UNRECORDED), **{name: data[name] for name in _OF_RUN}, "solvers": []}
    return {**{name: value for name, value in data.items() if name not in _OF_RUN}, "run": run}


def _revised_by_a_run_not_recorded(data: Mapping[str, Any]) -> dict[str, Any]:
    """Version 1 said nothing of the run."""
    return {**data, "run": None}


UPCASTERS: Final[Mapping[tuple[str, int], Upcaster]] = {
    ("matching.timetable-drafted", 1): _drafted_by_a_run_hardly_recorded,
    ("matching.timetable-revised", 1): _revised_by_a_run_not_recorded,
    ("matching.request-left-unplaced", 1): _unplaced_with_nothing_computed,
}
CATALOGUE: Final = Catalogue(EVENTS, UPCASTERS)
