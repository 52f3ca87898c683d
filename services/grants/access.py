"""The access table of grants: which roles may issue which command, and for whom. Buyers and auditors only read."""

from collections.abc import Mapping
from typing import Final

from services.chassis.access import Access, Scope
from services.grants.domain import commands

_AGENCY: Final[Access] = {"agency": Scope.ANY}
_APPLICANT: Final[Access] = {"agency": Scope.ANY, "sme": Scope.OWN}

ACCESS: Final[Mapping[type, Access]] = {
    commands.OpenProgramme: _AGENCY,
    commands.SetBudget: _AGENCY,
    commands.DraftApplication: _APPLICANT,
    commands.DraftApplicationForCommitment: {"system": Scope.ANY},
    commands.DraftFromCommitments: _AGENCY,
    commands.SubmitApplication: _APPLICANT,
    commands.CheckEligibility: _AGENCY,
    commands.EvaluateApplication: {"evaluator": Scope.ANY},
    commands.SelectApplication: _AGENCY,
    commands.RejectApplication: _AGENCY,
    commands.WithdrawApplication: {**_APPLICANT, "system": Scope.ANY},
    commands.SignAgreement: _AGENCY,
    commands.MakePayment: _AGENCY,
}
