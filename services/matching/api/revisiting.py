"""Living with the plan: its runs, going back to one, comparing two."""

from typing import Final

from flask_smorest import Blueprint

from services.chassis.web.routes import command_route, item_route, list_route, query_route
from services.matching.api import foresight, foresight_schemas, schemas
from services.matching.api import runs as run_answers
from services.matching.api.before import ALL, FAIR, TIMETABLE
from services.matching.domain import commands
from services.matching.projections.tables import runs

RUN: Final = f"{FAIR}/runs/<uuid:run_id>"

revisiting: Final = Blueprint("runs", __name__, description="시간표 작성 기록: 비교, 되돌리기, 재검증")

command_route(
    revisiting,
    f"{TIMETABLE}/roll-back",
    commands.RollBackTimetable,
    schemas.RollBackBody,
    status=200,
    summary="이전 작성 결과로 되돌리기",
)
list_route(
    revisiting,
    f"{FAIR}/runs",
    runs,
    run_answers.RunRow,
    visible=ALL,
    filters=("timetable_id", "mode", "status"),
    sorts=("ran_at",),
    summary="시간표 작성 기록 목록",
)
item_route(revisiting, RUN, runs, run_answers.RunRow, visible=ALL, summary="시간표 작성 기록 조회")
query_route(
    revisiting,
    f"{RUN}/record",
    run_answers.run_record,
    run_answers.RunRecord,
    visible_to=("organiser", "auditor"),
    summary="시간표 작성의 문제와 결과 (재검증용)",
)
query_route(
    revisiting,
    f"{RUN}/compared-with/<uuid:later_id>",
    run_answers.run_comparison,
    run_answers.Compared,
    visible_to=("organiser", "auditor"),
    summary="두 작성 결과 비교",
)
query_route(
    revisiting,
    f"{FAIR}/timetables/what-if",
    foresight.what_if,
    run_answers.Compared,
    visible_to=("organiser", "auditor"),
    body_schema_class=foresight_schemas.WhatIfBody,
    summary="가정해 보기: 시간대, 테이블, 참가가 달라진다면 (실제 시간표는 그대로)",
)
query_route(
    revisiting,
    f"{FAIR}/meetings/<uuid:meeting_id>/move-check/<int:slot>",
    foresight.move_check,
    foresight_schemas.MoveCheck,
    visible_to=("organiser", "auditor"),
    summary="매칭상담을 옮기면 어기는 규칙과 드는 값",
)
query_route(
    revisiting,
    f"{RUN}/capacity",
    foresight.run_capacity,
    foresight_schemas.CapacityCurve,
    visible_to=("organiser", "auditor"),
    query_schema_class=foresight_schemas.CapacityQuery,
    summary="수용력 곡선: 시간대, 테이블, 담당자를 늘리면 늘어나는 상담",
)
query_route(
    revisiting,
    f"{RUN}/fairness",
    foresight.run_fairness,
    foresight_schemas.FairnessReport,
    visible_to=("organiser", "auditor"),
    summary="공정성 보고: 상담을 얻은 중소기업의 비율과 분포",
)
