"""Registration, complete."""

from typing import Final

from services.chassis.service import Service
from services.registration.api import BLUEPRINTS
from services.registration.handlers import COMMANDS
from services.registration.handlers.streams import STREAMS
from services.registration.projections import READ_MODELS
from services.registration.reactions import REACTIONS, SCHEDULES

SERVICE: Final = Service(
    name="registration",
    title="등록",
    streams=STREAMS,
    commands=COMMANDS,
    read_models=READ_MODELS,
    blueprints=BLUEPRINTS,
    reactions=REACTIONS,
    schedules=SCHEDULES,
)
