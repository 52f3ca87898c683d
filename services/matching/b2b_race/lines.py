"""What the two processes and their parent say to each other: one JSON object a line."""

import json
import os
from typing import Any, Final

from services.matching.b2b.findings import Bound, Finding, Found, Impossible


def to_line(finding: Finding) -> str:
    match finding:
        case Bound(breaks):
            said: dict[str, Any] = {"bound": breaks}
        case Found(timetable, breaks):
            said = {"timetable": timetable, "breaks": breaks}
        case Impossible():
            said = {"impossible": True}
    return json.dumps(said) + "\n"


def from_line(line: str) -> Finding:
    """The finding of a line that `to_line` wrote."""
    said = json.loads(line)
    if "bound" in said:
        return Bound(said["bound"])
    if "timetable" in said:
        return Found(tuple(said["timetable"]), said["breaks"])
    return Impossible()


def news(finding: Finding) -> Finding:
    """What the other search has to know of a finding: not the timetable itself."""
    return Found((), finding.breaks) if isinstance(finding, Found) else finding


class Lines:
    """The whole lines of a pipe. Reads around Python's buffers, so that a selector sees all that is left to read."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: Final = descriptor
        self._begun = b""
        self.ended = False

    def read(self) -> list[str]:
        """The lines that are there; waits for some bytes when there are none."""
        read = os.read(self._descriptor, 1 << 16)
        self.ended = not read
        *whole, self._begun = (self._begun + read).split(b"\n")
        return [line.decode() for line in whole]
