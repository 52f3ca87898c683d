"""What users of each service do, over and over. A story is a function of a user that issues a few commands.

Every service has something to do that needs nothing from the others, so that each can be loaded while they are away.
"""

import itertools
import random
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

from contracts.identity import participation_id
from tests.load.caller import Json, RefusedError
from tests.load.scene import (
    AGENCY,
    ANSWERED,
    BUYERS,
    DECEMBER,
    EARLY,
    EVALUATOR,
    EVENING,
    NOT_YET,
    ORGANISER,
    REGISTERED,
    SMES,
    Fair,
    Scene,
    Speaker,
    ask_on_site,
    eventually,
    open_call,
    open_registration,
    register_company,
    speaking,
)

NEWCOMERS_OF_A_FAIR, ASKED_ON_A_FLOOR, APPLICATIONS_OF_A_CALL = 100, 1_500, 200
STANDING_AT_MOST: Final = 8
ARRIVAL_SECONDS: Final = 1.0
TERMS: Final = {
    "title": "공동 개발", "total_krw": 400_000_000, "grant_krw": 300_000_000, "own_cash_krw": 20_000_000,
    "own_in_kind_krw": 80_000_000, "months": 12, "buyer_consent": True,
}  # fmt: skip


class Part:
    """What one user remembers between its stories. Users of a service share the pairs of a floor by their number."""

    def __init__(self, scene: Scene, number: int, users: int, seed: str) -> None:
        self.scene, self.number, self.users = scene, number, users
        self.random = random.Random(seed)
        self.standing: deque[tuple[Fair, str, int, int]] = deque()
        self.turn = itertools.count()

    def renewed(self, name: str, used: bool, renew: Callable[[], Any]) -> None:
        """Replace a part of the scene that has served. One user does it, the others go on with the old one."""
        lock = self.scene.renewing[name]
        if used and lock.acquire(blocking=False):
            try:
                renew()
            finally:
                lock.release()


def register(user: Speaker, part: Part) -> None:
    """A newcomer: company, application, approval, availability, three requests; a buyer's demand; second thoughts."""
    scene = part.scene
    fair = scene.registering
    fair.used += 1

    def renew() -> None:
        scene.registering = open_registration(user, scene.companies)

    part.renewed("registering", fair.used > NEWCOMERS_OF_A_FAIR, renew)
    place, company_id = fair.at("registration"), register_company(user)
    sme = participation_id(fair.fair_id, company_id, "sme")
    actor = speaking("sme", company_id)
    user.command(actor, f"{place}/smes", {"company_id": company_id, "synthetic": True}, at=REGISTERED)
    user.command(ORGANISER, f"{place}/smes/{sme}/approve", at=REGISTERED)
    slots = {"slots": sorted(part.random.sample(range(1, 7), 4))}
    user.command(actor, f"{place}/participations/{sme}/availability", slots, at=REGISTERED)
    buyers = part.random.sample(range(BUYERS), 3)
    whom = fair.participation("buyer", buyers[0])
    demand = {"title": "수소 밸브", "topics": ["hydrogen"], "synthetic": True}
    demanding = speaking("buyer", fair.companies["buyer"][buyers[0]])
    user.command(demanding, f"{place}/participations/{whom}/demands", demand, at=REGISTERED)
    for buyer in buyers:
        body = {
            "sme_participation_id": sme, "buyer_participation_id": fair.participation("buyer", buyer),
            "technology": "수소 센서", "topics": ["hydrogen"], "synthetic": True,
        }  # fmt: skip
        request_id = str(user.command(actor, f"{place}/requests", body, at=REGISTERED)["request_id"])
        if part.random.random() < 0.1:
            user.command(actor, f"{place}/requests/{request_id}/withdraw", at=REGISTERED)
        else:
            scene.asked.append((time.monotonic() + ARRIVAL_SECONDS, fair, request_id))


def match(user: Speaker, part: Part) -> None:
    """In turn: answer what was asked for; ask on site, and take back what stands longest."""
    if next(part.turn) % 3 == 0 and _answer(user, part):
        return
    scene = part.scene
    fair = scene.floor
    fair.used += 1

    def renew() -> None:
        scene.floor = scene.open_floor(user)

    part.renewed("floor", fair.used > ASKED_ON_A_FLOOR, renew)
    if len(part.standing) >= STANDING_AT_MOST or (part.standing and part.standing[0][0] is not fair):
        old, request_id, _, sme = part.standing.popleft()
        actor = speaking("sme", old.companies["sme"][sme])
        user.command(actor, f"{old.at('matching')}/on-site-requests/{request_id}/withdraw", at=EARLY)
        return
    # Each user has SMEs of its own; the buyers, with their tables, are everybody's.
    taken = {(buyer, sme) for _, _, buyer, sme in part.standing}
    free = [
        (buyer, sme)
        for sme in range(part.number % SMES, SMES, part.users)
        for buyer in range(BUYERS)
        if buyer != sme % BUYERS and (buyer, sme) not in taken
    ]
    buyer, sme = part.random.choice(free)
    part.standing.append((fair, str(ask_on_site(user, fair, buyer, sme)["request_id"]), buyer, sme))


