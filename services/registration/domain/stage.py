"""What is shown and said at a fair: showcases, awards, and the figures that sources claim."""

from collections.abc import Mapping

from contracts.event import NewEvent
from contracts.registration import AwardGranted, ShowcaseScheduled, SourceClaimRecorded
from contracts.rejection import Rejection
from services.registration.domain.commands import GrantAward, RecordSourceClaim, ScheduleShowcase
from services.registration.domain.company import Company, require_known
from services.registration.domain.fair import Fair, require_running
from services.registration.domain.repeats import is_repeat


def schedule_showcase(
    state: Fair, command: ScheduleShowcase, showcase_id: str, companies: tuple[Company, ...]
) -> list[NewEvent]:
    """`companies` are those that the command names."""
    event = ShowcaseScheduled.new(
        fair_id=command.fair_id,
        showcase_id=showcase_id,
        sme_company_id=command.sme_company_id,
        buyer_company_ids=list(command.buyer_company_ids),
        source=command.source,
    )
    if is_repeat(state.showcases.get(showcase_id), event, "showcase"):
        return []
    require_running(state)
    require_known(*companies)
    if command.sme_company_id in command.buyer_company_ids:
        raise Rejection(
            "showcase.company-on-both-sides", "A company cannot be its own buyer.", "Name the buyers of the SME only."
        )
    return [event]


def grant_award(
    state: Fair,
    command: GrantAward,
    award_id: str,
    companies: tuple[Company, ...],
    recipient: Mapping[str, str] | None,
) -> list[NewEvent]:
    """`companies` holds the company that the command names, if it names one."""
    event = AwardGranted.new(
        fair_id=command.fair_id,
        award_id=award_id,
        category=command.category,
        company_id=command.company_id,
        recipient=recipient,
        source=command.source,
    )
    if is_repeat(state.awards.get(award_id), event, "award", unseen=frozenset({"recipient"})):
        return []
    require_running(state)
    require_known(*companies)
    return [event]


def record_claim(state: Fair, command: RecordSourceClaim, claim_id: str) -> list[NewEvent]:
    """Claims are taken at any time, after the fair and of a cancelled one too."""
    event = SourceClaimRecorded.new(
        fair_id=command.fair_id,
        claim_id=claim_id,
        subject=command.subject,
        value=command.value,
        source=command.source,
    )
    return [] if is_repeat(state.claims.get(claim_id), event, "claim") else [event]
