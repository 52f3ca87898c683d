"""What registration shows: tables folded from its own events."""

from typing import Final

from services.chassis.read_models import ReadModels
from services.registration.projections import fairs, participants, programme
from services.registration.projections.tables import metadata

READ_MODELS: Final = ReadModels(metadata, {**fairs.PROJECTORS, **participants.PROJECTORS, **programme.PROJECTORS})
