"""The grants service, complete."""

from typing import Final

from services.chassis.service import Service
from services.grants.api import BLUEPRINTS
from services.grants.handlers import COMMANDS
from services.grants.projections import READ_MODELS
from services.grants.reactions import REACTIONS, SCHEDULES
from services.grants.streams import STREAMS

SERVICE: Final = Service(
    name="grants",
    title="지원사업",
    streams=STREAMS,
    commands=COMMANDS,
    read_models=READ_MODELS,
    blueprints=BLUEPRINTS,
    subscriptions=("registration", "consultation"),
    reactions=REACTIONS,
    schedules=SCHEDULES,
)
