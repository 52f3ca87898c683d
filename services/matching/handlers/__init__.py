"""Handlers: load, authorise, decide, record."""

from typing import Final

from services.chassis.service import CommandDefinition, Handler
from services.matching.access import ACCESS
from services.matching.domain import commands
from services.matching.handlers import answering, floor, planning

_HANDLERS: Final[dict[type, Handler]] = {
    commands.AnswerRequest: answering.answer_request,
    commands.ExpireAnswer: answering.expire_answer,
    commands.ExpireUnanswered: answering.expire_unanswered,
    commands.ExcludePair: answering.exclude_pair,
    commands.RequestTimetable: planning.request_timetable,
    commands.ReviseTimetable: planning.revise_timetable,
    commands.PlanTimetable: planning.plan_timetable,
    commands.PublishTimetable: planning.publish_timetable,
    commands.RollBackTimetable: planning.roll_back_timetable,
    commands.MoveMeeting: floor.move_meeting,
    commands.LockMeeting: floor.lock_meeting,
    commands.UnlockMeeting: floor.unlock_meeting,
    commands.CancelMeeting: floor.cancel_meeting,
    commands.RequestOnSiteMeeting: floor.request_on_site,
    commands.WithdrawOnSiteRequest: floor.withdraw_on_site,
    commands.ReleaseMeeting: floor.release_meeting,
    commands.RemoveParticipant: floor.remove_participant,
    commands.DropRequest: floor.drop_request,
    commands.CloseFloor: floor.close_floor,
    commands.ClearFloor: floor.clear_floor,
}

COMMANDS: Final = tuple(CommandDefinition(command, handler, ACCESS[command]) for command, handler in _HANDLERS.items())
