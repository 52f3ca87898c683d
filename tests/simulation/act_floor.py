"""Act two: the day of the fair. On-site requests rush in, people come, leave, or do not come."""

from services.consultation.domain import commands as consultation
from services.consultation.projections import tables as consultation_tables
from services.matching.domain import commands as matching
from services.matching.projections import tables as matching_tables
from services.registration.domain import commands as registration
from tests.simulation import act_registration as before
from tests.simulation.act_registration import answering, ask, match
from tests.simulation.cast import BUYERS, DAY, FAIR, ORGANISER, SMES, actor, company, request_id, who
from tests.simulation.requests import MARK, Act, Asking, Request

NAMES = {who(name): name for name in BUYERS + SMES}


def doors_open() -> list[Request | str]:
    names = ("sB", "rA")
    told: list[Request | str] = [before.approving(name) for name in "Cs"]
    told += [before.requesting(sme, buyer) for sme, buyer in names]
    told.append("settle")
    told += [answering(sme, buyer, "accept") for sme, buyer in ("pA", "qA", "pB", "rB", "sB")]
    told += [ask("organiser", registration.CloseRegistration(fair_id=FAIR)), "settle"]
    told += [match("organiser", matching.RequestTimetable(FAIR, before.TIMETABLE)), "settle"]
    told += [match("organiser", matching.PublishTimetable(FAIR, before.TIMETABLE)), "settle"]
    return told


def talk(name: str, command, **more) -> Request:
    return Request("consultation", command, ORGANISER if name == "organiser" else actor(name), **more)


def _on_site(asking: Asking) -> Request:
    sme, buyer = asking.chance.choice(SMES), asking.chance.choice(BUYERS)
    command = matching.RequestOnSiteMeeting(
        FAIR, who(sme), who(buyer), "valve", request_id=request_id(sme, buyer, on_site=True)
    )
    return match(sme, command)


def _off_site(asking: Asking) -> Request | None:
    found = asking.some("matching", matching_tables.on_site_requests, fair_id=FAIR)
    if found is None:
        return None
    return match(NAMES[found["sme_participation_id"]], matching.WithdrawOnSiteRequest(FAIR, found["request_id"]))


def _rearrange(asking: Asking) -> Request | None:
    found = asking.some("matching", matching_tables.meetings, fair_id=FAIR)
    if found is None:
        return None
    if asking.chance.random() < 0.3:
        return match("organiser", matching.CancelMeeting(FAIR, found["meeting_id"]))
    if asking.chance.random() < 0.2:
        kind = asking.chance.choice((matching.LockMeeting, matching.UnlockMeeting))
        return match("organiser", kind(FAIR, found["meeting_id"]))
    table, despite = asking.chance.choice((None, 1, 2)), asking.chance.random() < 0.3
    slot = asking.chance.randint(1, 3)
    return match("organiser", matching.MoveMeeting(FAIR, found["meeting_id"], slot, table, despite))


def _go_back(asking: Asking) -> Request | None:
    """To any run, of whichever timetable counts by now."""
    run = asking.some("matching", matching_tables.runs, fair_id=FAIR)
    if run is None:
        return None
    counts = [
        row
        for status in ("published", "drafted")
        for row in asking.look("matching", matching_tables.timetables, fair_id=FAIR, status=status)
    ]
    timetable_id = counts[0]["timetable_id"] if counts else run["timetable_id"]
    return match("organiser", matching.RollBackTimetable(FAIR, timetable_id, run["run_id"]))


def _presence(asking: Asking) -> Request:
    name = asking.chance.choice(BUYERS + SMES)
    kind = registration.CheckOut if asking.chance.random() < 0.3 else registration.CheckIn
    return ask(name, kind(fair_id=FAIR, participation_id=who(name)))


def _leave(asking: Asking) -> Request:
    name = asking.chance.choice(BUYERS + SMES)
    kind = registration.WithdrawBuyer if name.isupper() else registration.WithdrawSme
    return ask(name, kind(fair_id=FAIR, participation_id=who(name)))


def _happened(asking: Asking) -> Request | None:
    """Held or not: two sides may say different things at once."""
    found = asking.some("consultation", consultation_tables.consultations, fair_id=FAIR)
    if found is None:
        return None
    sides = (NAMES[found["buyer_participation_id"]], NAMES[found["sme_participation_id"]], "organiser")
    name = asking.chance.choice(sides)
    after = found["ends_at"]
    past = after if name == "organiser" and asking.chance.random() < 0.7 and after < asking.now else None
    if asking.chance.random() < 0.65:
        return talk(name, consultation.RecordHeld(FAIR, found["meeting_id"]), occurred_at=past)
    absent = asking.chance.choice(("buyer", "sme", "both"))
    return talk(name, consultation.RecordNoShow(FAIR, found["meeting_id"], absent), occurred_at=past)


def said(asking: Asking) -> Request | None:
    """Notes, ratings, outcomes, commitments and their withdrawal."""
    found = asking.some("consultation", consultation_tables.consultations, fair_id=FAIR)
    if found is None:
        return None
    meeting, buyer, sme = found["meeting_id"], found["buyer_participation_id"], found["sme_participation_id"]
    name = NAMES[asking.chance.choice((buyer, sme))]
    draw = asking.chance.random()
    if draw < 0.25:
        text = f"{MARK}{asking.name}"
        return talk(name, consultation.WriteNote(FAIR, meeting, text), kept=(who(name), text))
    if draw < 0.45:
        return talk(name, consultation.Rate(FAIR, meeting, asking.chance.randint(1, 5)))
    if draw < 0.65:
        outcome = asking.chance.choice(("development-commitment", "further-talks"))
        return talk(NAMES[buyer], consultation.RecordOutcome(FAIR, meeting, outcome))
    if draw < 0.85:
        return talk(NAMES[buyer], consultation.MakeCommitment(FAIR, meeting, "co-investment", 50_000_000))
    promise = asking.some("consultation", consultation_tables.commitments, fair_id=FAIR)
    if promise is None:
        return None
    text = f"{MARK}{asking.name}"
    command = consultation.WithdrawCommitment(FAIR, promise["meeting_id"], promise["commitment_id"], text)
    names = {company(name): name for name in SMES}
    return talk(names[promise["sme_company_id"]], command)


def follow_up(asking: Asking) -> Request | None:
    found = asking.some("consultation", consultation_tables.follow_ups, fair_id=FAIR)
    if found is None:
        return None
    command = consultation.AnswerFollowUp(FAIR, found["meeting_id"], contracted=True, amount_krw=1_000)
    return talk("organiser", command)


def _upheaval(asking: Asking) -> Request:
    """What turns the whole day over."""
    if asking.chance.random() < 0.3:
        return ask("organiser", registration.CancelFair(fair_id=FAIR))
    day = "2023-12-05"
    command = registration.RescheduleFair(
        fair_id=FAIR, date=day, slots=before.slots(day), answers_due_at="2023-11-30T00:00:00.000000Z", hall_tables=4
    )
    return ask("organiser", command)


FLOOR = Act(
    "floor", "registration", f"{DAY}T00:50:00+00:00", doors_open,
    (
        (22, _on_site), (5, _off_site), (8, _rearrange), (8, _presence), (4, _leave), (14, _happened), (14, said),
        (2, follow_up), (3, before.answer), (2, before.plan), (2, before.publish), (2, _go_back), (2, before.represent),
        (2, before.erase), (2, before.read_person), (2, before.book), (2, before.available), (1, before.correct),
        (1, _upheaval),
    ),
)  # fmt: skip
