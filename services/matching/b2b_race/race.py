"""The race: whoever finds something tells the other; it ends with a proof, with the time, or when told to stop."""

import json
import math
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Final, Literal

from services.matching.b2b.checker import breaks, violations
from services.matching.b2b.findings import Finding, Found, Impossible, Known
from services.matching.b2b.instance import Instance
from services.matching.b2b.search import SEARCHES
from services.matching.b2b_race.lines import Lines, from_line, news, to_line

Status = Literal["optimal", "infeasible", "unknown"]
_Member = subprocess.Popen[str]


class RaceError(RuntimeError):
    """A search broke: it ended without an answer, or its timetable breaks a rule."""


@dataclass(frozen=True)
class Outcome:
    """What is known when the race has ended."""

    status: Status
    timetable: tuple[int, ...] | None
    """For each meeting its slot, in the best timetable found; checked against every rule."""
    breaks: int | None
    bound: int | None
    """No timetable has fewer breaks. None when there is no timetable at all."""


class Race:
    """Both searches on one instance, each in a process of its own."""

    def __init__(self, data: str, instance: Instance, fairness: int | None) -> None:
        """`data` is the text that `instance` was read from: the searches read it themselves."""
        self._data: Final = data
        self._instance: Final = instance
        self._fairness: Final = fairness
        self._known = Known()
        self._best: tuple[int, ...] | None = None
        self._impossible = False

    def run(self, seconds: float) -> Outcome:
        """Race for that long at most. An interrupt (Ctrl-C, SIGTERM as one) ends it early, with what is known.

        Raises:
            RaceError: a search broke.
        """
        end = time.monotonic() + seconds
        members: list[_Member] = []
        try:
            # One by one: should the second not start, the first is ended all the same.
            members.extend(self._started(name, seconds) for name in SEARCHES)
            for finding, sender in _findings(members, end):
                self._take(finding)
                if self._impossible or self._known.settled:
                    break
                for member in members:
                    if member is not sender:
                        _write(member, to_line(news(finding)))
        except KeyboardInterrupt:
            pass
        finally:
            for member in members:
                member.kill()
            for member in members:
                member.communicate()
        return self._outcome()

    def _started(self, search: str, seconds: float) -> _Member:
        member = subprocess.Popen(
            [sys.executable, "-m", "services.matching.b2b_race.member"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the parent, which then says what is known
        )
        job = {
            "search": search, "data": self._data, "fairness": self._fairness, "cpu_seconds": math.ceil(seconds) + 5,
        }  # fmt: skip
        _write(member, json.dumps(job) + "\n")
        return member

    def _take(self, finding: Finding) -> None:
        if isinstance(finding, Impossible):
            self._impossible = True
            return
        if isinstance(finding, Found):
            broken = list(violations(self._instance, finding.timetable, self._fairness))
            if broken or sum(breaks(self._instance, finding.timetable)) != finding.breaks:
                raise RaceError(f"a search broke the rules: {'; '.join(broken) or 'breaks counted wrong'}")
            if self._known.upper is None or finding.breaks < self._known.upper:
                self._best = finding.timetable
        self._known = self._known.with_(finding)

    def _outcome(self) -> Outcome:
        if self._impossible:
            return Outcome("infeasible", None, None, None)
        status: Status = "optimal" if self._known.settled else "unknown"
        return Outcome(status, self._best, self._known.upper, self._known.lower)


def _findings(members: list[_Member], end: float) -> Iterator[tuple[Finding, _Member]]:
    """What the searches say, as they say it, until the end or until none is left."""
    with selectors.DefaultSelector() as selector:
        for member in members:
            pipe = _pipe(member.stdout)
            selector.register(pipe, selectors.EVENT_READ, (member, Lines(pipe.fileno())))
        while selector.get_map() and (left := end - time.monotonic()) > 0:
            for key, _ in selector.select(timeout=left):
                member, lines = key.data
                for line in lines.read():
                    yield from_line(line), member
                if lines.ended:
                    selector.unregister(key.fileobj)
                    if member.wait() != 0 and not selector.get_map():
                        raise RaceError(f"a search ended with {member.returncode}")


def _write(member: _Member, line: str) -> None:
    # Whoever has ended already hears nothing any more; what it had to say is read all the same.
    with suppress(BrokenPipeError):
        pipe = _pipe(member.stdin)
        pipe.write(line)
        pipe.flush()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise RaceError("a search was started without its pipes")
    return pipe
