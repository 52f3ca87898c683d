"""The consultation service, complete."""

from typing import Final

from services.chassis.service import Service
from services.consultation.api import BLUEPRINTS
from services.consultation.handlers import COMMANDS
from services.consultation.handlers.streams import CONSULTATION
from services.consultation.projections import READ_MODELS
from services.consultation.reactions import REACTIONS, SCHEDULES

SERVICE: Final = Service(
    name="consultation",
    title="상담",
    streams=(CONSULTATION,),
    commands=COMMANDS,
    read_models=READ_MODELS,
    blueprints=BLUEPRINTS,
    subscriptions=("registration", "matching"),
    reactions=REACTIONS,
    schedules=SCHEDULES,
)
