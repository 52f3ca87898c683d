"""What one buyer answered, and whom it will not meet. One stream per buyer's participation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from contracts.event import Fact, NewEvent
from contracts.matching import AnswerExpired, BuyerAnswered, PairExcluded
from contracts.rejection import Rejection

Standing = Literal["must-meet", "accept", "declined", "expired", "unanswered"]


@dataclass(frozen=True, slots=True)
class Answer:
    """The last answer; None when the request expired without one."""

    answer: str | None
    expires_at: str | None = None
    expired: bool = False


@dataclass(frozen=True)
class Answers:
    """By request; `excluded` are the SMEs' participations that never meet this buyer."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    excluded: frozenset[str] = frozenset()

    def standing(self, request_id: str) -> Standing:
        """What the buyer's answer comes to today."""
        answer = self.answers.get(request_id)
        if answer is None:
            return "unanswered"
        if answer.expired:
            return "expired"
        return "declined" if answer.answer == "decline" else "must-meet" if answer.answer == "must-meet" else "accept"


@dataclass(frozen=True, slots=True)
class Asked:
    """The request that an answer is about."""

    fair_id: str
    request_id: str
    buyer_participation_id: str
    sme_participation_id: str


def evolve(state: Answers, fact: Fact) -> Answers:
    data = fact.data
    if BuyerAnswered.is_type(fact):
        return _with(state, data["request_id"], Answer(data["answer"], data["expires_at"]))
    if AnswerExpired.is_type(fact):
        before = state.answers.get(data["request_id"], Answer(None))
        return _with(state, data["request_id"], replace(before, expired=True))
    if PairExcluded.is_type(fact):
        return replace(state, excluded=state.excluded | {data["sme_participation_id"]})
    return state


def answer(
    state: Answers, asked: Asked, given: str, *, expires_at: str | None, synthetic: bool, now: str, due_at: str | None
) -> list[NewEvent]:
    """Answer a request, or answer it anew. `due_at`, where it binds the one who answers, closes what has no answer."""
    standing = state.standing(asked.request_id)
    if expires_at is not None and (given == "decline" or expires_at <= now):
        raise Rejection(
            "answer.expiry-impossible", "A no does not expire, and no answer expires in the past.",
            "Leave the expiry out or give a later moment.",
        )  # fmt: skip
    if asked.sme_participation_id in state.excluded and given != "decline":
        raise Rejection(
            "pair.excluded",
            "This buyer and this SME were ruled out for each other.",
            "The exclusion holds for this fair.",
        )
    if due_at is not None and now > due_at and standing in {"unanswered", "expired"}:
        raise Rejection(
            "answer.too-late", "The time for answers is over.", "Ask the organiser to answer on your behalf."
        )
    if standing != "expired" and state.answers.get(asked.request_id) == Answer(given, expires_at):
        return []
    return [
        BuyerAnswered.new(
            fair_id=asked.fair_id,
            request_id=asked.request_id,
            buyer_participation_id=asked.buyer_participation_id,
            sme_participation_id=asked.sme_participation_id,
            answer=given,
            expires_at=expires_at,
            synthetic=synthetic,
        )
    ]


def expire_answer(
    state: Answers, fair_id: str, request_id: str, buyer_participation_id: str, expires_at: str
) -> list[NewEvent]:
    """Let an answer lapse, unless it was replaced since or has lapsed already."""
    found = state.answers.get(request_id)
    if found is None or found.expired or found.expires_at != expires_at:
        return []
    return [_expired(fair_id, request_id, buyer_participation_id, found.answer)]


def expire_unanswered(
    state: Answers, fair_id: str, buyer_participation_id: str, request_ids: Iterable[str]
) -> list[NewEvent]:
    """Let those of the requests expire that were never answered."""
    return [
        _expired(fair_id, request_id, buyer_participation_id, None)
        for request_id in sorted(request_ids)
        if request_id not in state.answers
    ]


def exclude(
    state: Answers, fair_id: str, buyer_participation_id: str, sme_participation_id: str, by: str
) -> list[NewEvent]:
    """Rule a pair out, once."""
    if sme_participation_id in state.excluded:
        return []
    return [
        PairExcluded.new(
            fair_id=fair_id,
            buyer_participation_id=buyer_participation_id,
            sme_participation_id=sme_participation_id,
            by=by,
        )
    ]


def _with(state: Answers, request_id: str, given: Answer) -> Answers:
    return replace(state, answers={**state.answers, request_id: given})


def _expired(fair_id: str, request_id: str, buyer_participation_id: str, given: str | None) -> NewEvent:
    return AnswerExpired.new(
        fair_id=fair_id, request_id=request_id, buyer_participation_id=buyer_participation_id, answer=given
    )
