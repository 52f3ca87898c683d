"""Routes of applications, reviews, and what participants say and do."""

from typing import Final

from flask_smorest import Blueprint

from services.chassis.web.routes import command_route, item_route, list_route
from services.registration.api import bodies, rows
from services.registration.api import participant_bodies as bodies_of
from services.registration.api.fairs import FAIR
from services.registration.api.visibility import (
    OWN_PARTICIPATION,
    OWN_REQUESTS,
    PUBLIC,
    approved,
    of_approved_companies,
    of_approved_participants,
)
from services.registration.domain import commands
from services.registration.projections import tables

BUYER: Final = f"{FAIR}/buyers/<uuid:participation_id>"
SME: Final = f"{FAIR}/smes/<uuid:participation_id>"
PARTICIPATION: Final = f"{FAIR}/participations/<uuid:participation_id>"
REQUEST: Final = f"{FAIR}/requests/<uuid:request_id>"

applications: Final = Blueprint("applications", __name__, description="참가 신청과 심사")
participants: Final = Blueprint("participants", __name__, description="참가자: 담당자, 가능 시간, 수요, 입퇴장")
requests: Final = Blueprint("requests", __name__, description="협력기술 수요(상담 신청)")

command_route(applications, f"{FAIR}/buyers", commands.ApplyAsBuyer, bodies_of.BuyerBody, summary="수요기업 참가 신청")
command_route(
    applications,
    f"{BUYER}/approve",
    commands.ApproveBuyer,
    bodies_of.BuyerApprovalBody,
    status=200,
    summary="수요기업 승인",
)
command_route(
    applications, f"{BUYER}/reject", commands.RejectBuyer, bodies.Reasoned, status=200, summary="수요기업 반려"
)
command_route(
    applications, f"{BUYER}/withdraw", commands.WithdrawBuyer, bodies.Reasoned, status=200, summary="수요기업 참가 철회"
)
command_route(applications, f"{FAIR}/smes", commands.ApplyAsSme, bodies_of.SmeBody, summary="중소기업 참가 신청")
command_route(applications, f"{SME}/approve", commands.ApproveSme, bodies.Nothing, status=200, summary="중소기업 승인")
command_route(applications, f"{SME}/reject", commands.RejectSme, bodies.Reasoned, status=200, summary="중소기업 반려")
command_route(
    applications, f"{SME}/withdraw", commands.WithdrawSme, bodies.Reasoned, status=200, summary="중소기업 참가 철회"
)
command_route(
    applications,
    f"{PARTICIPATION}/correct",
    commands.CorrectParticipation,
    bodies_of.ParticipationCorrectionBody,
    status=200,
    summary="참가 정보 정정",
)
list_route(
    applications,
    f"{FAIR}/participations",
    tables.participations,
    rows.ParticipationRow,
    visible=OWN_PARTICIPATION,
    filters=("side", "status", "kind", "region", "presence", "company_id", "synthetic"),
    sorts=("applied_at", "status", "side"),
    summary="참가 목록(심사 상태 포함)",
)
item_route(
    applications,
    PARTICIPATION,
    tables.participations,
    rows.ParticipationRow,
    visible=OWN_PARTICIPATION,
    summary="참가 기록",
)
list_route(
    applications,
    f"{PARTICIPATION}/demands",
    tables.demands,
    rows.DemandRow,
    visible=OWN_PARTICIPATION,
    filters=("title",),
    sorts=("title",),
    summary="한 수요기업의 기술 수요",
)

list_route(
    participants,
    f"{FAIR}/companies",
    tables.companies,
    rows.CompanyRow,
    visible=PUBLIC,
    filters=("name",),
    sorts=("name",),
    summary="승인된 참가기업",
    where=of_approved_companies,
)
list_route(
    participants,
    f"{FAIR}/participants",
    tables.participations,
    rows.ParticipantRow,
    visible=PUBLIC,
    filters=("side", "kind", "region", "company_id"),
    sorts=("side", "kind", "region"),
    summary="승인된 참가자",
    where=approved,
)
command_route(
    participants,
    f"{PARTICIPATION}/representatives",
    commands.AddRepresentative,
    bodies_of.RepresentativeBody,
    summary="담당자 추가(개인정보는 보관소에만)",
)
command_route(
    participants,
    f"{PARTICIPATION}/representatives/<uuid:contact_id>/remove",
    commands.RemoveRepresentative,
    bodies.Nothing,
    status=200,
    summary="담당자 제외",
)
list_route(
    participants,
    f"{FAIR}/representatives",
    tables.representatives,
    rows.RepresentativeRow,
    visible=OWN_PARTICIPATION,
    filters=("participation_id", "role", "status"),
    sorts=("role",),
    summary="담당자 목록(개인정보 없음)",
)
command_route(
    participants,
    f"{PARTICIPATION}/availability",
    commands.DeclareAvailability,
    bodies_of.AvailabilityBody,
    status=200,
    summary="상담 가능 시간대 신고",
)
command_route(
    participants, f"{PARTICIPATION}/demands", commands.PublishDemand, bodies_of.DemandBody, summary="기술 수요 공개"
)
list_route(
    participants,
    f"{FAIR}/demands",
    tables.demands,
    rows.DemandRow,
    visible=PUBLIC,
    filters=("participation_id", "synthetic"),
    sorts=("title",),
    summary="승인된 수요기업의 기술 수요",
    where=of_approved_participants,
)
command_route(participants, f"{PARTICIPATION}/check-in", commands.CheckIn, bodies.Nothing, status=200, summary="입장")
command_route(participants, f"{PARTICIPATION}/check-out", commands.CheckOut, bodies.Nothing, status=200, summary="퇴장")

command_route(requests, f"{FAIR}/requests", commands.RequestConsultation, bodies_of.RequestBody, summary="상담 신청")
command_route(
    requests,
    f"{REQUEST}/withdraw",
    commands.WithdrawConsultationRequest,
    bodies.Reasoned,
    status=200,
    summary="상담 신청 철회",
)
list_route(
    requests,
    f"{FAIR}/requests",
    tables.consultation_requests,
    rows.RequestRow,
    visible=OWN_REQUESTS,
    filters=("status", "sme_participation_id", "buyer_participation_id", "synthetic"),
    sorts=("requested_at", "technology", "status"),
    summary="상담 신청 목록",
)
item_route(requests, REQUEST, tables.consultation_requests, rows.RequestRow, visible=OWN_REQUESTS, summary="상담 신청")
