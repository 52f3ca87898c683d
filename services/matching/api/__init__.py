"""The HTTP interface of matching."""

from services.matching.api import before, floor, scores

BLUEPRINTS = (before.answering, before.planning, floor.floor, scores.scores)
