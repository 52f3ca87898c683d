"""Every command of registration with its handler and the roles that may issue it."""

from collections.abc import Mapping
from typing import Final

from services.chassis.service import CommandDefinition, Handler
from services.registration.access import ACCESS
from services.registration.domain import commands
from services.registration.handlers import activities, companies, fairs, participations, programme, requests

HANDLERS: Final[Mapping[type, Handler]] = {
    commands.RegisterCompany: companies.register_company,
    commands.CorrectCompany: companies.correct_company,
    commands.OpenFair: fairs.open_fair,
    commands.ScheduleFair: fairs.schedule_fair,
    commands.CloseRegistration: fairs.close_registration,
    commands.RescheduleFair: fairs.reschedule_fair,
    commands.CancelFair: fairs.cancel_fair,
    commands.CorrectFair: fairs.correct_fair,
    commands.ScheduleShowcase: fairs.schedule_showcase,
    commands.GrantAward: fairs.grant_award,
    commands.RecordSourceClaim: fairs.record_claim,
    commands.ApplyAsBuyer: participations.apply_as_buyer,
    commands.ApproveBuyer: participations.approve_buyer,
    commands.RejectBuyer: participations.reject_buyer,
    commands.WithdrawBuyer: participations.withdraw_buyer,
    commands.ApplyAsSme: participations.apply_as_sme,
    commands.ApproveSme: participations.approve_sme,
    commands.RejectSme: participations.reject_sme,
    commands.WithdrawSme: participations.withdraw_sme,
    commands.CorrectParticipation: participations.correct_participation,
    commands.AddRepresentative: activities.add_representative,
    commands.RemoveRepresentative: activities.remove_representative,
    commands.DeclareAvailability: activities.declare_availability,
    commands.PublishDemand: activities.publish_demand,
    commands.RequestConsultation: requests.request_consultation,
    commands.WithdrawConsultationRequest: requests.withdraw_request,
    commands.CheckIn: activities.check_in,
    commands.CheckOut: activities.check_out,
    commands.ScheduleBriefing: programme.schedule_briefing,
    commands.BookSeat: programme.book_seat,
    commands.ReleaseSeat: programme.release_seat,
    commands.ProposeChallenge: programme.propose_challenge,
    commands.SelectSmeForChallenge: programme.select_sme,
}
COMMANDS: Final = tuple(CommandDefinition(command, handler, ACCESS[command]) for command, handler in HANDLERS.items())
