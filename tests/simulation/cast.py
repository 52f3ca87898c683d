"""Who takes part in every simulated fair. Ids follow from names; buyers have capital letters, SMEs small ones."""

from contracts.identity import derived_id, participation_id
from services.chassis.access import Actor

BUYERS, SMES = "ABC", "pqrst"
FAIR = derived_id("simulation", "fair")
BRIEFING = derived_id("simulation", "briefing")
CHALLENGE = derived_id("simulation", "challenge")
DAY = "2023-11-21"
TIMES = (("01:00", "01:30"), ("01:40", "02:10"), ("02:20", "02:50"))
QUOTA, HALL, SEATS = 3, 4, 2
TABLES = {"A": 1, "B": 2, "C": 1}
BUDGET = 100_000_000
ORGANISER = Actor("organiser-1", "organiser")
AGENCY = Actor("agency-1", "agency")
EVALUATORS = (Actor("evaluator-1", "evaluator"), Actor("evaluator-2", "evaluator"))


def company(name: str) -> str:
    return derived_id("simulation", "company", name)


def side(name: str) -> str:
    return "buyer" if name.isupper() else "sme"


def who(name: str) -> str:
    """The participation."""
    return participation_id(FAIR, company(name), side(name))


def actor(name: str) -> Actor:
    return Actor(f"{side(name)}-of-{name}", side(name), company=company(name))


def request_id(sme: str, buyer: str, *, on_site: bool = False) -> str:
    return derived_id("simulation", "on-site" if on_site else "request", sme, buyer)


def contact_id(name: str, number: int = 1) -> str:
    return derived_id("simulation", "contact", name, str(number))


def slots(day: str = DAY) -> list[dict[str, object]]:
    return [
        {"slot": number, "starts_at": f"{day}T{start}:00.000000Z", "ends_at": f"{day}T{end}:00.000000Z"}
        for number, (start, end) in enumerate(TIMES, 1)
    ]
