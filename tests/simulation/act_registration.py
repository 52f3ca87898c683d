"""Act one: companies apply, ask for consultations, buyers answer, a timetable is planned and published."""

from contracts.identity import derived_id
from services.grants.domain import commands as grants
from services.matching.domain import commands as matching
from services.matching.projections import tables as matching_tables
from services.registration.domain import commands as registration
from services.registration.projections import tables as registration_tables
from tests.simulation.cast import (
    AGENCY,
    BRIEFING,
    BUYERS,
    CHALLENGE,
    DAY,
    FAIR,
    HALL,
    ORGANISER,
    QUOTA,
    SEATS,
    SMES,
    TABLES,
    actor,
    company,
    contact_id,
    request_id,
    slots,
    who,
)  # fmt: skip
from tests.simulation.requests import MARK, Act, Asking, Request

TIMETABLE = derived_id("simulation", "timetable")


def ask(name: str, command, **more) -> Request:
    return Request("registration", command, ORGANISER if name == "organiser" else actor(name), **more)


def match(name: str, command, **more) -> Request:
    return Request("matching", command, ORGANISER if name == "organiser" else actor(name), **more)


def opening() -> list[Request | str]:
    fair = {"name": "fair", "edition": 2, "date": DAY, "venue": "COEX", "request_quota": QUOTA, "fair_id": FAIR}
    plan = {"fair_id": FAIR, "slots": slots(), "answers_due_at": "2023-11-15T00:00:00.000000Z", "hall_tables": HALL}
    briefing = {"kind": "technology", "hosts": ["KT"], "seats": SEATS, "briefing_id": BRIEFING, "fair_id": FAIR}
    hours = {"starts_at": f"{DAY}T05:00:00.000000Z", "ends_at": f"{DAY}T06:00:00.000000Z"}
    call = {"opens_at": "2023-10-01T00:00:00.000000Z", "closes_at": "2023-12-20T00:00:00.000000Z", "year": 2023}
    told: list[Request | str] = [
        ask("organiser", registration.OpenFair(**fair)),
        ask("organiser", registration.ScheduleFair(**plan)),
        ask("organiser", registration.ScheduleBriefing(**briefing, **hours)),
        Request("grants", grants.OpenProgramme(kind="co-investment", name="call", **call), AGENCY),
    ]
    for name in BUYERS + SMES[:-1]:
        made = registration.RegisterCompany(name=f"company {name}", company_id=company(name))
        told.append(ask("organiser", made))
        told.append(applying(name))
    told += [approving(name) for name in "ABpqr"]
    told += [requesting(sme, buyer) for sme, buyer in ("pA", "qA", "pB", "rB")]
    return ["settle", *told, "settle", "budget", "settle"]


def applying(name: str) -> Request:
    if name.isupper():
        command = registration.ApplyAsBuyer(fair_id=FAIR, company_id=company(name), kind="large", tables=TABLES[name])
        return ask(name, command)
    return ask(name, registration.ApplyAsSme(fair_id=FAIR, company_id=company(name)))


def approving(name: str) -> Request:
    kind = registration.ApproveBuyer if name.isupper() else registration.ApproveSme
    return ask("organiser", kind(fair_id=FAIR, participation_id=who(name)))


def requesting(sme: str, buyer: str) -> Request:
    command = registration.RequestConsultation(
        fair_id=FAIR, sme_participation_id=who(sme), buyer_participation_id=who(buyer), technology="valve",
        topics=["hydrogen"], request_id=request_id(sme, buyer),
    )  # fmt: skip
    return ask(sme, command)


def answering(sme: str, buyer: str, answer: str, expires_at: str | None = None) -> Request:
    return match(buyer, matching.AnswerRequest(FAIR, request_id(sme, buyer), answer, expires_at))


def _register(asking: Asking) -> Request:
    name = asking.chance.choice(BUYERS + SMES)
    return ask("organiser", registration.RegisterCompany(name=f"company {name}", company_id=company(name)))


def _apply(asking: Asking) -> Request:
    return applying(asking.chance.choice("Cst" + BUYERS + SMES))


def _review(asking: Asking) -> Request:
    name = asking.chance.choice("CCstst" + BUYERS + SMES)
    if asking.chance.random() < 0.75:
        return approving(name)
    kind = registration.RejectBuyer if name.isupper() else registration.RejectSme
    return ask("organiser", kind(fair_id=FAIR, participation_id=who(name)))


def _request(asking: Asking) -> Request:
    return requesting(asking.chance.choice(SMES), asking.chance.choice(BUYERS))


def _take_back(asking: Asking) -> Request:
    sme, buyer = asking.chance.choice(SMES), asking.chance.choice(BUYERS)
    command = registration.WithdrawConsultationRequest(fair_id=FAIR, request_id=request_id(sme, buyer))
    return ask(sme, command)


def answer(asking: Asking) -> Request:
    """Mostly of what is there; two answers to one request race."""
    found = asking.some("matching", matching_tables.requests, fair_id=FAIR) if asking.chance.random() < 0.8 else None
    given = asking.chance.choice(("accept", "accept", "must-meet", "decline"))
    until = "2023-11-20T00:00:00.000000Z" if given == "accept" and asking.chance.random() < 0.3 else None
    if found is None:
        return answering(asking.chance.choice(SMES), asking.chance.choice(BUYERS), given, until)
    names = {who(name): name for name in BUYERS}
    command = matching.AnswerRequest(FAIR, found["request_id"], given, until)
    return match(names[found["buyer_participation_id"]], command)


