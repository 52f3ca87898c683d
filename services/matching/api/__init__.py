"""The HTTP interface of matching."""

from services.matching.api import before, floor, revisiting

BLUEPRINTS = (before.answering, before.planning, floor.floor, revisiting.revisiting)
