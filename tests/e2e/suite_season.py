"""A whole small fair with everything a fair may have, made once a process and then copied for each test."""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path

from tests.e2e.suite_fair import Fair, buyer, company, sme
from tests.e2e.suite_stage import ORGANISER, Stage, staged


def hold(stage: Stage, year: int = 2023) -> Fair:
    """From the first application to the first payment."""
    fair = Fair(stage, year)
    fair.open()
    fair.admit("A", "B", "x", "y", "z")
    furnish(fair)
    fair.ask("xA", "yA", "xB", "zB")
    fair.answer("xA", answer="must-meet")
    fair.answer("yA", "xB")
    fair.answer("zB", answer="decline")
    fair.open_programme()
    fair.before(11)
    fair.publish()
    fair.at("00:30")
    for name in ("A", "x"):
        stage.do(ORGANISER, f"{fair.registration}/participations/{fair.who(name)}/check-in")
    fair.ask_on_site("z", "A")
    made = fair.commit_to_develop("x", "A")
    fair.say(sme("x"), made["meeting_id"], "notes", {"text": "다음 달에 시제품을 보내기로 함"})
    fair.grant(made["commitment_id"], "x")
    return fair


def furnish(fair: Fair) -> None:
    """People, hours, demands, briefings, challenges and what happens on stage."""
    do, place = fair.stage.do, fair.registration
    for name, actor in (("A", buyer("A")), ("x", sme("x"))):
        own = f"{place}/participations/{fair.who(name)}"
        person = {"role": "lead", "name": "김가상", "phone": "02-000-0000", "email": "lead@example.com"}
        do(actor, f"{own}/representatives", {**person, "contact_id": fair.id("contact", name)})
        do(actor, f"{own}/availability", {"slots": [1, 2, 3, 4]})
    demand = {"title": "수전해 촉매", "topics": ["hydrogen"], "demand_id": fair.id("demand"), "synthetic": True}
    do(buyer("A"), f"{place}/participations/{fair.who('A')}/demands", demand)
    day = {"starts_at": f"{fair.date}T05:00:00Z", "ends_at": f"{fair.date}T06:00:00Z"}
    briefing = {"kind": "technology", "hosts": ["KT"], "seats": 3, "briefing_id": fair.id("briefing"), **day}
    do(ORGANISER, f"{place}/briefings", briefing)
    for name, actor in (("A", buyer("A")), ("x", sme("x"))):
        seat = {"participation_id": fair.who(name), "seat_id": fair.id("seat", name)}
        do(actor, f"{place}/briefings/{fair.id('briefing')}/seats", seat)
    challenge = {"proposer": "(가상) A", "title": "촉매 국산화", "company_id": company("A"), "synthetic": True}
    do(buyer("A"), f"{place}/challenges", {**challenge, "challenge_id": fair.id("challenge")})
    award = {"category": "minister", "recipient": "이수상", "company_id": company("A"), "award_id": fair.id("award")}
    do(ORGANISER, f"{place}/awards", award)
    showcase = {"sme_company_id": company("x"), "buyer_company_ids": [company("A")]}
    do(ORGANISER, f"{place}/showcases", {**showcase, "showcase_id": fair.id("showcase")})
    claim = {"subject": "buyers", "value": 40, "source": "press", "claim_id": fair.id("claim")}
    do(ORGANISER, f"{place}/claims", claim)


def publish_full(stage: Stage) -> Fair:
    """Two slots: A meets x and y and has no other seat, B meets z. The call of a programme is open."""
    fair = Fair(stage)
    fair.open(slots=2)
    fair.admit("A", "B", "x", "y", "z", "w")
    fair.ask("xA", "yA", "zB")
    fair.answer("xA", "yA", "zB")
    fair.open_programme()
    fair.before(11)
    fair.publish()
    fair.at("00:30")
    return fair


@cache
def _template(tell: Callable[[Stage], Fair]) -> tuple[Path, str]:
    """The files of a stage on which this was told, and what its clock said in the end."""
    directory = tempfile.TemporaryDirectory()
    atexit.register(directory.cleanup)
    with staged(Path(directory.name)) as stage:
        tell(stage)
        return Path(directory.name), stage.clock.now().isoformat()


@contextmanager
def _copied(tell: Callable[[Stage], Fair], directory: Path) -> Iterator[tuple[Stage, Fair]]:
    template, now = _template(tell)
    copy = directory / "stage"
    shutil.copytree(template, copy)
    with staged(copy) as stage:
        stage.clock.set(now)
        yield stage, Fair(stage)


def after_the_fair(directory: Path) -> AbstractContextManager[tuple[Stage, Fair]]:
    """A stage of its own on which the fair of 2023 was held."""
    return _copied(hold, directory)


def before_the_doors_open(directory: Path) -> AbstractContextManager[tuple[Stage, Fair]]:
    """A stage of its own with a published, full timetable, half an hour before the first slot."""
    return _copied(publish_full, directory)
