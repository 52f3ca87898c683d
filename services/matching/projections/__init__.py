"""The read models of matching."""

from typing import Final

from services.chassis.read_models import ReadModels
from services.matching.projections import foreign, own
from services.matching.projections.tables import metadata

READ_MODELS: Final = ReadModels(metadata, {**own.PROJECTORS, **foreign.PROJECTORS})
