"""A small fair of 2023, told through HTTP: 5 buyers, 12 SMEs, 40 requests, four slots."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from contracts.identity import participation_id
from services.chassis.access import Actor
from tests.integration.suite.deployment import until
from tests.integration.suite.reach import AGENCY, EVALUATOR, ORGANISER, Json, Reach

BUYERS, SMES, REQUESTS = 5, 12, 40
HOURS = (10, 11, 13, 14)
REGISTERED = "2023-11-06T09:00:00+09:00"
ANSWERED = "2023-11-13T09:00:00+09:00"
PLANNED = "2023-11-15T09:00:00+09:00"
EARLY = "2023-11-21T09:40:00+09:00"
CALLED = "2023-11-21T10:10:00+09:00"
EVENING = "2023-11-21T17:00:00+09:00"
DECEMBER = "2023-12-11T10:00:00+09:00"
GRANT = {"total_krw": 400_000_000, "grant_krw": 300_000_000, "own_cash_krw": 20_000_000, "own_in_kind_krw": 80_000_000}


def lettered(company_id: str) -> str:
    """A name as unique as the id, without digits that could pass for a phone number."""
    return company_id.translate(str.maketrans("0123456789", "ghijklmnop", "-"))


class SmallFair:
    """One fair with its own ids. `settle` waits until all services know all; each step builds on those before."""

    def __init__(self, reach: Reach, settle: Callable[[], None], requests: int = REQUESTS) -> None:
        self.reach, self.settle = reach, settle
        self.fair_id = str(uuid4())
        self.companies = {side: [str(uuid4()) for _ in range(n)] for side, n in (("buyer", BUYERS), ("sme", SMES))}
        self.timetable_id = str(uuid4())
        # A twelfth of the pairs a round: every SME asks another buyer each time, and no pair comes twice.
        self.requests = {str(uuid4()): ((n + n // SMES) % BUYERS, n % SMES) for n in range(requests)}

    def place(self, service: str) -> str:
        return f"/{service}/fairs/{self.fair_id}"

    def participation(self, side: str, number: int) -> str:
        return participation_id(self.fair_id, self.companies[side][number], side)

    def speaking(self, side: str, number: int) -> Actor:
        return Actor(ORGANISER.sub, "organiser", on_behalf_of=f"{side}:{self.companies[side][number]}")

    def register(self) -> None:
        """Companies, the fair, its participants and what they ask for; then registration closes."""
        self.open()
        self.ask()
        self.close_registration()

    def open(self) -> None:
        post = self.reach.post
        fair = {"name": "작은 박람회", "edition": 2, "date": "2023-11-21", "venue": "COEX", "request_quota": 9}
        post(ORGANISER, "/registration/fairs", {**fair, "fair_id": self.fair_id}, at=REGISTERED)
        slots = [
            {"slot": n, "starts_at": f"2023-11-21T{hour}:00:00+09:00", "ends_at": f"2023-11-21T{hour}:50:00+09:00"}
            for n, hour in enumerate(HOURS, 1)
        ]
        schedule = {"slots": slots, "answers_due_at": "2023-11-14T18:00:00+09:00", "hall_tables": 10}
        post(ORGANISER, f"{self.place('registration')}/schedule", schedule, at=REGISTERED)
        for side in ("buyer", "sme"):
            for number in range(len(self.companies[side])):
                self.admit(side, number)
        # What expires unanswered does so before anybody asks: that time is long past.
        self.settle()

    def admit(self, side: str, number: int) -> None:
        post, company = self.reach.post, self.companies[side][number]
        body: dict[str, Any] = {"name": lettered(company), "company_id": company}
        post(ORGANISER, "/registration/companies", body, at=REGISTERED)
        application: dict[str, Any] = {"company_id": company}
        if side == "buyer":
            application |= {"kind": "large", "tables": 1}
        at = f"{self.place('registration')}/{side}s"
        post(self.speaking(side, number), at, application, at=REGISTERED)
        post(ORGANISER, f"{at}/{self.participation(side, number)}/approve", at=REGISTERED)

    def ask(self) -> None:
        for request_id, (buyer, sme) in self.requests.items():
            body = {
                **self._pair(buyer, sme),
                "request_id": request_id,
                "technology": "수소 센서",
                "topics": ["hydrogen"],
            }
            place = f"{self.place('registration')}/requests"
            self.reach.post(self.speaking("sme", sme), place, body, at=REGISTERED)

    def close_registration(self) -> None:
        self.reach.post(ORGANISER, f"{self.place('registration')}/close-registration", at=ANSWERED)
        self.settle()

    def answer(self) -> None:
        """Of ten answers one is no and one never comes."""
        for number, (request_id, (buyer, _)) in enumerate(self.requests.items()):
            if number % 10 != 9:
                given = "decline" if number % 10 == 8 else "must-meet" if number % 10 == 0 else "accept"
                path = f"{self.place('matching')}/requests/{request_id}/answer"
                self.reach.post(self.speaking("buyer", buyer), path, {"answer": given}, at=ANSWERED)

    def publish(self) -> None:
        at = f"{self.place('matching')}/timetables"
        self.reach.post(ORGANISER, at, {"timetable_id": self.timetable_id}, at=PLANNED)
        one = f"{at}/{self.timetable_id}"
        until("the draft", lambda: self.reach.get(ORGANISER, one)["status"] == "drafted")
        self.reach.post(ORGANISER, f"{one}/publish", at=PLANNED)
        self.settle()

    def ask_on_site(self, buyer: int, sme: int) -> str:
        request_id = str(uuid4())
        assert self.try_on_site(self.reach, buyer, sme, request_id) == 201
        return request_id

    def try_on_site(self, reach: Reach, buyer: int, sme: int, request_id: str) -> int:
        """The status of the answer; the same request id always goes under the same key."""
        body = {**self._pair(buyer, sme), "request_id": request_id, "technology": "현장 상담", "topics": []}
        path = f"{self.place('matching')}/on-site-requests"
        return reach.send("POST", self.speaking("sme", sme), path, body, at=EARLY, key=request_id)[0]

    def hold(self) -> list[Json]:
        """Two no-shows in the first slot, on-site requests that take their places, all other talks held.

        Returns the talks that led to commitments.
        """
        asked = self._ask_for_missed_places()
        post, place = self.reach.post, self.place("consultation")
        for talk in self.talks(slot=1, status="awaited"):
            if talk["buyer_participation_id"] in asked.values():
                post(ORGANISER, f"{place}/consultations/{talk['meeting_id']}/no-show", {"absent": "sme"}, at=CALLED)
        self.settle()
        for request_id in asked:
            found = self.reach.get(ORGANISER, f"{self.place('matching')}/on-site-requests/{request_id}")
            assert found["status"] == "placed", found
        committed = []
        for number, talk in enumerate(self.talks(status="awaited")):
            at = f"{place}/consultations/{talk['meeting_id']}"
            post(ORGANISER, f"{at}/held", at=EVENING)
            post(ORGANISER, f"{at}/ratings", {"by": "sme", "score": 1 + number % 5}, at=EVENING)
            post(ORGANISER, f"{at}/notes", {"by": "buyer", "text": f"{number}번 상담 메모"}, at=EVENING)
            if number < 3:
                post(ORGANISER, f"{at}/outcome", {"outcome": "development-commitment"}, at=EVENING)
                promise = {"programme_kind": "co-investment", "planned_total_krw": GRANT["total_krw"]}
                post(ORGANISER, f"{at}/commitments", promise, at=EVENING)
                committed.append(talk)
        self.settle()
        return committed

    def grant(self, programme_id: str) -> None:
        """Every draft handed in, found eligible, evaluated, selected, agreed on and paid the first time."""
        post = self.reach.post
        drafts = self.reach.get(AGENCY, f"/grants/applications?fair_id={self.fair_id}&status=drafted")["items"]
        assert len(drafts) == 3
        for draft in drafts:
            assert draft["programme_id"] == programme_id
            at = f"/grants/applications/{draft['application_id']}"
            terms = {**GRANT, "title": "공동 개발", "months": 12, "buyer_consent": True}
            post(AGENCY, f"{at}/submission", terms, at=DECEMBER)
            assert post(AGENCY, f"{at}/eligibility-check", {"further_rules": []}, at=DECEMBER)["eligible"]
            post(EVALUATOR, f"{at}/evaluations", {"score": 80, "comment": "좋은 과제"})
            post(AGENCY, f"{at}/selection", {"grant_krw": GRANT["grant_krw"]}, at=DECEMBER)
            plan = [{"number": 1, "due_on": "2024-01-01", "amount_krw": GRANT["grant_krw"]}]
            agreement = {"starts_on": "2024-01-01", "ends_on": "2024-12-31", "instalments": plan}
            signed = post(AGENCY, f"{at}/agreement", agreement, at="2023-12-20T10:00:00+09:00")
            payment = {"instalment": 1, "amount_krw": GRANT["grant_krw"]}
            at = f"/grants/agreements/{signed['agreement_id']}/payments"
            post(AGENCY, at, payment, at="2024-01-02T10:00:00+09:00")
        self.settle()

    def call(self) -> str:
        """A call that is open when commitments are made: drafts then come by themselves."""
        call = {
            "kind": "co-investment", "name": "공동투자형 기술개발사업", "year": 2023,
            "opens_at": "2023-11-01T09:00:00+09:00", "closes_at": "2023-12-29T18:00:00+09:00",
        }  # fmt: skip
        opened = self.reach.post(AGENCY, "/grants/programmes", call, at="2023-10-30T09:00:00+09:00")
        at = f"/grants/programmes/{opened['programme_id']}/budget"
        self.reach.put(AGENCY, at, {"budget_krw": 3 * GRANT["grant_krw"]}, at="2023-10-30T09:00:00+09:00")
        return str(opened["programme_id"])

    def talks(self, **equals: Any) -> list[Json]:
        query = "&".join(f"{name}={value}" for name, value in {**equals, "limit": 200}.items())
        found: list[Json] = self.reach.get(ORGANISER, f"{self.place('consultation')}/consultations?{query}")["items"]
        return sorted(found, key=lambda talk: str(talk["meeting_id"]))

    def _ask_for_missed_places(self) -> dict[str, str]:
        """On-site requests that wait: their buyers are full, they themselves are free in the first slot."""
        first = self.talks(slot=1)
        busy = {talk["sme_participation_id"] for talk in first}
        wanted = set(self.requests.values())
        asked: dict[str, str] = {}
        for buyer in range(BUYERS):
            whom = self.participation("buyer", buyer)
            full = len(self.talks(buyer_participation_id=whom)) == len(HOURS)
            free = [n for n in range(SMES) if self.participation("sme", n) not in busy and (buyer, n) not in wanted]
            if full and free and len(asked) < 2:
                busy.add(self.participation("sme", free[0]))
                asked[self.ask_on_site(buyer, free[0])] = whom
        assert len(asked) == 2
        return asked

    def _pair(self, buyer: int, sme: int) -> Json:
        return {
            "buyer_participation_id": self.participation("buyer", buyer),
            "sme_participation_id": self.participation("sme", sme),
        }
