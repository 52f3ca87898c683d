"""Who may do what in matching, and for whom."""

from typing import Final

from services.chassis.access import Access, Scope
from services.matching.domain import commands

ORGANISER: Final[Access] = {"organiser": Scope.ANY}
BUYER: Final[Access] = {**ORGANISER, "buyer": Scope.OWN}
SME: Final[Access] = {**ORGANISER, "sme": Scope.OWN}
EITHER: Final[Access] = {**BUYER, **SME}
SYSTEM: Final[Access] = {"system": Scope.ANY}

ACCESS: Final[dict[type, Access]] = {
    commands.AnswerRequest: BUYER,
    commands.ExpireAnswer: SYSTEM,
    commands.ExpireUnanswered: SYSTEM,
    commands.ExcludePair: EITHER,
    commands.RequestTimetable: ORGANISER,
    commands.ReviseTimetable: ORGANISER,
    commands.PlanTimetable: SYSTEM,
    commands.PublishTimetable: ORGANISER,
    commands.RollBackTimetable: ORGANISER,
    commands.MoveMeeting: ORGANISER,
    commands.LockMeeting: ORGANISER,
    commands.UnlockMeeting: ORGANISER,
    commands.CancelMeeting: ORGANISER,
    commands.RequestOnSiteMeeting: SME,
    commands.WithdrawOnSiteRequest: SME,
    commands.ReleaseMeeting: SYSTEM,
    commands.RemoveParticipant: SYSTEM,
    commands.DropRequest: SYSTEM,
    commands.CloseFloor: SYSTEM,
    commands.ClearFloor: SYSTEM,
}
