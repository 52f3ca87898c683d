"""Read models of consultation. Every row is written by the events of one stream only."""

from typing import Final

from services.chassis.read_models import ReadModels
from services.consultation.projections import foreign, own
from services.consultation.projections.tables import metadata

READ_MODELS: Final = ReadModels(metadata, {**own.PROJECTORS, **foreign.PROJECTORS})
