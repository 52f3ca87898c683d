"""Figures, and the ledger that counts the events behind each in the logs of the services."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.rehearsal.client import Json, with_query
from services.rehearsal.scene import AUDITOR, Scene


@dataclass(frozen=True)
class Figure:
    """One line. `label` is a key of the texts, or (`plain`) a name as it is; `url` shows the `events` behind it.

    `synthetic`: made up, wholly or in part.
    """

    label: str
    value: str
    events: int
    url: str
    synthetic: bool
    plain: bool = False
    depth: int = 0


@dataclass(frozen=True)
class Section:
    title: str
    figures: tuple[Figure, ...]
    plain: bool = False


class Ledger:
    """Counts events in the services' logs, as an auditor sees them."""

    def __init__(self, scene: Scene) -> None:
        self._scene: Final = scene
        self._known: Final[dict[tuple[str, bool], list[Json]]] = {}

    def url(self, event_type: str, *, of_fair: bool = True, where: str | None = None) -> str:
        """Where the events of a type (whose data say so) are shown."""
        return self._scene.client.url + self._path(event_type, of_fair, where)

    def count(self, event_type: str, *, of_fair: bool = True, where: str | None = None) -> int:
        """How many events of a type there are (whose data say so): the total at their address."""
        service = event_type.partition(".")[0]
        return self._scene.client.total(AUDITOR, f"/{service}/events", **self._query(event_type, of_fair, where))

    def events(self, event_type: str, *, of_fair: bool = True) -> list[Json]:
        """The events of a type, read once."""
        key = (event_type, of_fair)
        if key not in self._known:
            service = event_type.partition(".")[0]
            query = self._query(event_type, of_fair, None)
            self._known[key] = self._scene.client.every(AUDITOR, f"/{service}/events", **query)
        return self._known[key]

    def figure(
        self, label: str, value: Any, event_type: str, *, synthetic: bool = True, of_fair: bool = True,
        where: str | None = None, plain: bool = False, depth: int = 0,
    ) -> Figure:  # fmt: skip
        """A figure and the events of a type (whose data say so) behind it."""
        shown = f"{value:,}" if isinstance(value, int) else str(value)
        events = self.count(event_type, of_fair=of_fair, where=where)
        url = self.url(event_type, of_fair=of_fair, where=where)
        return Figure(label, shown, events, url, synthetic, plain, depth)

    def tallied(self, tally: Mapping[str, int], event_type: str, field: str, *, synthetic: bool = True) -> list[Figure]:
        """One figure for each value of a field, and the events whose data say so."""
        return [
            self.figure(f"{field}.{value}", number, event_type, synthetic=synthetic, where=says(field, value), depth=1)
            for value, number in sorted(tally.items(), key=lambda pair: (-pair[1], pair[0]))
        ]

    def _path(self, event_type: str, of_fair: bool, where: str | None) -> str:
        return with_query(f"/{event_type.partition('.')[0]}/events", self._query(event_type, of_fair, where))

    def _query(self, event_type: str, of_fair: bool, where: str | None) -> dict[str, Any]:
        fair_id = self._scene.records.fair_id if of_fair else None
        return {"type": event_type, "fair_id": fair_id, "where": where}


def says(field: str, value: Any) -> str:
    """The filter for events whose data have this value."""
    return f"{field}:{str(value).lower() if isinstance(value, bool) else value}"
