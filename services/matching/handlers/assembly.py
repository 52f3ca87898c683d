"""The planning problem of a fair, from requests, answers, participants and what is on the floor already."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from services.chassis.read_models import Row
from services.chassis.service import Reader
from services.matching.domain.answers import Standing
from services.matching.domain.floor import Departure
from services.matching.domain.hall import Participant
from services.matching.handlers.loading import admitted, fair_of, slots_of
from services.matching.handlers.scores import Scores
from services.matching.projections.tables import participants, requests
from services.matching.scoring.score import LEAST
from services.matching.scoring.weights import CURRENT
from services.matching.timetable.problem import Buyer, Fixed, Problem, Request, Sme

WEIGHTS: Final = f"weights-{CURRENT.version}-{CURRENT.digest[:12]}"
"""What made the scores, as every run says it."""


@dataclass(frozen=True)
class Answered:
    """Where the buyers stand: per request, and which pairs (buyer, SME) were ruled out."""

    standing: Mapping[str, Standing]
    excluded: AbstractSet[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A meeting that stays where it is."""

    request_id: str
    buyer: str
    sme: str
    slot: int
    table: int


@dataclass(frozen=True)
class OnFloor:
    """What the floor says: meetings that stay, who left, requests taken back, slots that new meetings may use."""

    slots: frozenset[int]
    confirmed: tuple[Confirmed, ...] = ()
    left: Mapping[str, Departure] = field(default_factory=dict)
    dropped: AbstractSet[str] = frozenset()


@dataclass(frozen=True)
class Assembled:
    """The problem, and the requests that are not part of it, each with its reason.

    `wider` is the problem with those of them that an answer or an exclusion keeps out, and who takes part in them.
    `participants` are the admitted ones as they were read for it: whoever seats the plan must not read them anew.
    """

    problem: Problem
    wider: Problem
    ruled_out: Mapping[str, str]
    requests: Mapping[str, Row]
    participants: Mapping[str, Participant]


def assemble(reader: Reader, fair_id: str, answered: Answered, floor: OnFloor) -> Assembled:
    """The problem of planning this fair now. Fixed meetings fit it always, even where limits were lowered since."""
    fair = fair_of(reader, fair_id)
    rows = reader.find(participants, fair_id=fair_id)
    asked = {row["request_id"]: row for row in reader.find(requests, fair_id=fair_id)}
    gone = {row["participation_id"] for row in rows if row["status"] == "withdrawn"}
    gone |= {who for who, departure in floor.left.items() if departure.cause == "withdrawn"}
    fixed = {meeting.request_id: meeting for meeting in floor.confirmed}
    ruled_out: dict[str, str] = {}
    for request_id, row in asked.items():
        if request_id not in fixed:
            reason = _ruled_out(row, answered, gone, floor.dropped)
            if reason is not None:
                ruled_out[request_id] = reason
    scores = Scores(reader, fair, asked.values())
    scored = [
        Request(
            request_id, row["buyer_participation_id"], row["sme_participation_id"],
            scores.of_request(row, answered.standing.get(request_id)).total,
            answered.standing.get(request_id) == "must-meet",
        )
        for request_id, row in asked.items()
        if ruled_out.get(request_id) != "withdrawn"
    ]  # fmt: skip
    scored += [Request(m.request_id, m.buyer, m.sme, LEAST) for m in floor.confirmed if m.request_id not in asked]
    scored.sort(key=lambda request: request.id)
    slots = [slot.number for slot in slots_of(fair)]
    who = admitted(rows)
    present = _Present(who, frozenset(slots), floor)
    pairs = {(meeting.buyer, meeting.sme) for meeting in floor.confirmed}

    def of(wanted: list[Request]) -> Problem:
        buyers, smes = sorted({request.buyer for request in wanted}), sorted({request.sme for request in wanted})
        return Problem(
            name=f"fair-{fair_id}",
            slots=max(slots, default=0),
            lunch_after=fair["lunch_after"],
            hall_tables=_at_least(fair["hall_tables"], Counter(meeting.slot for meeting in floor.confirmed).values()),
            buyers=tuple(present.buyer(participation_id) for participation_id in buyers),
            smes=tuple(present.sme(participation_id) for participation_id in smes),
            requests=tuple(wanted),
            fixed=tuple(
                Fixed(m.request_id, m.slot, m.table) for m in sorted(fixed.values(), key=lambda m: m.request_id)
            ),
            forbidden_pairs=frozenset(
                pair for pair in answered.excluded if pair not in pairs and pair[0] in buyers and pair[1] in smes
            ),
        )

    problem = of([request for request in scored if request.id not in ruled_out])
    return Assembled(problem, of(scored), ruled_out, asked, who)


def _ruled_out(row: Row, answered: Answered, gone: AbstractSet[str], dropped: AbstractSet[str]) -> str | None:
    """Why a request cannot be planned at all; the first reason that holds."""
    buyer, sme = row["buyer_participation_id"], row["sme_participation_id"]
    if row["status"] == "withdrawn" or row["request_id"] in dropped or {buyer, sme} & gone:
        return "withdrawn"
    if (buyer, sme) in answered.excluded:
        return "excluded"
    standing = answered.standing.get(row["request_id"], "unanswered")
    return standing if standing in {"declined", "expired", "unanswered"} else None


class _Present:
    """When each participant can be planned: as declared, until it leaves, plus where it sits already."""

    def __init__(self, who: Mapping[str, Participant], slots: frozenset[int], floor: OnFloor) -> None:
        self._who, self._slots, self._floor = who, slots, floor
        self._of: defaultdict[str, list[Confirmed]] = defaultdict(list)
        for meeting in floor.confirmed:
            self._of[meeting.buyer].append(meeting)
            self._of[meeting.sme].append(meeting)

    def buyer(self, participation_id: str) -> Buyer:
        participant = self._who.get(participation_id)
        used = [meeting.table for meeting in self._of[participation_id]]
        tables = max([participant.tables if participant else 1, *used])
        return Buyer(participation_id, tables, self._available(participation_id))

    def sme(self, participation_id: str) -> Sme:
        participant = self._who.get(participation_id)
        limit = _at_least(participant.max_meetings if participant else None, [len(self._of[participation_id])])
        return Sme(participation_id, self._available(participation_id), limit)

    def _available(self, participation_id: str) -> tuple[int, ...]:
        participant = self._who.get(participation_id)
        declared: frozenset[int] = frozenset()
        if participant is not None:
            declared = self._slots if participant.available is None else participant.available & self._slots
        departure = self._floor.left.get(participation_id)
        free = {slot for slot in declared & self._floor.slots if departure is None or slot < departure.from_slot}
        return tuple(sorted(free | {meeting.slot for meeting in self._of[participation_id]}))


def _at_least(limit: int | None, used: Iterable[int]) -> int | None:
    return None if limit is None else max([limit, *used])
