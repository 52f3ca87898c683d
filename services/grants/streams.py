"""The streams that grants keeps. Keys: the ids of programme, application and agreement."""

from typing import Final

from services.chassis.service import Stream
from services.grants.domain import agreement, application, programme

PROGRAMME: Final = Stream("programme", programme.ProgrammeState(), programme.evolve)
APPLICATION: Final = Stream("application", application.ApplicationState(), application.evolve)
AGREEMENT: Final = Stream("agreement", agreement.AgreementState(), agreement.evolve)

STREAMS: Final = (PROGRAMME, APPLICATION, AGREEMENT)
