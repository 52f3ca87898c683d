"""Each role x command against the table as people would state it."""

import pytest

from services.chassis.access import ROLES, Actor, ForbiddenError, Scope, scope_of
from services.registration.access import ACCESS
from services.registration.domain import commands
from services.registration.handlers import COMMANDS, HANDLERS

BUYERS_OWN = {
    "ApplyAsBuyer", "WithdrawBuyer", "AddRepresentative", "RemoveRepresentative", "DeclareAvailability",
    "PublishDemand", "CheckIn", "CheckOut", "BookSeat", "ReleaseSeat", "ProposeChallenge",
}  # fmt: skip
SMES_OWN = {
    "ApplyAsSme", "WithdrawSme", "AddRepresentative", "RemoveRepresentative", "DeclareAvailability",
    "RequestConsultation", "WithdrawConsultationRequest", "CheckIn", "CheckOut", "BookSeat", "ReleaseSeat",
}  # fmt: skip
ALL = {getattr(commands, name) for name in commands.__all__}


def expected(role: str, command: str) -> Scope | None:
    if role == "organiser":
        return Scope.ANY
    own = {"buyer": BUYERS_OWN, "sme": SMES_OWN}.get(role, set())
    return Scope.OWN if command in own else None


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("command", sorted(ALL, key=lambda command: command.__name__), ids=lambda c: c.__name__)
def test_role_and_command(role, command):
    scope = expected(role, command.__name__)
    actor = Actor("somebody", role, company="c")
    if scope is None:
        with pytest.raises(ForbiddenError):
            scope_of(ACCESS[command], actor, object())
    else:
        assert scope_of(ACCESS[command], actor, object()) is scope


def test_every_command_has_a_handler_and_an_entry():
    assert ALL == set(ACCESS) == set(HANDLERS) == {definition.command for definition in COMMANDS}
