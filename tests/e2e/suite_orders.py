"""For every command that HTTP takes: a request on the fair of `suite_season` that concerns buyer A or SME x."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.e2e.suite_fair import TERMS, Fair, company
from tests.e2e.suite_stage import AGENCY, ORGANISER

REASON = {"reason": "사유"}


@dataclass(frozen=True)
class Order:
    """`path` and `body` are for the participant of that name; `sme` is whose thing it is on that side."""

    service: str
    command: str
    path: Callable[[str], str]
    body: Callable[[str], Any] = lambda _: {}
    method: str = "POST"
    sme: str = "x"


def _registration(fair: Fair) -> list[Order]:
    place = fair.registration
    day = {"starts_at": f"{fair.date}T05:00:00Z", "ends_at": f"{fair.date}T06:00:00Z"}
    schedule = {"slots": fair.slots(), "answers_due_at": f"{fair.year}-11-15T00:00:00Z", "synthetic": True}
    later = {"slots": fair.slots(f"{fair.year}-12-05"), "answers_due_at": f"{fair.year}-11-30T00:00:00Z"}
    opening = {"name": "박람회", "edition": 9, "date": fair.date, "venue": "COEX", "request_quota": 3}

    def at(rest: str) -> Callable[[str], str]:
        return lambda me: f"{place}/{rest}".replace("{me}", fair.who(me))

    def said(command: str, rest: str, body: Any = None, **more: Any) -> Order:
        return Order("registration", command, at(rest), lambda _: body or {}, **more)

    def own(command: str, rest: str, body: Callable[[str], Any]) -> Order:
        return Order("registration", command, at(rest), body)

    buyer_a, sme_x = fair.who("A"), fair.who("x")
    return [
        Order("registration", "RegisterCompany", lambda _: "/registration/companies", lambda _: {"name": "새 기업"}),
        Order(
            "registration", "CorrectCompany", lambda _: f"/registration/companies/{company('A')}/correct",
            lambda _: {"name": "바른 이름", "business_number": None, **REASON},
        ),
        Order("registration", "OpenFair", lambda _: "/registration/fairs", lambda _: opening),
        said("ScheduleFair", "schedule", schedule),
        said("CloseRegistration", "close-registration"),
        said("CorrectFair", "correct", {"name": "박람회", "venue": "킨텍스", **REASON}),
        said("ScheduleShowcase", "showcases", {"sme_company_id": company("x"), "buyer_company_ids": []}),
        said("GrantAward", "awards", {"category": "minister"}),
        said("RecordSourceClaim", "claims", {"subject": "buyers", "value": 39, "source": "list"}),
        own("ApplyAsBuyer", "buyers", lambda _: {"company_id": company("A"), "kind": "large", "tables": 1}),
        said("ApproveBuyer", f"buyers/{buyer_a}/approve"),
        said("RejectBuyer", f"buyers/{buyer_a}/reject", REASON),
        own("ApplyAsSme", "smes", lambda _: {"company_id": company("x")}),
        said("ApproveSme", f"smes/{sme_x}/approve"),
        said("RejectSme", f"smes/{sme_x}/reject", REASON),
        said("CorrectParticipation", f"participations/{buyer_a}/correct", {"tables": 2, **REASON}),
        own("AddRepresentative", "participations/{me}/representatives", lambda _: {"role": "lead", "name": "박새로"}),
        Order(
            "registration", "RemoveRepresentative",
            lambda me: f"{at('participations/{me}/representatives')(me)}/{fair.id('contact', me)}/remove",
        ),
        own("DeclareAvailability", "participations/{me}/availability", lambda _: {"slots": [1, 2, 3, 4]}),
        said("PublishDemand", f"participations/{buyer_a}/demands", {"title": "밸브", "topics": []}),
        own(
            "RequestConsultation", "requests",
            lambda _: {
                "sme_participation_id": sme_x, "buyer_participation_id": buyer_a, "technology": "밸브", "topics": [],
            },
        ),
        said("WithdrawConsultationRequest", f"requests/{fair.request('x', 'B')}/withdraw", REASON),
        own("CheckIn", "participations/{me}/check-in", lambda _: {}),
        own("CheckOut", "participations/{me}/check-out", lambda _: {}),
        said("ScheduleBriefing", "briefings", {"kind": "purchasing", "hosts": ["KT"], "seats": 3, **day}),
        own("BookSeat", f"briefings/{fair.id('briefing')}/seats", lambda me: {"participation_id": fair.who(me)}),
        Order(
            "registration",
            "ReleaseSeat",
            lambda me: f"{place}/briefings/{fair.id('briefing')}/seats/{fair.id('seat', me)}/release",
        ),
        said("ProposeChallenge", "challenges", {"proposer": "가", "title": "나", "company_id": company("A")}),
        said("SelectSmeForChallenge", f"challenges/{fair.id('challenge')}/select", {"sme_company_id": company("x")}),
        said("RescheduleFair", "reschedule", {"date": f"{fair.year}-12-05", **later}),
        said("WithdrawBuyer", f"buyers/{buyer_a}/withdraw", REASON),
        said("WithdrawSme", f"smes/{sme_x}/withdraw", REASON),
        said("CancelFair", "cancel", REASON),
    ]  # fmt: skip


def _matching(fair: Fair) -> list[Order]:
    place = fair.matching
    ((timetable),) = fair.stage.items(ORGANISER, f"{place}/timetables")
    one = f"{place}/timetables/{timetable['timetable_id']}"
    meeting = f"{place}/meetings/{fair.meeting('y', 'A')['meeting_id']}"
    pair = {"buyer_participation_id": fair.who("A"), "sme_participation_id": fair.who("x")}
    on_site = {"buyer_participation_id": fair.who("B"), "sme_participation_id": fair.who("x"), "technology": "밸브"}

    def order(command: str, path: str, body: Any = None, **more: Any) -> Order:
        return Order("matching", command, lambda _: path, lambda _: body or {}, **more)

    return [
        order("AnswerRequest", f"{place}/requests/{fair.request('x', 'A')}/answer", {"answer": "accept"}),
        order("ExcludePair", f"{place}/exclusions", pair),
        order("MoveMeeting", f"{meeting}/move", {"slot": 4}),
        order("LockMeeting", f"{meeting}/lock"),
        order("UnlockMeeting", f"{meeting}/unlock"),
        order("CancelMeeting", f"{meeting}/cancel"),
        order("RequestOnSiteMeeting", f"{place}/on-site-requests", on_site),
        order(
            "WithdrawOnSiteRequest", f"{place}/on-site-requests/{fair.id('on-site', 'z', 'A')}/withdraw", sme="z"
        ),
        order("PublishTimetable", f"{one}/publish"),
        order("ReviseTimetable", f"{one}/revise"),
        order("RollBackTimetable", f"{one}/roll-back", {"run_id": timetable["run_id"]}),
        order("RequestTimetable", f"{place}/timetables"),
    ]  # fmt: skip


def _consultation(fair: Fair) -> list[Order]:
    talk = f"{fair.consultation}/consultations/{fair.meeting('x', 'A')['meeting_id']}"
    ((promise),) = fair.stage.items(ORGANISER, f"{fair.consultation}/commitments")

    def order(command: str, rest: str, body: Any = None) -> Order:
        return Order("consultation", command, lambda _: f"{talk}/{rest}", lambda _: body or {})

    def by_side(command: str, rest: str, body: Any) -> Order:
        """The organiser has to say for whom it speaks; a side may."""
        return Order(
            "consultation", command, lambda _: f"{talk}/{rest}",
            lambda me: {**body, "by": "buyer" if me.isupper() else "sme"},
        )  # fmt: skip

    promised = {"programme_kind": "co-investment", "planned_total_krw": 5_000_000}
    return [
        order("RecordHeld", "held"),
        order("RecordNoShow", "no-show", {"absent": "sme"}),
        by_side("WriteNote", "notes", {"text": "메모"}),
        by_side("Rate", "ratings", {"score": 3}),
        order("RecordOutcome", "outcome", {"outcome": "further-talks"}),
        order("MakeCommitment", "commitments", promised),
        by_side("WithdrawCommitment", f"commitments/{promise['commitment_id']}/withdraw", REASON),
        order("AnswerFollowUp", "follow-up/answer", {"contracted": True, "amount_krw": 1}),
    ]


def _grants(fair: Fair) -> list[Order]:
    ((agreement),) = fair.stage.items(AGENCY, "/grants/agreements")
    programme = f"/grants/programmes/{agreement['programme_id']}"
    application = f"/grants/applications/{agreement['application_id']}"

    def order(command: str, path: str, body: Any = None, **more: Any) -> Order:
        return Order("grants", command, lambda _: path, lambda _: body or {}, **more)

    call = {
        "kind": "co-investment", "name": "다음 공고", "year": fair.year,
        "opens_at": f"{fair.year}-11-01T00:00:00Z", "closes_at": f"{fair.year + 1}-01-31T00:00:00Z",
    }  # fmt: skip
    draft = {
        "programme_id": agreement["programme_id"], "sme_company_id": company("x"), "buyer_company_id": company("A"),
        "planned_total_krw": 10_000_000,
    }  # fmt: skip
    signed = {
        "starts_on": f"{fair.year}-12-28", "ends_on": f"{fair.year + 1}-12-27",
        "instalments": [{"number": 1, "due_on": f"{fair.year}-12-29", "amount_krw": TERMS["grant_krw"]}],
    }  # fmt: skip
    payment = {"instalment": 1, "amount_krw": TERMS["grant_krw"]}
    return [
        order("OpenProgramme", "/grants/programmes", call),
        order("SetBudget", f"{programme}/budget", {"budget_krw": 2_000_000_000}, method="PUT"),
        order("DraftFromCommitments", f"{programme}/drafts"),
        order("DraftApplication", "/grants/applications", draft),
        order("SubmitApplication", f"{application}/submission", TERMS),
        order("CheckEligibility", f"{application}/eligibility-check", {"further_rules": []}),
        order("EvaluateApplication", f"{application}/evaluations", {"score": 50}),
        order("SelectApplication", f"{application}/selection", {"grant_krw": TERMS["grant_krw"]}),
        order("RejectApplication", f"{application}/rejection", REASON),
        order("WithdrawApplication", f"{application}/withdrawal"),
        order("SignAgreement", f"{application}/agreement", signed),
        order("MakePayment", f"/grants/agreements/{agreement['agreement_id']}/payments", payment),
    ]


def orders(fair: Fair) -> list[Order]:
    """One of each; those that end things come last."""
    return [*_registration(fair), *_matching(fair), *_consultation(fair), *_grants(fair)]