def _answer(user: Speaker, part: Part) -> bool:
    """Answer a request that has arrived; False when there is none."""
    asked = part.scene.asked
    try:
        due, fair, request_id = asked.popleft()
    except IndexError:
        return False
    if due > time.monotonic():
        asked.appendleft((due, fair, request_id))
        return False
    answer = part.random.choice(("must-meet", "accept", "accept", "decline"))
    path = f"{fair.at('matching')}/requests/{request_id}/answer"
    try:
        user.command(ORGANISER, path, {"answer": answer, "synthetic": True}, at=ANSWERED)
    except RefusedError as refused:
        if refused.problem not in NOT_YET:
            raise
        asked.append((time.monotonic() + ARRIVAL_SECONDS, fair, request_id))
    return True


def consult(user: Speaker, part: Part) -> None:
    """A talk: held, rated by both sides, noted, with an outcome; sometimes a promise that is taken back."""
    talk = part.random.choice(part.scene.talks)
    at = f"{talk.fair.at('consultation')}/consultations/{talk.meeting_id}"

    def say(what: str, body: Json) -> Json:
        return user.command(ORGANISER, f"{at}/{what}", body, at=EVENING)

    try:
        say("held", {"synthetic": True})
    except RefusedError as refused:
        if refused.problem not in NOT_YET:
            raise
        # It has not arrived yet. Others have: nobody waits for this one.
        return
    for by in ("buyer", "sme"):
        say("ratings", {"by": by, "score": part.random.randint(1, 5), "synthetic": True})
    say("notes", {"by": part.random.choice(("buyer", "sme")), "text": "후속 회의를 잡기로 함"})
    if part.random.random() < 0.3:
        say("outcome", {"outcome": "development-commitment", "synthetic": True})
        promise = {"programme_kind": "co-investment", "planned_total_krw": 400_000_000, "synthetic": True}
        made = say("commitments", promise)
        say(f"commitments/{made['commitment_id']}/withdraw", {"by": "sme"})


def grant(user: Speaker, part: Part) -> None:
    """An application from draft to first payment, or withdrawn on the way."""
    scene = part.scene
    call = scene.call
    call.used += 1

    def renew() -> None:
        scene.call = open_call(user)

    part.renewed("call", call.used > APPLICATIONS_OF_A_CALL, renew)
    companies = {side: part.random.choice(scene.companies[side]) for side in ("sme", "buyer")}
    draft = {
        "programme_id": call.programme_id, "sme_company_id": companies["sme"], "buyer_company_id": companies["buyer"],
        "planned_total_krw": TERMS["total_krw"], "synthetic": True,
    }  # fmt: skip
    drafted = eventually(user, AGENCY, "/grants/applications", draft, at=DECEMBER)
    at = f"/grants/applications/{drafted['application_id']}"
    user.command(AGENCY, f"{at}/submission", dict(TERMS), at=DECEMBER)
    user.command(AGENCY, f"{at}/eligibility-check", {"further_rules": []}, at=DECEMBER)
    if part.random.random() < 0.3:
        user.command(AGENCY, f"{at}/withdrawal", at=DECEMBER)
        return
    user.command(EVALUATOR, f"{at}/evaluations", {"score": part.random.randint(60, 100), "comment": "좋은 과제"})
    user.command(AGENCY, f"{at}/selection", {"grant_krw": TERMS["grant_krw"]}, at=DECEMBER)
    plan = [{"number": 1, "due_on": "2024-01-01", "amount_krw": TERMS["grant_krw"]}]
    agreement = {"starts_on": "2024-01-01", "ends_on": "2024-12-31", "instalments": plan, "synthetic": True}
    signed = user.command(AGENCY, f"{at}/agreement", agreement, at="2023-12-20T10:00:00+09:00")
    payments = f"/grants/agreements/{signed['agreement_id']}/payments"
    payment = {"instalment": 1, "amount_krw": TERMS["grant_krw"], "synthetic": True}
    user.command(AGENCY, payments, payment, at="2024-01-02T10:00:00+09:00")


STORIES: Final[Mapping[str, Callable[[Speaker, Part], None]]] = {
    "registration": register,
    "matching": match,
    "consultation": consult,
    "grants": grant,
}
