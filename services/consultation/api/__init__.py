"""The HTTP interface of consultation."""

from typing import Final

from flask_smorest import Blueprint

from services.chassis.access import Role
from services.chassis.web.routes import Visible, command_route, item_route, list_route, query_route
from services.consultation.api import schemas
from services.consultation.api.summary import Summary, summary
from services.consultation.domain import commands
from services.consultation.projections.tables import commitments, consultations, follow_ups, notes

FAIR: Final = "/fairs/<uuid:fair_id>"
TALKS: Final = f"{FAIR}/consultations"
TALK: Final = f"{TALKS}/<uuid:meeting_id>"

BOTH_SIDES: Final[dict[Role, Visible]] = {
    "organiser": Visible.ALL,
    "auditor": Visible.ALL,
    "buyer": Visible.own("buyer_participation_id"),
    "sme": Visible.own("sme_participation_id"),
}
AUTHOR: Final[dict[Role, Visible]] = {
    "organiser": Visible.ALL,
    "auditor": Visible.ALL,
    "buyer": Visible.own("participation_id"),
    "sme": Visible.own("participation_id"),
}
PROMISES: Final[dict[Role, Visible]] = {**BOTH_SIDES, "agency": Visible.ALL}

talks: Final = Blueprint("consultations", __name__, description="상담: 진행, 불참, 기록, 평가, 결과")
aftermath: Final = Blueprint("aftermath", __name__, description="기술개발 약속과 후속 조사")

command_route(talks, f"{TALK}/held", commands.RecordHeld, schemas.HeldBody, summary="상담 진행 기록")
command_route(talks, f"{TALK}/no-show", commands.RecordNoShow, schemas.NoShowBody, summary="상담 불참 기록")
command_route(talks, f"{TALK}/notes", commands.WriteNote, schemas.NoteBody, summary="상담 메모 작성")
command_route(talks, f"{TALK}/ratings", commands.Rate, schemas.RatingBody, summary="상담 평가 (1-5)")
command_route(talks, f"{TALK}/outcome", commands.RecordOutcome, schemas.OutcomeBody, summary="상담 결과 기록")
list_route(
    talks,
    TALKS,
    consultations,
    schemas.ConsultationRow,
    visible=BOTH_SIDES,
    filters=("status", "slot", "channel", "outcome", "buyer_participation_id", "sme_participation_id"),
    sorts=("starts_at", "slot", "status"),
    summary="상담 목록",
)
item_route(talks, TALK, consultations, schemas.ConsultationRow, visible=BOTH_SIDES, summary="상담 조회")
list_route(
    talks,
    f"{FAIR}/notes",
    notes,
    schemas.NoteRow,
    visible=AUTHOR,
    filters=("meeting_id", "by"),
    sorts=("written_at",),
    summary="상담 메모 목록 (본문은 보관소)",
)
query_route(
    talks,
    f"{FAIR}/summary",
    summary,
    Summary,
    visible_to=("organiser", "auditor", "buyer", "sme"),
    summary="박람회 상담 요약",
)

command_route(
    aftermath, f"{TALK}/commitments", commands.MakeCommitment, schemas.CommitmentBody, summary="기술개발 약속 등록"
)
command_route(
    aftermath,
    f"{TALK}/commitments/<uuid:commitment_id>/withdraw",
    commands.WithdrawCommitment,
    schemas.WithdrawalBody,
    summary="기술개발 약속 철회",
)
command_route(
    aftermath,
    f"{TALK}/follow-up/answer",
    commands.AnswerFollowUp,
    schemas.AnswerBody,
    summary="후속 조사 응답 (계약 여부와 금액)",
)
list_route(
    aftermath,
    f"{FAIR}/commitments",
    commitments,
    schemas.CommitmentRow,
    visible=PROMISES,
    filters=("status", "programme_kind", "meeting_id"),
    sorts=("made_at", "planned_total_krw"),
    summary="기술개발 약속 목록",
)
item_route(
    aftermath,
    f"{FAIR}/commitments/<uuid:commitment_id>",
    commitments,
    schemas.CommitmentRow,
    visible=PROMISES,
    summary="기술개발 약속 조회",
)
list_route(
    aftermath,
    f"{FAIR}/follow-ups",
    follow_ups,
    schemas.FollowUpRow,
    visible=BOTH_SIDES,
    filters=("status", "meeting_id", "contracted"),
    sorts=("due_at",),
    summary="후속 조사 목록",
)
item_route(
    aftermath,
    f"{FAIR}/follow-ups/<uuid:follow_up_id>",
    follow_ups,
    schemas.FollowUpRow,
    visible=BOTH_SIDES,
    summary="후속 조사 조회",
)

BLUEPRINTS: Final = (talks, aftermath)
