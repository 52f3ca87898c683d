"""The streams that consultation keeps."""

from typing import Final

from services.chassis.service import Stream
from services.consultation.domain.consultation import State, evolve

CONSULTATION: Final = Stream("consultation", State(), evolve)
"""Key: the meeting's id."""
