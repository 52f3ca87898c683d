"""One search in its own process: `python -m services.matching.b2b_race.member`, started by the race only.

The first line of the input is the job, every further one what the other search found. Each finding is a line of output.
"""

import json
import resource
import selectors
import sys
from typing import Any, Final

from services.matching.b2b.encoding import Encoding
from services.matching.b2b.findings import Finding, Known
from services.matching.b2b.reading import instance_from
from services.matching.b2b.search import SEARCHES
from services.matching.b2b_race.lines import Lines, from_line, to_line


class _Neighbour:
    """What is known by now, with what the other search has said in the meantime."""

    def __init__(self) -> None:
        self._known = Known()
        self._lines: Final = Lines(sys.stdin.fileno())
        self._selector: Final = selectors.DefaultSelector()
        self._selector.register(sys.stdin, selectors.EVENT_READ)
        self._unread: Final[list[str]] = []

    def job(self) -> dict[str, Any]:
        """The first line of all."""
        while not self._unread:
            self._read()
        job: dict[str, Any] = json.loads(self._unread.pop(0))
        return job

    def known(self) -> Known:
        while self._selector.select(timeout=0):
            self._read()
        while self._unread:
            self.learn(from_line(self._unread.pop(0)))
        return self._known

    def learn(self, finding: Finding) -> None:
        self._known = self._known.with_(finding)

    def _read(self) -> None:
        self._unread.extend(self._lines.read())
        if self._lines.ended:
            # The race is over, or the parent has gone without a word.
            sys.exit(0)


def main() -> None:
    neighbour = _Neighbour()
    job = neighbour.job()
    # A search looks up every few seconds only: should the parent be killed outright, this is what ends it at last.
    resource.setrlimit(resource.RLIMIT_CPU, (job["cpu_seconds"], job["cpu_seconds"]))
    encoding = Encoding(instance_from(job["data"]), job["fairness"])
    for finding in SEARCHES[job["search"]](encoding, neighbour.known):
        neighbour.learn(finding)
        sys.stdout.write(to_line(finding))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
