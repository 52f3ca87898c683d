"""What the load plays on: a lasting set of companies, fairs that take registrations, fairs whose floor is open, a call.

Everything made up is marked as synthetic. Fairs are of the past, so that all of a fair's life can be told at once. Each
serves for a while and is then replaced, so that a long run costs no more for each command than a short one.
"""

import threading
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from contracts.identity import participation_id
from services.chassis.access import Actor
from tests.load.caller import Json, RefusedError

ORGANISER: Final = Actor("load-organiser", "organiser")
AGENCY: Final = Actor("load-agency", "agency")
EVALUATOR: Final = Actor("load-evaluator", "evaluator")
REGISTERED, ANSWERED = "2023-11-06T09:00:00+09:00", "2023-11-13T09:00:00+09:00"
PLANNED, EARLY = "2023-11-15T09:00:00+09:00", "2023-11-21T09:40:00+09:00"
EVENING, DECEMBER = "2023-11-21T18:00:00+09:00", "2023-12-11T10:00:00+09:00"
BUYERS, SMES, TABLES = 8, 24, 3
HOURS: Final = (10, 11, 13, 14, 15, 16)
BUDGET_KRW: Final = 10**13
PATIENCE_SECONDS: Final = 60.0
LOOK_SECONDS: Final = 0.25


class Speaker(Protocol):
    """Whoever can issue commands and ask questions: a `Caller`, or a user of the load that keeps its pace."""

    def command(
        self, actor: Actor, path: str, body: Json | None = None, *, at: str | None = None, method: str = "POST"
    ) -> Json: ...

    def get(self, actor: Actor, path: str) -> Json: ...


def lettered(company_id: str) -> str:
    """A name as unique as the id, without digits that could pass for a phone number."""
    return company_id.translate(str.maketrans("0123456789", "ghijklmnop", "-"))


def speaking(side: str, company_id: str) -> Actor:
    """The organiser on behalf of a company: only organisers may tell of the past."""
    return Actor(ORGANISER.sub, "organiser", on_behalf_of=f"{side}:{company_id}")


@dataclass
class Fair:
    """A fair with its participations by side. `used` counts what was asked of it, to tell when it has served."""

    fair_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    companies: dict[str, list[str]] = field(default_factory=dict)
    used: int = 0

    def at(self, service: str) -> str:
        return f"/{service}/fairs/{self.fair_id}"

    def participation(self, side: str, number: int) -> str:
        return participation_id(self.fair_id, self.companies[side][number], side)


@dataclass
class Call:
    """A programme's call; `used` as of a fair."""

    programme_id: str
    used: int = 0


@dataclass(frozen=True)
class Talk:
    """A meeting on an open floor that nobody of the load takes back."""

    fair: Fair
    meeting_id: str


class Scene:
    """Shared by all users. What users leave for each other: requests to answer, talks to hold."""

    def __init__(self) -> None:
        self.companies: dict[str, list[str]] = {"buyer": [], "sme": []}
        self.asked: deque[tuple[float, Fair, str]] = deque()
        self.talks: deque[Talk] = deque(maxlen=200)
        self.registering = Fair()
        self.floor = Fair()
        self.call = Call("")
        self.renewing: dict[str, threading.Lock] = {name: threading.Lock() for name in ("registering", "floor", "call")}

    def prepare(self, speaker: Speaker) -> None:
        """Make the first of everything."""
        for side, count in (("buyer", BUYERS), ("sme", SMES)):
            for _ in range(count):
                self.companies[side].append(register_company(speaker))
        self.registering = open_registration(speaker, self.companies)
        self.floor = self.open_floor(speaker)
        self.call = open_call(speaker)

    def open_floor(self, speaker: Speaker) -> Fair:
        """A fair on its day, before the doors open: an empty timetable is published, on-site requests are welcome."""
        fair = open_fair(speaker, self.companies)
        for number in range(SMES):
            admit(speaker, fair, "sme", number)
        speaker.command(ORGANISER, f"{fair.at('registration')}/close-registration", at=ANSWERED)
        timetable_id = str(uuid.uuid4())
        timetables = f"{fair.at('matching')}/timetables"
        eventually(speaker, ORGANISER, timetables, {"timetable_id": timetable_id}, at=PLANNED)
        one = f"{timetables}/{timetable_id}"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while speaker.get(ORGANISER, one)["status"] != "drafted":
            if time.monotonic() > deadline:
                raise TimeoutError(f"the timetable of {fair.fair_id} was not drafted")
            time.sleep(LOOK_SECONDS)
        speaker.command(ORGANISER, f"{one}/publish", at=PLANNED)
        for number in range(SMES):
            # The pairs (n % BUYERS, n) are these talks'; whoever asks later leaves them out.
            answer = ask_on_site(speaker, fair, number % BUYERS, number)
            if answer["status"] == "placed":
                self.talks.append(Talk(fair, answer["meeting_id"]))
        return fair


