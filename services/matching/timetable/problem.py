"""What a planner is asked, in the terms and the JSON of the `fair-timetable/1` format."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

FORMAT: Final = "fair-timetable/1"
COVERAGE_BONUS: Final = 250


@dataclass(frozen=True, slots=True)
class Buyer:
    """A buyer receives at most `tables` SMEs a slot."""

    id: str
    tables: int
    available: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sme:
    """An SME has one meeting a slot and at most `max_meetings` in all."""

    id: str
    available: tuple[int, ...]
    max_meetings: int | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One SME asks one buyer; `score` is 1..1000, `must` requests go before all others."""

    id: str
    buyer: str
    sme: str
    score: int
    must: bool = False


@dataclass(frozen=True, slots=True)
class Fixed:
    """A request that stays in its slot. `table` is where it sits already; the JSON format does not know it."""

    request: str
    slot: int
    table: int | None = None


@dataclass(frozen=True)
class Problem:
    """One fair, one day. Slots are 1..slots in time order; `hall_tables` is the most meetings in one slot."""

    name: str
    slots: int
    buyers: tuple[Buyer, ...]
    smes: tuple[Sme, ...]
    requests: tuple[Request, ...]
    lunch_after: int | None = None
    hall_tables: int | None = None
    coverage_bonus: int = COVERAGE_BONUS
    fixed: tuple[Fixed, ...] = ()
    forbidden_pairs: frozenset[tuple[str, str]] = frozenset()

    @cached_property
    def buyer(self) -> Mapping[str, Buyer]:
        return {buyer.id: buyer for buyer in self.buyers}

    @cached_property
    def sme(self) -> Mapping[str, Sme]:
        return {sme.id: sme for sme in self.smes}

    @cached_property
    def request(self) -> Mapping[str, Request]:
        return {request.id: request for request in self.requests}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON (keys sorted, no spaces): names exactly this input."""
        text = json.dumps(to_json(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def to_json(problem: Problem) -> dict[str, Any]:
    """The problem as a `fair-timetable/1` instance."""
    return {
        "format": FORMAT,
        "name": problem.name,
        "slots": problem.slots,
        "lunch_after": problem.lunch_after,
        "hall_tables": problem.hall_tables,
        "coverage_bonus": problem.coverage_bonus,
        "buyers": [{"id": b.id, "tables": b.tables, "available": list(b.available)} for b in problem.buyers],
        "smes": [
            {"id": s.id, "available": list(s.available), "max_meetings": s.max_meetings} for s in problem.smes
        ],
        "requests": [
            {"id": r.id, "buyer": r.buyer, "sme": r.sme, "score": r.score, "must": r.must} for r in problem.requests
        ],
        "fixed": [{"request": f.request, "slot": f.slot} for f in problem.fixed],
        "forbidden_pairs": [list(pair) for pair in sorted(problem.forbidden_pairs)],
    }  # fmt: skip


def from_json(value: Mapping[str, Any]) -> Problem:
    """The problem of an instance.

    Raises:
        ValueError: the format is another one, or a request, a fixed one or a pair names nobody.
        KeyError: a field is missing.
    """
    if value["format"] != FORMAT:
        raise ValueError(f"the format is not {FORMAT}")
    problem = Problem(
        name=value["name"],
        slots=value["slots"],
        lunch_after=value["lunch_after"],
        hall_tables=value["hall_tables"],
        coverage_bonus=value["coverage_bonus"],
        buyers=tuple(Buyer(b["id"], b["tables"], tuple(b["available"])) for b in value["buyers"]),
        smes=tuple(Sme(s["id"], tuple(s["available"]), s["max_meetings"]) for s in value["smes"]),
        requests=tuple(Request(r["id"], r["buyer"], r["sme"], r["score"], r["must"]) for r in value["requests"]),
        fixed=tuple(Fixed(f["request"], f["slot"]) for f in value["fixed"]),
        forbidden_pairs=frozenset((pair[0], pair[1]) for pair in value["forbidden_pairs"]),
    )
    if any(r.buyer not in problem.buyer or r.sme not in problem.sme for r in problem.requests):
        raise ValueError("a request names a buyer or an SME that does not exist")
    if any(f.request not in problem.request for f in problem.fixed):
        raise ValueError("a fixed meeting names a request that does not exist")
    if any(buyer not in problem.buyer or sme not in problem.sme for buyer, sme in problem.forbidden_pairs):
        raise ValueError("a forbidden pair names a buyer or an SME that does not exist")
    return problem
