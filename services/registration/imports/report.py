"""What became of an import, told without quoting a single cell."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from services.chassis.tabular import RowProblem
from services.registration.imports.columns import Kind

MOST_PROBLEMS: Final = 1_000


@dataclass(frozen=True)
class Report:
    """`rows` = `accepted` + `refused`; the accepted ones are in only if `stored`.

    `events` 0 with `stored`: everything was on record already. `unlisted` problems are counted only. `unused` names
    columns that held values which are not recorded.
    """

    kind: Kind
    rows: int
    accepted: int
    refused: int
    events: int
    stored: bool
    problems: tuple[RowProblem, ...]
    unlisted: int = 0
    unused: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "rows": self.rows,
            "accepted": self.accepted,
            "refused": self.refused,
            "events": self.events,
            "stored": self.stored,
            "problems": [problem.as_json() for problem in self.problems],
            "unlisted": self.unlisted,
            "unused": list(self.unused),
        }


def listed(problems: Iterable[RowProblem]) -> tuple[tuple[RowProblem, ...], int]:
    """The problems in the order of the file, as many as a report holds, and how many more there are."""
    ordered = sorted(problems, key=lambda one: (one.row or 0, len(one.column or ""), one.column or "", one.rule))
    return tuple(ordered[:MOST_PROBLEMS]), max(0, len(ordered) - MOST_PROBLEMS)
