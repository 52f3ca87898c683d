"""Registration stands at the beginning: it reacts to no event of others and sets no timers."""

from collections.abc import Mapping, Sequence
from typing import Final

from services.chassis.service import Reaction, Schedule

REACTIONS: Final[Mapping[str, Sequence[Reaction]]] = {}
SCHEDULES: Final[Mapping[str, Sequence[Schedule]]] = {}
