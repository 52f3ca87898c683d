"""The HTTP interface of matching."""

from services.matching.api import before, exports, floor

BLUEPRINTS = (before.answering, before.planning, floor.floor, exports.exports)
