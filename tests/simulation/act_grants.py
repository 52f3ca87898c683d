"""Act three: after the fair. Commitments become applications, applications agreements, agreements payments."""

from services.chassis.access import Actor
from services.consultation.domain import commands as consultation
from services.grants import tables as grants_tables
from services.grants.domain import commands as grants
from tests.simulation import act_floor
from tests.simulation.cast import AGENCY, BUDGET, BUYERS, EVALUATORS, FAIR, SMES, company
from tests.simulation.requests import MARK, Act, Asking, Request

COMPANIES = {company(name): name for name in SMES + BUYERS}
TERMS = {
    "title": "joint work", "total_krw": 50_000_000, "grant_krw": 30_000_000, "own_cash_krw": 5_000_000,
    "own_in_kind_krw": 15_000_000, "months": 12, "buyer_consent": True,
}  # fmt: skip
PARTS = ((1, "2023-12-29", 10_000_000), (2, "2024-06-30", 20_000_000))


def evening() -> list[Request | str]:
    """Every consultation was held and led to a commitment; for two of them the agreement is signed."""
    return ["held", "settle", "signed", "settle"]


def signed(rows) -> list[Request]:
    told: list[Request] = []
    for row in sorted(rows, key=lambda row: row["application_id"])[:2]:
        key = row["application_id"]
        sme = Actor("sme", "sme", company=row["sme_company_id"])
        told += [
            grant(sme, grants.SubmitApplication(application_id=key, **TERMS)),
            grant(AGENCY, grants.CheckEligibility(application_id=key)),
            grant(EVALUATORS[0], grants.EvaluateApplication(application_id=key, score=80)),
            grant(AGENCY, grants.SelectApplication(application_id=key, grant_krw=TERMS["grant_krw"])),
            _signing(key, PARTS),
        ]
    return told


def held(rows) -> list[Request]:
    told: list[Request] = []
    for row in rows:
        meeting, at = row["meeting_id"], row["ends_at"]
        buyer = act_floor.NAMES[row["buyer_participation_id"]]
        told += [
            act_floor.talk("organiser", consultation.RecordHeld(FAIR, meeting), occurred_at=at),
            act_floor.talk(buyer, consultation.RecordOutcome(FAIR, meeting, "development-commitment")),
            act_floor.talk(buyer, consultation.MakeCommitment(FAIR, meeting, "co-investment", 50_000_000)),
        ]
    return told


def grant(actor: Actor, command, **more) -> Request:
    return Request("grants", command, actor, **more)


def _handed(asking: Asking, command_of) -> Request | None:
    found = asking.some("grants", grants_tables.applications)
    return None if found is None else command_of(asking, found)


def _submit(asking: Asking, row) -> Request:
    sme = Actor(f"sme-of-{COMPANIES[row['sme_company_id']]}", "sme", company=row["sme_company_id"])
    return grant(sme, grants.SubmitApplication(application_id=row["application_id"], **TERMS))


def _check(asking: Asking, row) -> Request:
    return grant(AGENCY, grants.CheckEligibility(application_id=row["application_id"]))


def _evaluate(asking: Asking, row) -> Request:
    text = f"{MARK}{asking.name}"
    command = grants.EvaluateApplication(
        application_id=row["application_id"], score=asking.chance.randint(40, 99), comment=text
    )
    return grant(asking.chance.choice(EVALUATORS), command)


def _decide(asking: Asking, row) -> Request:
    if asking.chance.random() < 0.1:
        return grant(AGENCY, grants.RejectApplication(application_id=row["application_id"]))
    amount = asking.chance.choice((30_000_000, 30_000_000, 20_000_000))
    return grant(AGENCY, grants.SelectApplication(application_id=row["application_id"], grant_krw=amount))


def _sign(asking: Asking, row) -> Request:
    share = (row["granted_krw"] or 0) == sum(amount for _, _, amount in PARTS)
    parts = PARTS if share else ((1, "2023-12-29", row["granted_krw"] or 20_000_000),)
    return _signing(row["application_id"], parts)


def _signing(application_id: str, parts) -> Request:
    plan = [grants.PlannedInstalment(number=number, due_on=due, amount_krw=amount) for number, due, amount in parts]
    command = grants.SignAgreement(
        application_id=application_id, starts_on="2023-12-28", ends_on="2024-12-27", instalments=plan
    )
    return grant(AGENCY, command)


def _withdraw(asking: Asking, row) -> Request:
    return grant(AGENCY, grants.WithdrawApplication(application_id=row["application_id"]))


def _along(asking: Asking, row) -> Request:
    """The next step of this application, most of the time."""
    steps = {
        "drafted": _submit,
        "submitted": _check,
        "eligible": asking.chance.choice((_evaluate, _decide)),
        "selected": _sign,
    }
    return steps.get(row["status"], _sign)(asking, row)


def _any(asking: Asking, row) -> Request:
    return asking.chance.choice((_submit, _check, _evaluate, _decide, _sign, _withdraw))(asking, row)


def _pay(asking: Asking) -> Request | None:
    found = asking.some("grants", grants_tables.agreements)
    if found is None:
        return None
    number, _, amount = asking.chance.choice(PARTS)
    command = grants.MakePayment(agreement_id=found["agreement_id"], instalment=number, amount_krw=amount)
    return grant(AGENCY, command)


def _budget(asking: Asking) -> Request | None:
    found = asking.some("grants", grants_tables.programmes)
    if found is None:
        return None
    amount = asking.chance.choice((BUDGET, BUDGET - 40_000_000, BUDGET // 2))
    return grant(AGENCY, grants.SetBudget(programme_id=found["programme_id"], budget_krw=amount))


def _drafts(asking: Asking) -> Request | None:
    found = asking.some("grants", grants_tables.programmes)
    return None if found is None else grant(AGENCY, grants.DraftFromCommitments(programme_id=found["programme_id"]))


def _draft(asking: Asking) -> Request | None:
    found = asking.some("grants", grants_tables.programmes)
    if found is None:
        return None
    sme = asking.chance.choice(SMES)
    command = grants.DraftApplication(
        programme_id=found["programme_id"], sme_company_id=company(sme),
        buyer_company_id=company(asking.chance.choice(BUYERS)), planned_total_krw=50_000_000,
    )  # fmt: skip
    return grant(Actor(f"sme-of-{sme}", "sme", company=company(sme)), command)


GRANTS = Act(
    "grants", "floor", "2023-11-22T00:00:00+00:00", evening,
    (
        (40, lambda asking: _handed(asking, _along)), (12, lambda asking: _handed(asking, _any)), (14, _pay),
        (5, _budget), (3, _drafts), (3, _draft), (12, act_floor.said), (4, act_floor.follow_up),
        (1, act_floor.before.erase), (1, act_floor.before.represent),
    ),
)  # fmt: skip
