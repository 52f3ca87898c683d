"""Every role against every command of grants."""

import pytest

from services.chassis.access import ROLES, Actor, ForbiddenError, Scope, scope_of
from services.grants.access import ACCESS
from services.grants.domain import commands
from services.grants.handlers import COMMANDS

EXPECTED = {
    commands.OpenProgramme: {"agency"},
    commands.SetBudget: {"agency"},
    commands.DraftApplication: {"agency", "sme"},
    commands.DraftApplicationForCommitment: {"system"},
    commands.DraftFromCommitments: {"agency"},
    commands.SubmitApplication: {"agency", "sme"},
    commands.CheckEligibility: {"agency"},
    commands.EvaluateApplication: {"evaluator"},
    commands.SelectApplication: {"agency"},
    commands.RejectApplication: {"agency"},
    commands.WithdrawApplication: {"agency", "sme", "system"},
    commands.SignAgreement: {"agency"},
    commands.MakePayment: {"agency"},
}


def test_every_command_has_a_handler_and_an_entry():
    declared = {
        value for value in vars(commands).values() if isinstance(value, type) and value.__module__ == commands.__name__
    }
    assert declared - {commands.PlannedInstalment} == set(ACCESS) == {definition.command for definition in COMMANDS}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("command", ACCESS, ids=lambda command: command.__name__)
def test_a_role_may_exactly_what_is_expected(command, role):
    actor = Actor("somebody", role)
    if role in EXPECTED[command]:
        assert scope_of(ACCESS[command], actor, object()) is (Scope.OWN if role == "sme" else Scope.ANY)
    else:
        with pytest.raises(ForbiddenError):
            scope_of(ACCESS[command], actor, object())


def test_free_text_is_marked_personal_and_left_out_of_repr():
    texts = {"reason", "comment"}
    found = [field for command in ACCESS for field in command.__dataclass_fields__.values() if field.name in texts]
    assert len(found) == 3
    for field in found:
        assert field.metadata == {"personal": True}
        assert field.repr is False
