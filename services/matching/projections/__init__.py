"""The read models of matching."""

import hashlib
from importlib.metadata import version
from typing import Final

from services.chassis.read_models import ReadModels
from services.matching.projections import foreign, own
from services.matching.projections.tables import metadata
from services.matching.scoring.synonyms import SYNONYMS
from services.matching.scoring.words import VERSION


def _made_with() -> int:
    """Words are stored in rows: another analyser, or another table of synonyms, has them written anew."""
    analysers = [version(package) for package in ("kiwipiepy", "kiwipiepy_model")]
    return int(hashlib.sha256(repr((VERSION, analysers, SYNONYMS)).encode()).hexdigest()[:12], 16)


READ_MODELS: Final = ReadModels(metadata, {**own.PROJECTORS, **foreign.PROJECTORS}, version=_made_with())
