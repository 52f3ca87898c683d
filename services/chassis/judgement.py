"""What is to become of arrivals: which are next in their stream, which come too early, which are poison."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from contracts.envelope import Envelope
from services.chassis.arrival import Arrival
from services.chassis.inbox import Gate


@dataclass
class Judged:
    """A batch, sorted. `ready` events say whether their type is known; `poison` says why."""

    ready: list[tuple[Envelope, bool]] = field(default_factory=list)
    early: list[Envelope] = field(default_factory=list)
    poison: list[tuple[Arrival, str]] = field(default_factory=list)
    duplicates: int = 0


def judged(arrivals: Iterable[Arrival], gate: Gate, blocked: set[str]) -> Judged:
    """Sort arrivals in their order. `blocked` are the streams that have something parked; poison adds its own to them.

    Raises:
        ForkError: two events claim one place.
    """
    result = Judged()
    for arrival in arrivals:
        envelope, reason = arrival.envelope, arrival.reason
        if envelope is not None and reason is None:
            verdict = gate.judge(envelope)
            if verdict == "duplicate":
                result.duplicates += 1
                continue
            if envelope.stream_id in blocked:
                reason = "an earlier event of its stream is parked"
            elif verdict == "broken":
                reason = "it does not follow the event before it: the chain is broken"
            elif verdict == "early":
                gate.waits(envelope)
                result.early.append(envelope)
                continue
            else:
                gate.passed(envelope)
                result.ready.append((envelope, arrival.known))
                continue
        result.poison.append((arrival, reason or "unreadable"))
        if envelope is not None:
            blocked.add(envelope.stream_id)
    return result
