"""The HTTP interface of matching."""

from services.matching.api import before, floor

BLUEPRINTS = (before.answering, before.planning, floor.floor)
