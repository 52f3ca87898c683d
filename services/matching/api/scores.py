"""Why a match has its score, and whom a participant did not think of."""

from collections.abc import Mapping
from typing import Any, Final

from flask_smorest import Blueprint
from marshmallow import fields

from services.chassis.access import Actor
from services.chassis.queries import Queries
from services.chassis.read_models import Row
from services.chassis.service import NotFoundError
from services.chassis.web.routes import query_route
from services.chassis.web.schemas import RowSchema
from services.matching.api.before import FAIR
from services.matching.api.present import standing_of
from services.matching.api.queries import concerns
from services.matching.handlers.loading import fair_of
from services.matching.handlers.scores import Scores
from services.matching.handlers.suggestions import suggested
from services.matching.projections.tables import answers, companies, meetings, participants, requests
from services.matching.scoring.score import LEAST, Score

LABELS: Final[Mapping[str, str]] = {
    "offer-in-demand": "제안 기술의 낱말이 수요에 나오는 정도",
    "demand-in-offer": "수요의 낱말이 제안 기술에 나오는 정도",
    "letters": "글자가 닮은 정도 (오타 보정)",
    "field": "기술 분야가 겹치는 정도",
    "asked": "중소기업의 상담 신청",
    "answer": "수요기업의 답변",
    "past": "이전 박람회에서 같은 두 기업의 상담 결과",
}
ON_SITE: Final = "현장연계는 점수가 아니라 신청한 순서로 배정됩니다."
NOTHING_WRITTEN: Final = "제안할 근거가 없습니다: 참가자가 수요나 기술을 아직 적지 않았습니다."
BY_SCORE: Final = "점수는 지금까지 접수된 수요, 신청, 답변으로 계산했습니다."
UNSCORED: Final[Mapping[str, Any]] = {
    "score": None, "base": None, "terms": [], "words": [], "weights_version": None, "weights_digest": None,
    "demand_id": None, "demand_title": None, "technology": None,
}  # fmt: skip

scores: Final = Blueprint("scores", __name__, description="점수의 근거와 만날 상대 제안")


class TermRow(RowSchema):
    """`points` is weight x value / 1000, rounded down. `known` false: nothing is on record, and `value` is a middle."""

    term = fields.String()
    label = fields.String()
    value = fields.Integer(metadata={"description": "0 to 1000"})
    weight = fields.Integer(metadata={"description": "the most points that it can bring"})
    points = fields.Integer()
    known = fields.Boolean()


class Scored(RowSchema):
    """`score` is `base` and the points of all terms."""

    score = fields.Integer(metadata={"description": "1 to 1000"})
    base = fields.Integer()
    terms = fields.List(fields.Nested(TermRow))
    weights_version = fields.Integer()
    weights_digest = fields.String(metadata={"description": "SHA-256 of the weights"})
    demand_id = fields.String(metadata={"description": "the buyer's demand that fits best"})
    demand_title = fields.String()
    words = fields.List(fields.String(), metadata={"description": "what both sides wrote, the rarest first"})


class Why(Scored):
    """Computed from what is known now. Without a score (on site): `message` says why."""

    request_id = fields.String()
    meeting_id = fields.String()
    buyer_participation_id = fields.String()
    sme_participation_id = fields.String()
    technology = fields.String()
    message = fields.String()
    synthetic = fields.Boolean()


class Suggestion(Scored):
    participation_id = fields.String()
    company_id = fields.String()
    company_name = fields.String()
    synthetic = fields.Boolean()


class Suggestions(RowSchema):
    items = fields.List(fields.Nested(Suggestion))
    message = fields.String()


def why(queries: Queries, actor: Actor, *, fair_id: str, match_id: str) -> dict[str, Any]:
    """The score of a match, named by its meeting or by its request, with what made it.

    Raises:
        NotFoundError: there is none, or the actor may not see it: a draft is shown to neither side.
    """
    meeting = queries.get(meetings, match_id)
    request = queries.get(requests, meeting["request_id"] if meeting is not None else match_id)
    row = meeting or request
    if row is None or row["fair_id"] != fair_id or not concerns(actor, fair_id, row):
        raise NotFoundError("match")
    if meeting is not None and actor.role in {"buyer", "sme"} and meeting["shown_to_buyer"] is None:
        raise NotFoundError("match")
    about = {"request_id": row["request_id"], "meeting_id": meeting and meeting["meeting_id"]}
    if request is None:
        return {**UNSCORED, **row, **about, "message": ON_SITE}
    found = queries.get(answers, row["request_id"])
    answer = None if found is None else standing_of(found["answer"], found["status"])
    fair = fair_of(queries, fair_id)
    known = Scores(queries, fair, queries.find(requests, fair_id=fair_id))
    return {**request, **about, **_shown(known.of_request(request, answer), known.demands), "message": BY_SCORE}


def suggestions(queries: Queries, actor: Actor, *, fair_id: str, participation_id: str) -> dict[str, Any]:
    """The ten best on the other side that a participant has nothing to do with yet.

    Raises:
        NotFoundError: the fair has no such participant, or the actor does not speak for it.
    """
    mine = actor.participation(fair_id)
    me = queries.get(participants, participation_id)
    if me is None or me["fair_id"] != fair_id or (actor.role in {"buyer", "sme"} and mine != participation_id):
        raise NotFoundError("participant")
    found, demands = suggested(queries, fair_of(queries, fair_id), me)
    items = [
        {
            **_shown(score, demands),
            "participation_id": other["participation_id"],
            "company_id": other["company_id"],
            "company_name": _name(queries, other),
            "synthetic": other["synthetic"],
        }
        for other, score in found
    ]
    return {"items": items, "message": BY_SCORE if items else NOTHING_WRITTEN}


def _shown(score: Score, demands: Mapping[str, Row]) -> dict[str, Any]:
    return {
        "score": score.total,
        "base": LEAST,
        "terms": [
            {
                "term": term.name, "label": LABELS[term.name], "value": term.value, "weight": term.weight,
                "points": term.points, "known": term.known,
            }
            for term in score.terms
        ],
        "weights_version": score.weights_version,
        "weights_digest": score.weights_digest,
        "demand_id": score.demand,
        "demand_title": demands[score.demand]["title"] if score.demand is not None else None,
        "words": list(score.words),
    }  # fmt: skip


def _name(queries: Queries, participant: Row) -> str | None:
    company = queries.get(companies, participant["company_id"])
    return None if company is None else str(company["name"])


query_route(
    scores,
    f"{FAIR}/matches/<uuid:match_id>/why",
    why,
    Why,
    visible_to=("organiser", "auditor", "buyer", "sme"),
    summary="매칭 점수의 근거",
)
query_route(
    scores,
    f"{FAIR}/participants/<uuid:participation_id>/suggestions",
    suggestions,
    Suggestions,
    visible_to=("organiser", "auditor", "buyer", "sme"),
    summary="만날 상대 제안",
)
