"""Who acts on grants in tests, and the steps from a draft to an agreement."""

from grants_scenarios import BUYER, DURING, PLAN, SME, TERMS, some_id

from services.chassis.access import Actor
from services.grants.domain import commands

APPLICANT = Actor("sme-1", "sme", company=SME)
STRANGER = Actor("sme-2", "sme", company=some_id("another sme"))
PANEL = Actor("panel-1", "evaluator")


def own_draft(programme_id, **changes):
    values = {"programme_id": programme_id, "sme_company_id": SME, "buyer_company_id": BUYER}
    return commands.DraftApplication(**{**values, "planned_total_krw": 1_000_000, **changes})


def submission(application_id):
    return commands.SubmitApplication(application_id=application_id, **TERMS)


def select(office, application_id, grant_krw=700_000):
    """From draft to selection."""
    office.do(submission(application_id), APPLICANT, DURING)
    office.do(commands.CheckEligibility(application_id=application_id))
    office.do(commands.EvaluateApplication(application_id=application_id, score=80), PANEL)
    return office.do(commands.SelectApplication(application_id=application_id, grant_krw=grant_krw))


def signing(application_id):
    return commands.SignAgreement(
        application_id=application_id, starts_on="2024-01-01", ends_on="2025-12-31", instalments=PLAN
    )
