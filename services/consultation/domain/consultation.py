"""The state of one consultation and how its events fold into it. Stream `consultation-<meeting_id>`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from contracts import consultation as events
from contracts.event import Fact

Status = Literal["unknown", "awaited", "held", "no-show", "replaced", "cancelled"]
Side = Literal["buyer", "sme"]

ARROWS: Final[Mapping[Status, frozenset[Status]]] = {
    "unknown": frozenset({"awaited", "cancelled"}),
    "awaited": frozenset({"awaited", "held", "no-show", "cancelled"}),
    "held": frozenset({"held", "no-show"}),
    "no-show": frozenset({"no-show", "held", "replaced"}),
    "replaced": frozenset({"replaced"}),
    "cancelled": frozenset({"cancelled"}),
}
"""Which status may follow which. Between held and no-show only the organiser corrects."""


@dataclass(frozen=True)
class Assessment:
    """A rating or an outcome as it stands; a made-up one is not the same as a real one of the same value."""

    value: int | str
    synthetic: bool


@dataclass(frozen=True)
class Commitment:
    """A promise of joint development."""

    commitment_id: str
    programme_kind: str
    planned_total_krw: int
    synthetic: bool
    active: bool = True


@dataclass(frozen=True)
class FollowUp:
    """The question what became of the talk; `contracted` is None until it is answered."""

    follow_up_id: str
    due_at: str
    contracted: bool | None = None
    amount_krw: int = 0
    synthetic: bool = False


@dataclass(frozen=True)
class State:
    """One consultation. It is `opened` once its meeting is known; one cancelled before that stays cancelled."""

    status: Status = "unknown"
    fair_id: str = ""
    request_id: str = ""
    buyer_participation_id: str = ""
    buyer_company_id: str = ""
    sme_participation_id: str = ""
    sme_company_id: str = ""
    slot: int = 0
    table: int = 0
    starts_at: str = ""
    ends_at: str = ""
    absent: str | None = None
    ratings: Mapping[str, Assessment] = field(default_factory=dict)
    outcome: Assessment | None = None
    commitments: Mapping[str, Commitment] = field(default_factory=dict)
    follow_up: FollowUp | None = None

    @property
    def opened(self) -> bool:
        return self.request_id != ""

    @property
    def active_commitment(self) -> Commitment | None:
        return next((each for each in self.commitments.values() if each.active), None)

    @property
    def has_results(self) -> bool:
        """Whether anything rests on the talk having been held."""
        answered = self.follow_up is not None and self.follow_up.contracted is not None
        return bool(self.ratings or self.outcome or self.commitments or answered)

    def participation(self, side: Side) -> str:
        return self.buyer_participation_id if side == "buyer" else self.sme_participation_id


Data = Mapping[str, Any]


def _opened(state: State, data: Data) -> State:
    return replace(
        state,
        status="awaited",
        fair_id=data["fair_id"],
        request_id=data["request_id"],
        buyer_participation_id=data["buyer_participation_id"],
        buyer_company_id=data["buyer_company_id"],
        sme_participation_id=data["sme_participation_id"],
        sme_company_id=data["sme_company_id"],
        slot=data["slot"],
        table=data["table"],
        starts_at=data["starts_at"],
        ends_at=data["ends_at"],
    )


def _moved(state: State, data: Data) -> State:
    return replace(state, slot=data["slot"], table=data["table"], starts_at=data["starts_at"], ends_at=data["ends_at"])


def _rated(state: State, data: Data) -> State:
    rating = Assessment(data["score"], data["synthetic"])
    return replace(state, ratings={**state.ratings, data["by"]: rating})


def _committed(state: State, data: Data) -> State:
    made = Commitment(data["commitment_id"], data["programme_kind"], data["planned_total_krw"], data["synthetic"])
    return replace(state, commitments={**state.commitments, made.commitment_id: made})


def _withdrawn(state: State, data: Data) -> State:
    key = data["commitment_id"]
    return replace(state, commitments={**state.commitments, key: replace(state.commitments[key], active=False)})


def _answered(state: State, data: Data) -> State:
    if state.follow_up is None:
        return state
    answered = replace(
        state.follow_up,
        contracted=data["contracted"],
        amount_krw=data["amount_krw"],
        synthetic=data["synthetic"],
    )
    return replace(state, follow_up=answered)


_FOLDS: Final[Mapping[str, Callable[[State, Data], State]]] = {
    events.ConsultationOpened.TYPE: _opened,
    events.ConsultationMoved.TYPE: _moved,
    events.ConsultationCancelled.TYPE: lambda state, data: replace(state, status="cancelled", fair_id=data["fair_id"]),
    events.ConsultationHeld.TYPE: lambda state, _: replace(state, status="held", absent=None),
    events.NoShowRecorded.TYPE: lambda state, data: replace(state, status="no-show", absent=data["absent"]),
    events.ConsultationReplaced.TYPE: lambda state, _: replace(state, status="replaced"),
    # No decision looks back at notes; they are in the stream for the record and for the read model.
    events.NoteWritten.TYPE: lambda state, _: state,
    events.ConsultationRated.TYPE: _rated,
    events.OutcomeRecorded.TYPE: lambda state, data: replace(
        state, outcome=Assessment(data["outcome"], data["synthetic"])
    ),
    events.DevelopmentCommitmentMade.TYPE: _committed,
    events.DevelopmentCommitmentWithdrawn.TYPE: _withdrawn,
    events.FollowUpDue.TYPE: lambda state, data: replace(
        state, follow_up=FollowUp(data["follow_up_id"], data["due_at"])
    ),
    events.FollowUpAnswered.TYPE: _answered,
}


def evolve(state: State, fact: Fact) -> State:
    """The state after one more event; types it does not know change nothing."""
    fold = _FOLDS.get(fact.type)
    return state if fold is None else fold(state, fact.data)