def register_company(speaker: Speaker) -> str:
    company_id = str(uuid.uuid4())
    body = {"name": lettered(company_id), "company_id": company_id, "synthetic": True}
    speaker.command(ORGANISER, "/registration/companies", body, at=REGISTERED)
    return company_id


def open_fair(speaker: Speaker, companies: dict[str, list[str]]) -> Fair:
    """A scheduled fair with its buyers admitted."""
    fair = Fair(companies=companies)
    body = {
        "fair_id": fair.fair_id, "name": "부하 시험 박람회", "edition": 2, "date": "2023-11-21", "venue": "COEX",
        "request_quota": 20, "synthetic": True,
    }  # fmt: skip
    speaker.command(ORGANISER, "/registration/fairs", body, at=REGISTERED)
    slots = [
        {"slot": n, "starts_at": f"2023-11-21T{hour}:00:00+09:00", "ends_at": f"2023-11-21T{hour}:50:00+09:00"}
        for n, hour in enumerate(HOURS, 1)
    ]
    schedule = {"slots": slots, "answers_due_at": "2023-11-14T18:00:00+09:00", "synthetic": True}
    speaker.command(ORGANISER, f"{fair.at('registration')}/schedule", schedule, at=REGISTERED)
    for number in range(BUYERS):
        admit(speaker, fair, "buyer", number)
    return fair


def open_registration(speaker: Speaker, companies: dict[str, list[str]]) -> Fair:
    """A fair that SMEs apply for; those who do are its own."""
    return open_fair(speaker, {"buyer": companies["buyer"], "sme": []})


def admit(speaker: Speaker, fair: Fair, side: str, number: int) -> None:
    """Apply and be approved."""
    company_id = fair.companies[side][number]
    application: dict[str, Any] = {"company_id": company_id, "synthetic": True}
    if side == "buyer":
        application |= {"kind": "large", "tables": TABLES}
    at = f"{fair.at('registration')}/{side}s"
    speaker.command(speaking(side, company_id), at, application, at=REGISTERED)
    speaker.command(ORGANISER, f"{at}/{participation_id(fair.fair_id, company_id, side)}/approve", at=REGISTERED)


def ask_on_site(speaker: Speaker, fair: Fair, buyer: int, sme: int) -> Json:
    body = {
        "buyer_participation_id": fair.participation("buyer", buyer),
        "sme_participation_id": fair.participation("sme", sme),
        "technology": "현장 상담", "topics": ["hydrogen"], "request_id": str(uuid.uuid4()), "synthetic": True,
    }  # fmt: skip
    actor = speaking("sme", fair.companies["sme"][sme])
    return eventually(speaker, actor, f"{fair.at('matching')}/on-site-requests", body, at=EARLY)


def open_call(speaker: Speaker) -> Call:
    call = {
        "kind": "co-investment", "name": "공동투자형 기술개발사업", "year": 2023, "synthetic": True,
        "opens_at": "2023-11-01T09:00:00+09:00", "closes_at": "2023-12-29T18:00:00+09:00",
    }  # fmt: skip
    opened = speaker.command(AGENCY, "/grants/programmes", call, at="2023-10-30T09:00:00+09:00")
    programme_id = str(opened["programme_id"])
    at = f"/grants/programmes/{programme_id}/budget"
    speaker.command(AGENCY, at, {"budget_krw": BUDGET_KRW, "synthetic": True}, at=REGISTERED, method="PUT")
    return Call(programme_id)


NOT_YET: Final = frozenset({"not-found", "participant.not-admitted", "application.company-unknown"})


def eventually(
    speaker: Speaker, actor: Actor, path: str, body: Json | None = None, *, at: str, patience: float = PATIENCE_SECONDS
) -> Json:
    """Issue a command that rests on what another service has just recorded: asked again until that has arrived."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return speaker.command(actor, path, body, at=at)
        except RefusedError as refused:
            if refused.problem not in NOT_YET or time.monotonic() > deadline:
                raise
        time.sleep(LOOK_SECONDS)
