"""The HTTP interface of matching."""

from services.matching.api import before, exports, floor, revisiting, scores

BLUEPRINTS = (
    before.answering, before.planning, floor.floor, revisiting.revisiting, scores.scores, exports.exports,
)  # fmt: skip
