"""The matching service, complete."""

from typing import Final

from services.chassis.service import Service
from services.matching.api import BLUEPRINTS
from services.matching.handlers import COMMANDS
from services.matching.handlers.loading import ANSWERS, FLOOR, RUN
from services.matching.projections import READ_MODELS
from services.matching.reactions import REACTIONS, SCHEDULES

SERVICE: Final = Service(
    name="matching",
    title="매칭",
    streams=(ANSWERS, FLOOR, RUN),
    commands=COMMANDS,
    read_models=READ_MODELS,
    blueprints=BLUEPRINTS,
    subscriptions=("registration", "consultation"),
    reactions=REACTIONS,
    schedules=SCHEDULES,
)
