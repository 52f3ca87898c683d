"""Who may issue which command of registration, and for whom. Roles that are not named may not."""

from collections.abc import Mapping
from typing import Final

from services.chassis.access import Access, Scope
from services.registration.domain import commands

_ORGANISER: Final[Access] = {"organiser": Scope.ANY}
_BUYER: Final[Access] = {"organiser": Scope.ANY, "buyer": Scope.OWN}
_SME: Final[Access] = {"organiser": Scope.ANY, "sme": Scope.OWN}
_EITHER_SIDE: Final[Access] = {"organiser": Scope.ANY, "buyer": Scope.OWN, "sme": Scope.OWN}

ACCESS: Final[Mapping[type, Access]] = {
    commands.RegisterCompany: _ORGANISER,
    commands.CorrectCompany: _ORGANISER,
    commands.OpenFair: _ORGANISER,
    commands.ScheduleFair: _ORGANISER,
    commands.CloseRegistration: _ORGANISER,
    commands.RescheduleFair: _ORGANISER,
    commands.CancelFair: _ORGANISER,
    commands.CorrectFair: _ORGANISER,
    commands.ScheduleShowcase: _ORGANISER,
    commands.GrantAward: _ORGANISER,
    commands.RecordSourceClaim: _ORGANISER,
    commands.ApplyAsBuyer: _BUYER,
    commands.ApproveBuyer: _ORGANISER,
    commands.RejectBuyer: _ORGANISER,
    commands.WithdrawBuyer: _BUYER,
    commands.ApplyAsSme: _SME,
    commands.ApproveSme: _ORGANISER,
    commands.RejectSme: _ORGANISER,
    commands.WithdrawSme: _SME,
    commands.CorrectParticipation: _ORGANISER,
    commands.AddRepresentative: _EITHER_SIDE,
    commands.RemoveRepresentative: _EITHER_SIDE,
    commands.DeclareAvailability: _EITHER_SIDE,
    commands.PublishDemand: _BUYER,
    commands.RequestConsultation: _SME,
    commands.WithdrawConsultationRequest: _SME,
    commands.CheckIn: _EITHER_SIDE,
    commands.CheckOut: _EITHER_SIDE,
    commands.ScheduleBriefing: _ORGANISER,
    commands.BookSeat: _EITHER_SIDE,
    commands.ReleaseSeat: _EITHER_SIDE,
    commands.ProposeChallenge: _BUYER,
    commands.SelectSmeForChallenge: _ORGANISER,
}
