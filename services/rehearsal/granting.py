"""From commitments to first payments: calls, drafts, applications, evaluation, selection, agreements."""

from datetime import date, timedelta
from functools import partial
from typing import Final

from services.rehearsal.client import Json, RehearsalError
from services.rehearsal.records import Row, flag
from services.rehearsal.scene import AGENCY, EVALUATOR, ORGANISER, Scene, by_many_hands

LEAST_SCORE: Final = 60
"""Selected from this score on, as far as the budget reaches: an assumption of this job."""
MONTHS_A_YEAR: Final = 12


def grant(scene: Scene) -> None:
    """Both programmes, from the call to the first instalments."""
    for row in scene.records["programmes"]:
        _run(scene, row, _open(scene, row))
    scene.settle("the grants")


def _open(scene: Scene, row: Row) -> str:
    body = {name: row[name] for name in ("kind", "name", "opens_at", "closes_at")} | {
        name: int(row[name])
        for name in ("year", "max_grant_krw", "max_months", "max_government_share_bp", "min_own_cash_bp")
    }
    synthetic = {"synthetic": flag(row["synthetic"])}
    opened = scene.client.post(AGENCY, "/grants/programmes", {**body, **synthetic}, at=row["opens_at"])
    programme_id = str(opened["programme_id"])
    budget = {"budget_krw": int(row["budget_krw"]), **synthetic}
    scene.client.put(AGENCY, f"/grants/programmes/{programme_id}/budget", budget, at=row["opens_at"])
    return programme_id


def _run(scene: Scene, row: Row, programme_id: str) -> None:
    """Drafts come from the commitments that grants has heard of; each then goes its way in the order of its score."""
    records, client = scene.records, scene.client
    place, fair = f"/consultation/{scene.fair}/commitments", records.fair_id
    promised = {talk["commitment_id"]: talk for talk in client.every(ORGANISER, place, programme_kind=row["kind"])}
    known = client.total(AGENCY, "/grants/commitments", fair_id=fair, programme_kind=row["kind"])
    if known != len(promised):
        raise RehearsalError(f"grants knows {known} of {len(promised)} commitments")
    client.post(AGENCY, f"/grants/programmes/{programme_id}/drafts", at=row["opens_at"])
    wanted = records.by("applications", "request")
    requests = _requests(scene)
    cases: list[tuple[Json, Row, Row]] = []
    for application in client.every(AGENCY, "/grants/applications", programme_id=programme_id, fair_id=fair):
        asked = requests[promised[application["commitment_id"]]["meeting_id"]]
        cases.append((application, wanted[asked["external_id"]], asked))
    by_many_hands(partial(_apply, scene, *case) for case in cases)
    cases.sort(key=lambda case: (-int(case[1]["score"]), case[1]["request"]))
    free = int(row["budget_krw"])
    selected = []
    for application, terms, _ in cases:
        grant_krw = int(terms["grant_krw"])
        if _decide(scene, str(application["application_id"]), terms, chosen=grant_krw <= free):
            free -= grant_krw
            selected.append((str(application["application_id"]), terms))
    by_many_hands(partial(_sign_and_pay, scene, *case) for case in selected)


def _requests(scene: Scene) -> dict[str, Row]:
    """What was asked for, by meeting."""
    talks = scene.client.every(ORGANISER, f"/consultation/{scene.fair}/consultations")
    return {talk["meeting_id"]: scene.records.asked[talk["request_id"]] for talk in talks}


def _apply(scene: Scene, application: Json, terms: Row, asked: Row) -> None:
    body: Json = {
        name: int(terms[name]) for name in ("total_krw", "grant_krw", "own_cash_krw", "own_in_kind_krw", "months")
    }
    body |= {"title": f"(가상) {asked['technology']}", "buyer_consent": flag(terms["buyer_consent"])}
    place = f"/grants/applications/{application['application_id']}"
    actor = scene.agency_for(str(application["sme_company_id"]))
    scene.client.post(actor, f"{place}/submission", body, at=scene.records.at("applications_submitted"))


def _decide(scene: Scene, application_id: str, terms: Row, *, chosen: bool) -> bool:
    """Whether the application was selected. Scores are given by the evaluator itself, hence now."""
    post, at = scene.client.post, scene.records.at("applications_evaluated")
    place, score = f"/grants/applications/{application_id}", int(terms["score"])
    checked = post(AGENCY, f"{place}/eligibility-check", {"further_rules": []}, at=at)
    if not checked["eligible"]:
        return False
    post(EVALUATOR, f"{place}/evaluations", {"score": score})
    if score < LEAST_SCORE or not chosen:
        post(AGENCY, f"{place}/rejection", at=at)
        return False
    post(AGENCY, f"{place}/selection", {"grant_krw": int(terms["grant_krw"])}, at=at)
    return True


def _sign_and_pay(scene: Scene, application_id: str, terms: Row) -> None:
    records, post = scene.records, scene.client.post
    signed_at = records.at("agreements_signed")
    starts = date.fromisoformat(signed_at[:10])
    plan = instalments(starts, int(terms["months"]), int(terms["grant_krw"]))
    body = {
        "starts_on": starts.isoformat(),
        "ends_on": (months_later(starts, int(terms["months"])) - timedelta(days=1)).isoformat(),
        "instalments": plan,
        "synthetic": flag(terms["synthetic"]),
    }
    signed = post(AGENCY, f"/grants/applications/{application_id}/agreement", body, at=signed_at)
    first = {"instalment": 1, "amount_krw": plan[0]["amount_krw"], "synthetic": flag(terms["synthetic"])}
    path = f"/grants/agreements/{signed['agreement_id']}/payments"
    post(AGENCY, path, first, at=records.at("first_payments_made"))


def instalments(starts: date, months: int, grant_krw: int) -> list[Json]:
    """One a year, equal but for the first, which takes what does not divide: an assumption of this job."""
    count = -(-months // MONTHS_A_YEAR)
    share, rest = divmod(grant_krw, count)
    return [
        {
            "number": number + 1,
            "due_on": months_later(starts, number * MONTHS_A_YEAR).isoformat(),
            "amount_krw": share + (rest if number == 0 else 0),
        }
        for number in range(count)
    ]


def months_later(day: date, months: int) -> date:
    """The same day so many months on; the first of a month always exists."""
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 + months, MONTHS_A_YEAR)
    return day.replace(year=year, month=month + 1)
