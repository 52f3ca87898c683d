"""Whether a command costs more on a long stream, and how fast an import is."""

from statistics import median
from time import perf_counter

from services.chassis.bulk import execute_all
from tests.benchmarks.fair import ORGANISER, Fair
from tests.benchmarks.rounds import verdict

SHORT, LONG = 10, 10_000
GOAL = 1.2


def report(fair: Fair, seconds: float) -> None:
    """Commands in turn on a stream of 10 and one of 10,000 events, whose state is of constant size."""
    length = LONG if seconds >= 0.5 else 500
    short, long = fair.take_sme(), fair.take_sme()
    _lengthen(fair, short, SHORT)
    _lengthen(fair, long, length)
    brief: list[float] = []
    lengthy: list[float] = []
    until = perf_counter() + max(0.2, seconds * 2)
    number = 0
    while perf_counter() < until:
        number += 1
        if number % (SHORT * 4) == 0:
            # The short one must stay short.
            short = fair.take_sme()
            _lengthen(fair, short, SHORT)
        for sme, taken in ((short, brief), (long, lengthy)) if number % 2 else ((long, lengthy), (short, brief)):
            taken.append(_timed(fair, sme, number))
    fair.application.cache.clear()
    cold = _timed(fair, long, number + 1)
    print(
        f"\na command on a stream of {SHORT} to {SHORT * 5} events: p50 {median(brief) * 1e3:.2f} ms; of {length:,}: "
        f"{median(lengthy) * 1e3:.2f} ms; the first one after a start: {cold * 1e3:.1f} ms"
    )
    print(verdict("length of the stream", median(lengthy) / median(brief), GOAL, at_most=True))


def _timed(fair: Fair, sme: str, number: int) -> float:
    command = fair.declared(sme, number)
    began = perf_counter()
    fair.application.execute(command, ORGANISER)
    return perf_counter() - began


def report_bulk(fair: Fair, count: int) -> None:
    """One import: many commands in one transaction."""
    batch = fair.bulk(count)
    began = perf_counter()
    done = execute_all(fair.application, batch, ORGANISER)
    spent = perf_counter() - began
    assert done.stored
    print(f"\nan import of {count:,} requests in one transaction: {spent:.2f} s, {count / spent:,.0f} commands/s")


def _lengthen(fair: Fair, sme: str, events: int) -> None:
    """Bring the stream to this length in one write."""
    done = execute_all(fair.application, [fair.declared(sme, number) for number in range(events)], ORGANISER)
    assert done.stored, done.refused[:1]