def _exclude(asking: Asking) -> Request:
    buyer, sme = asking.chance.choice(BUYERS), asking.chance.choice(SMES)
    return match(asking.chance.choice((buyer, sme)), matching.ExcludePair(FAIR, who(buyer), who(sme)))


def plan(asking: Asking) -> Request:
    return match("organiser", matching.RequestTimetable(FAIR))


def publish(asking: Asking) -> Request | None:
    found = asking.some("matching", matching_tables.timetables, fair_id=FAIR)
    if found is None:
        return None
    kind = matching.PublishTimetable if found["status"] != "published" else matching.ReviseTimetable
    return match("organiser", kind(FAIR, found["timetable_id"]))


def represent(asking: Asking) -> Request:
    """A person is named; what identifies it may be read from nowhere but the vault."""
    name, number = asking.chance.choice(BUYERS + SMES), asking.chance.randint(1, 2)
    text = f"{MARK}{asking.name}"
    command = registration.AddRepresentative(
        fair_id=FAIR, participation_id=who(name), role="lead", name=text, phone=None, email=None,
        contact_id=contact_id(name, number),
    )  # fmt: skip
    return ask(name, command, kept=(contact_id(name, number), text))


def remove(asking: Asking) -> Request:
    name = asking.chance.choice(BUYERS + SMES)
    contact = contact_id(name, asking.chance.randint(1, 2))
    command = registration.RemoveRepresentative(fair_id=FAIR, participation_id=who(name), contact_id=contact)
    return ask(name, command)


def erase(asking: Asking) -> Request:
    name = asking.chance.choice(BUYERS + SMES)
    return Request("registration", None, ORGANISER, erases=contact_id(name, asking.chance.randint(1, 2)))


def read_person(asking: Asking) -> Request | None:
    """Somebody looks a person up; the look is logged, whether there is something to see or not."""
    found = asking.some("registration", registration_tables.representatives, fair_id=FAIR)
    if found is None:
        return None
    return Request("registration", None, ORGANISER, reads=found["contact_reference"])


def import_some(asking: Asking) -> Request:
    """Several companies in one transaction, as an import of a file does it."""
    names = asking.chance.sample(BUYERS + SMES, 3)
    commands = tuple(
        (registration.RegisterCompany(name=f"company {name}", company_id=company(name)), applying(name).command)
        for name in names
    )
    return Request("registration", None, ORGANISER, imports=commands)


def book(asking: Asking) -> Request:
    name = asking.chance.choice(BUYERS + SMES)
    seat = derived_id("simulation", "seat", name)
    if asking.chance.random() < 0.3:
        return ask(name, registration.ReleaseSeat(fair_id=FAIR, briefing_id=BRIEFING, seat_id=seat))
    command = registration.BookSeat(fair_id=FAIR, briefing_id=BRIEFING, participation_id=who(name), seat_id=seat)
    return ask(name, command)


def available(asking: Asking) -> Request:
    name = asking.chance.choice(BUYERS + SMES)
    hours = sorted(asking.chance.sample((1, 2, 3), asking.chance.randint(1, 3)))
    return ask(name, registration.DeclareAvailability(fair_id=FAIR, participation_id=who(name), slots=hours))


def _demand(asking: Asking) -> Request:
    name = asking.chance.choice(BUYERS)
    command = registration.PublishDemand(
        fair_id=FAIR, participation_id=who(name), title="valve", topics=["hydrogen"],
        demand_id=derived_id("simulation", "demand", name),
    )  # fmt: skip
    return ask(name, command)


def _challenge(asking: Asking) -> Request:
    if asking.chance.random() < 0.5:
        command = registration.ProposeChallenge(
            fair_id=FAIR, proposer="A", title="task", company_id=company("A"), challenge_id=CHALLENGE
        )
        return ask("A", command)
    sme = company(asking.chance.choice(SMES))
    return ask(
        "organiser", registration.SelectSmeForChallenge(fair_id=FAIR, challenge_id=CHALLENGE, sme_company_id=sme)
    )


def withdraw(asking: Asking) -> Request:
    name = asking.chance.choice("BC" + SMES)
    kind = registration.WithdrawBuyer if name.isupper() else registration.WithdrawSme
    return ask(name, kind(fair_id=FAIR, participation_id=who(name)))


def correct(asking: Asking) -> Request:
    text = f"{MARK}{asking.name}"
    command = registration.CorrectFair(
        fair_id=FAIR, name="fair", venue=f"hall {asking.chance.randint(1, 3)}", reason=text
    )
    return ask("organiser", command)


def _close(asking: Asking) -> Request:
    return ask("organiser", registration.CloseRegistration(fair_id=FAIR))


def _strangers(asking: Asking) -> Request:
    """What nobody may do, or what cannot be."""
    return asking.chance.choice((
        Request("registration", registration.ApproveSme(fair_id=FAIR, participation_id=who("s")), actor("p")),
        Request("registration", registration.CheckIn(fair_id=FAIR, participation_id=who("q")), actor("p")),
        match("organiser", matching.PublishTimetable(FAIR, derived_id("nothing"))),
        ask("organiser", registration.CloseRegistration(fair_id=derived_id("nowhere"))),
    ))  # fmt: skip


REGISTRATION = Act(
    "registration", None, "2023-10-02T00:00:00+00:00", opening,
    (
        (3, _register), (6, _apply), (8, _review), (14, _request), (5, _take_back), (14, answer), (2, _exclude),
        (4, plan), (5, publish), (5, represent), (2, remove), (2, erase), (4, book), (3, available), (2, _demand),
        (2, _challenge), (6, withdraw), (1, correct), (2, _close), (2, _strangers), (3, read_person), (2, import_some),
    ),
)  # fmt: skip
