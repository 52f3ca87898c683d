"""Handlers: load what the command concerns, ask the domain, record what it decides."""

from typing import Final

from services.chassis.service import CommandDefinition, Handler
from services.grants.access import ACCESS
from services.grants.domain import commands
from services.grants.handlers import agreements, applications, decisions, programmes

_HANDLERS: Final[dict[type, Handler]] = {
    commands.OpenProgramme: programmes.open_programme,
    commands.SetBudget: programmes.set_budget,
    commands.DraftApplication: applications.draft_application,
    commands.DraftApplicationForCommitment: programmes.draft_for_commitment,
    commands.DraftFromCommitments: programmes.draft_from_commitments,
    commands.SubmitApplication: applications.submit_application,
    commands.CheckEligibility: decisions.check_eligibility,
    commands.EvaluateApplication: decisions.evaluate_application,
    commands.SelectApplication: decisions.select_application,
    commands.RejectApplication: decisions.reject_application,
    commands.WithdrawApplication: applications.withdraw_application,
    commands.SignAgreement: agreements.sign_agreement,
    commands.MakePayment: agreements.make_payment,
}

COMMANDS: Final = tuple(CommandDefinition(command, handler, ACCESS[command]) for command, handler in _HANDLERS.items())
