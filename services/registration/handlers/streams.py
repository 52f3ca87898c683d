"""The streams of registration, and how handlers load them."""

from typing import Final

from services.chassis.service import Loaded, NotFoundError, Stream, Unit
from services.registration.domain import briefing, challenge, company, fair, participation
from services.registration.domain.briefing import Briefing
from services.registration.domain.challenge import Challenge
from services.registration.domain.company import Company
from services.registration.domain.fair import Fair
from services.registration.domain.participation import Participation

COMPANY: Final = Stream("company", Company(), company.evolve)
FAIR: Final = Stream("fair", Fair(), fair.evolve)
PARTICIPATION: Final = Stream("participation", Participation(), participation.evolve)
BRIEFING: Final = Stream("briefing", Briefing(), briefing.evolve)
CHALLENGE: Final = Stream("challenge", Challenge(), challenge.evolve)
STREAMS: Final = (COMPANY, FAIR, PARTICIPATION, BRIEFING, CHALLENGE)


def own_fair(unit: Unit, fair_id: str) -> Loaded[Fair]:
    """The fair whose own stream the command writes to.

    Raises:
        NotFoundError: there is no such fair.
    """
    loaded = unit.load(FAIR, fair_id)
    if not loaded.exists:
        raise NotFoundError("fair")
    return loaded


def guarded_fair(unit: Unit, fair_id: str) -> Fair:
    """The fair on whose present state the decision about something else rests.

    Raises:
        NotFoundError: there is no such fair.
    """
    loaded = own_fair(unit, fair_id)
    unit.guard(loaded)
    return loaded.state


def taking_part(unit: Unit, fair_id: str, participation_id: str, side: str | None = None) -> Loaded[Participation]:
    """A participation in this fair (on this side).

    Raises:
        NotFoundError: there is none.
    """
    loaded = unit.load(PARTICIPATION, participation_id)
    if loaded.state.fair_id != fair_id or side not in {None, loaded.state.side}:
        raise NotFoundError(side or "participation")
    return loaded


def companies(unit: Unit, *company_ids: str | None) -> tuple[Company, ...]:
    """The companies with these ids, registered or not; none for None. What is registered stays so: no guard."""
    return tuple(unit.load(COMPANY, company_id).state for company_id in company_ids if company_id is not None)
