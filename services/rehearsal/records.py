"""Reads the files of a fair's folder, and gives every record the id under which the services know it."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from contracts.identity import derived_id, participation_id
from services.rehearsal.client import RehearsalError

FAIR_2023: Final = Path(__file__).parents[2] / "data" / "fair-2023"
Row = Mapping[str, str]
Rows = tuple[Row, ...]


@dataclass(frozen=True)
class Records:
    """The rows of each file by the file's name, and what `fair.json` says. Nothing here is changed or added to."""

    fair: Mapping[str, Any]
    files: Mapping[str, Rows]

    def __getitem__(self, file: str) -> Rows:
        return self.files[file]

    def by(self, file: str, column: str) -> dict[str, Row]:
        """The rows of a file by the value of a column."""
        return {row[column]: row for row in self.files[file]}

    def id(self, kind: str, external_id: str) -> str:
        """The id of a record: the same in every run."""
        return derived_id("rehearsal", str(self.fair["external_id"]), kind, external_id)

    @property
    def fair_id(self) -> str:
        return self.id("fair", str(self.fair["external_id"]))

    @property
    def facts(self) -> Mapping[str, Any]:
        return dict(self.fair["facts"])

    @property
    def assumptions(self) -> Mapping[str, Any]:
        return dict(self.fair["assumptions"])

    def at(self, milestone: str) -> str:
        """When a step took place, or is assumed to have."""
        return str(self.fair["assumptions"]["milestones"][f"{milestone}_at"])

    @cached_property
    def companies(self) -> dict[tuple[str, str], str]:
        """The company id by side and name."""
        return {
            (side, row["name"]): self.id("company", row["external_id"])
            for side in ("buyer", "sme")
            for row in self.files[f"{side}s"]
        }

    def company(self, side: str, name: str) -> str:
        return self.companies[side, name]

    def participation(self, side: str, name: str) -> str:
        return participation_id(self.fair_id, self.company(side, name), side)

    @cached_property
    def asked(self) -> dict[str, Row]:
        """Every request, made before or during the fair, by the id under which the services know it."""
        rows = (*self.files["requests"], *self.files["onsite"])
        return {self.id("request", row["external_id"]): row for row in rows}

    @cached_property
    def fates(self) -> dict[str, Row]:
        """What comes of a request that is placed, by the request's external id."""
        return self.by("day", "request")


def read(folder: Path = FAIR_2023) -> Records:
    """The records in a folder.

    Raises:
        RehearsalError: a file is missing or cannot be read.
    """
    try:
        fair = json.loads((folder / "fair.json").read_text(encoding="utf-8"))
        files = {path.stem: _rows(path) for path in sorted(folder.glob("*.csv"))}
        records = Records(fair, files)
        records.companies  # noqa: B018 - fails here, where it can be said which folder is incomplete
        records.asked  # noqa: B018 - likewise
    except (OSError, ValueError, KeyError) as error:
        raise RehearsalError(f"the data of the fair cannot be read from {folder.name}: {error}") from error
    return records


def listed(text: str) -> list[str]:
    """A cell that holds a list."""
    return [part for part in text.split(";") if part]


def flag(text: str) -> bool:
    """A cell that holds true or false."""
    return text == "true"


def _rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
