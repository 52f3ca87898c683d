"""A run in full, as text: the problem, the plan, what was claimed of it. What an auditor checks again."""

import base64
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from services.matching.timetable.plan import Reason, Seat
from services.matching.timetable.problem import Fixed, Problem, from_json, to_json

PART: Final = 600_000
"""Characters of one part: an event with it stays well below what the bus takes."""


@dataclass(frozen=True)
class Record:
    """What a run was given and what it gave."""

    problem: Problem
    placements: Mapping[str, Seat]
    unplaced: Mapping[str, Reason]


def to_text(record: Record) -> dict[str, Any]:
    """The record as JSON. `tables` are those of fixed meetings, which the instance's own format does not know."""
    return {
        "instance": to_json(record.problem),
        "tables": {fixed.request: fixed.table for fixed in record.problem.fixed if fixed.table is not None},
        "placements": {request_id: [seat.slot, seat.table] for request_id, seat in record.placements.items()},
        "unplaced": dict(record.unplaced),
    }


def from_text(value: Mapping[str, Any]) -> Record:
    """The record of such JSON.

    Raises:
        ValueError: the instance contradicts itself, or a table is fixed that belongs to no fixed meeting.
        KeyError, TypeError: something is missing or of another kind.
    """
    problem = from_json(value["instance"])
    tables = value["tables"]
    if not set(tables) <= {fixed.request for fixed in problem.fixed}:
        raise ValueError("a table is given for a meeting that is not fixed")
    fixed = tuple(Fixed(kept.request, kept.slot, tables.get(kept.request)) for kept in problem.fixed)
    placements = {request_id: Seat(slot, table) for request_id, (slot, table) in value["placements"].items()}
    return Record(replace(problem, fixed=fixed), placements, dict(value["unplaced"]))


def packed(record: Record) -> list[str]:
    """The record as base64 of compressed JSON, cut into parts."""
    plain = json.dumps(to_text(record), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    text = base64.b64encode(zlib.compress(plain, 9)).decode("ascii")
    return [text[start : start + PART] for start in range(0, len(text), PART)]


def unpacked(parts: Iterable[str]) -> dict[str, Any]:
    """The JSON of a record, from all its parts in order.

    Raises:
        ValueError: a part is missing or damaged.
    """
    try:
        value = json.loads(zlib.decompress(base64.b64decode("".join(parts), validate=True)))
    except (zlib.error, ValueError) as error:
        raise ValueError("the record is damaged or a part of it is missing") from error
    if not isinstance(value, dict):
        raise ValueError("the record is not an object")  # noqa: TRY004 - whoever reads it is told of one kind of error
    return value
