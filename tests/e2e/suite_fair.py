"""A small fair told through HTTP by those who take part in it. Ids follow from names, so that tests can name things."""

from typing import Any

from contracts.identity import derived_id, participation_id
from services.chassis.access import Actor
from tests.e2e.suite_stage import AGENCY, EVALUATOR, ORGANISER, Stage

TERMS = {
    "title": "(가상) 수전해 촉매 공동개발", "total_krw": 100_000_000, "grant_krw": 60_000_000,
    "own_cash_krw": 10_000_000, "own_in_kind_krw": 30_000_000, "months": 12, "buyer_consent": True,
}  # fmt: skip
TIMES = (("01:00", "01:30"), ("01:40", "02:10"), ("02:20", "02:50"), ("04:00", "04:30"))
"""Of the slots, in UTC: 10:00, 10:40, 11:20 and 13:00 in Seoul."""


def company(name: str) -> str:
    return derived_id("test-company", name)


def buyer(name: str) -> Actor:
    return Actor(f"buyer-of-{name}", "buyer", company=company(name))


def sme(name: str) -> Actor:
    return Actor(f"sme-of-{name}", "sme", company=company(name))


class Fair:
    """One edition. Buyers have capital names, SMEs small ones."""

    def __init__(self, stage: Stage, year: int = 2023, edition: str = "") -> None:
        self.stage, self.year, self.edition = stage, year, edition
        self.fair_id = self.id("fair")
        self.date = f"{year}-11-21"
        self.place = f"fairs/{self.fair_id}"
        self.registration = f"/registration/{self.place}"
        self.matching = f"/matching/{self.place}"
        self.consultation = f"/consultation/{self.place}"

    def id(self, *parts: str) -> str:
        return derived_id("test", str(self.year), self.edition, *parts)

    def who(self, name: str) -> str:
        """The participation."""
        return participation_id(self.fair_id, company(name), "buyer" if name.isupper() else "sme")

    def request(self, sme_name: str, buyer_name: str) -> str:
        return self.id("request", sme_name, buyer_name)

    def slots(self, date: str | None = None) -> list[dict[str, Any]]:
        day = date or self.date
        return [
            {"slot": number, "starts_at": f"{day}T{start}:00Z", "ends_at": f"{day}T{end}:00Z"}
            for number, (start, end) in enumerate(TIMES, 1)
        ]

    def before(self, month: int = 10) -> None:
        """Put the clock before the fair."""
        self.stage.clock.set(f"{self.year}-{month:02}-02T00:00:00Z")

    def at(self, time: str) -> None:
        """Put the clock on the day."""
        self.stage.clock.set(f"{self.date}T{time}:00Z")

    def open(self, *, slots: int = 4) -> None:
        self.before()
        do = self.stage.do
        opening = {"name": f"상생 기술협력 박람회 {self.year}", "edition": self.year - 2021, "date": self.date}
        opening |= {"venue": "COEX", "request_quota": 10, "fair_id": self.fair_id, "synthetic": True}
        do(ORGANISER, "/registration/fairs", opening)
        due = {"answers_due_at": f"{self.year}-11-15T00:00:00Z", "synthetic": True}
        do(ORGANISER, f"{self.registration}/schedule", {"slots": self.slots()[:slots], **due})

    def admit(self, *names: str, tables: int = 1) -> None:
        do = self.stage.do
        for name in names:
            body = {"name": f"(가상) {name}", "company_id": company(name), "synthetic": True}
            do(ORGANISER, "/registration/companies", body)
            applying = {"company_id": company(name), "synthetic": True}
            if name.isupper():
                do(buyer(name), f"{self.registration}/buyers", {**applying, "kind": "large", "tables": tables})
            else:
                do(sme(name), f"{self.registration}/smes", applying)
            side = "buyers" if name.isupper() else "smes"
            do(ORGANISER, f"{self.registration}/{side}/{self.who(name)}/approve")

    def ask(self, *pairs: str) -> None:
        """Each pair as `xA`: SME x asks buyer A."""
        for sme_name, buyer_name in pairs:
            body = {
                "request_id": self.request(sme_name, buyer_name), "sme_participation_id": self.who(sme_name),
                "buyer_participation_id": self.who(buyer_name), "technology": "수전해 촉매", "topics": ["hydrogen"],
                "synthetic": True,
            }  # fmt: skip
            self.stage.do(sme(sme_name), f"{self.registration}/requests", body)
        self.stage.settle()

    def answer(self, *pairs: str, answer: str = "accept") -> None:
        for sme_name, buyer_name in pairs:
            path = f"{self.matching}/requests/{self.request(sme_name, buyer_name)}/answer"
            self.stage.do(buyer(buyer_name), path, {"answer": answer, "synthetic": True})

    def plan(self) -> str:
        drafted = self.stage.do(ORGANISER, f"{self.matching}/timetables")["timetable_id"]
        self.stage.settle()
        return str(drafted)

    def publish(self) -> str:
        self.stage.do(ORGANISER, f"{self.registration}/close-registration")
        self.stage.settle()
        timetable_id = self.plan()
        self.stage.do(ORGANISER, f"{self.matching}/timetables/{timetable_id}/publish")
        self.stage.settle()
        return timetable_id

    def ask_on_site(self, sme_name: str, buyer_name: str) -> dict[str, Any]:
        body = {
            "request_id": self.id("on-site", sme_name, buyer_name), "sme_participation_id": self.who(sme_name),
            "buyer_participation_id": self.who(buyer_name), "technology": "발효 제어", "synthetic": True,
        }  # fmt: skip
        outcome = self.stage.do(sme(sme_name), f"{self.matching}/on-site-requests", body)
        self.stage.settle()
        return outcome

    def meetings(self, **equals: Any) -> list[dict[str, Any]]:
        rows = self.stage.items(ORGANISER, f"{self.matching}/meetings")
        return [row for row in rows if all(row[name] == value for name, value in equals.items())]

    def meeting(self, sme_name: str, buyer_name: str) -> dict[str, Any]:
        """The pair's only meeting."""
        sides = {"sme_participation_id": self.who(sme_name), "buyer_participation_id": self.who(buyer_name)}
        (found,) = self.meetings(**sides)
        return found

    def talk(self, meeting_id: str) -> dict[str, Any]:
        return self.stage.get(ORGANISER, f"{self.consultation}/consultations/{meeting_id}")

    def talks(self) -> dict[str, str]:
        """Status by meeting."""
        rows = self.stage.items(ORGANISER, f"{self.consultation}/consultations")
        return {row["meeting_id"]: row["status"] for row in rows}

    def say(self, actor: Actor, meeting_id: str, what: str, body: Any = None) -> Any:
        return self.stage.do(actor, f"{self.consultation}/consultations/{meeting_id}/{what}", body)

    def commit_to_develop(self, sme_name: str, buyer_name: str) -> dict[str, Any]:
        """The pair's meeting is held and leads to a development commitment, which is returned."""
        met = self.meeting(sme_name, buyer_name)
        self.stage.clock.set(met["ends_at"])
        self.say(ORGANISER, met["meeting_id"], "held", {"synthetic": True})
        self.say(buyer(buyer_name), met["meeting_id"], "ratings", {"score": 5, "synthetic": True})
        self.say(sme(sme_name), met["meeting_id"], "ratings", {"score": 4, "synthetic": True})
        self.say(buyer(buyer_name), met["meeting_id"], "outcome", {"outcome": "development-commitment"})
        promise = {"programme_kind": "co-investment", "planned_total_krw": 100_000_000, "synthetic": True}
        made = self.say(buyer(buyer_name), met["meeting_id"], "commitments", promise)
        self.stage.settle()
        return {**made, "meeting_id": met["meeting_id"]}

    def open_programme(self) -> str:
        call = {
            "kind": "co-investment", "name": f"공동투자형 기술개발 {self.year}", "year": self.year,
            "opens_at": f"{self.year}-10-01T00:00:00Z", "closes_at": f"{self.year}-12-20T00:00:00Z", "synthetic": True,
        }  # fmt: skip
        programme_id = str(self.stage.do(AGENCY, "/grants/programmes", call)["programme_id"])
        budget = {"budget_krw": 1_000_000_000, "synthetic": True}
        self.stage.do(AGENCY, f"/grants/programmes/{programme_id}/budget", budget, method="PUT")
        return programme_id

    def application_of(self, commitment_id: str) -> dict[str, Any]:
        (found,) = self.stage.items(AGENCY, f"/grants/applications?commitment_id={commitment_id}")
        return found

    def grant(self, commitment_id: str, sme_name: str) -> str:
        """From the draft to the first payment; the agreement's id."""
        do, place = self.stage.do, f"/grants/applications/{self.application_of(commitment_id)['application_id']}"
        do(sme(sme_name), f"{place}/submission", TERMS)
        do(AGENCY, f"{place}/eligibility-check", {"further_rules": []})
        do(EVALUATOR, f"{place}/evaluations", {"score": 88})
        do(AGENCY, f"{place}/selection", {"grant_krw": TERMS["grant_krw"]})
        plan = [{"number": 1, "due_on": f"{self.year}-12-29", "amount_krw": TERMS["grant_krw"]}]
        body = {"starts_on": f"{self.year}-12-28", "ends_on": f"{self.year + 1}-12-27", "instalments": plan}
        agreement_id = do(AGENCY, f"{place}/agreement", {**body, "synthetic": True})["agreement_id"]
        self.stage.clock.set(f"{self.year}-12-29T02:00:00Z")
        paid = {"instalment": 1, "amount_krw": TERMS["grant_krw"], "synthetic": True}
        do(AGENCY, f"/grants/agreements/{agreement_id}/payments", paid)
        self.stage.settle()
        return str(agreement_id)
