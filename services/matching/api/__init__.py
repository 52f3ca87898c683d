"""The HTTP interface of matching."""

from services.matching.api import before, exports, floor, revisiting

BLUEPRINTS = (before.answering, before.planning, floor.floor, revisiting.revisiting, exports.exports)
