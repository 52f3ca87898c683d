"""Consultation requests: an SME asks a buyer about one technology, within its quota."""

from collections.abc import Mapping

from contracts.event import NewEvent
from contracts.registration import ConsultationRequested, ConsultationRequestWithdrawn
from contracts.rejection import Rejection
from services.registration.domain.commands import RequestConsultation
from services.registration.domain.fair import Fair, require_open
from services.registration.domain.participation import Participation, Request, require_approved
from services.registration.domain.repeats import is_repeat


def request(
    state: Participation,
    buyer: Participation,
    fair: Fair,
    command: RequestConsultation,
    request_id: str,
    gone: frozenset[str] = frozenset(),
) -> list[NewEvent]:
    """`state` is the SME. Requests to the buyers in `gone`, which have withdrawn, do not count against the quota."""
    event = ConsultationRequested.new(
        fair_id=command.fair_id,
        request_id=request_id,
        sme_participation_id=state.participation_id,
        sme_company_id=state.company_id,
        buyer_participation_id=buyer.participation_id,
        buyer_company_id=buyer.company_id,
        technology=command.technology,
        topics=list(command.topics),
        synthetic=command.synthetic,
    )
    known = state.requests.get(request_id)
    if is_repeat(None if known is None else known.data, event, "request"):
        return []
    require_open(fair)
    require_approved(state)
    if buyer.status != "approved":
        raise Rejection(
            "request.buyer-not-approved", "The buyer is not (or no longer) approved.", "Choose an approved buyer."
        )
    if buyer.company_id == state.company_id:
        raise Rejection("request.own-company", "A company cannot ask itself.", "Choose another buyer.")
    if any(_subject(active) == _subject(Request(event.data)) for active in state.active_requests):
        raise Rejection(
            "request.asked-already",
            "The SME has asked this buyer about this technology already.",
            "Withdraw the earlier request, or ask about something else.",
        )
    if sum(active.buyer not in gone for active in state.active_requests) >= fair.request_quota:
        raise Rejection(
            "request.quota-reached",
            "The SME has as many requests as the fair allows.",
            "Withdraw a request to make room for another.",
        )
    return [event]


def withdraw_request(state: Participation, request_id: str, reason: Mapping[str, str] | None) -> list[NewEvent]:
    """The request must be one of this SME. It can be taken back as long as the SME takes part."""
    known = state.requests[request_id]
    if not known.active:
        return []
    return [
        ConsultationRequestWithdrawn.new(
            fair_id=state.fair_id,
            request_id=request_id,
            sme_participation_id=state.participation_id,
            buyer_participation_id=known.buyer,
            reason=reason,
        )
    ]


def _subject(asked: Request) -> tuple[str, str]:
    """Spelling of spaces and case does not make another technology."""
    return asked.buyer, " ".join(asked.data["technology"].casefold().split())
