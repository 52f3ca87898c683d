"""Many writers on one stream: optimistic concurrency at its worst, retries included."""

import itertools
from collections.abc import Callable, Sequence

from services.chassis.outcomes import ConflictError
from tests.benchmarks.fair import ORGANISER, Fair
from tests.benchmarks.rounds import in_threads, table


def report(fair: Fair, counts: Sequence[int], seconds: float) -> None:
    """All writers change one buyer's availability; who loses too often is answered 409."""
    rows = []
    for count in counts:
        refused = itertools.count()
        numbers = itertools.count(1)

        def change(refused: "itertools.count[int]" = refused, numbers: "itertools.count[int]" = numbers) -> None:
            command = fair.declared(fair.buyers[0], next(numbers))
            try:
                fair.application.execute(command, ORGANISER)
            except ConflictError:
                next(refused)

        writers: list[Callable[[], object]] = [change] * count
        run = in_threads(writers, seconds)
        lost = next(refused)
        rows.append((
            str(count), f"{(run.operations - lost) / run.seconds:,.0f}", f"{run.percentile(0.5):.2f}",
            f"{run.percentile(0.99):.2f}", f"{lost / max(1, run.operations):.1%}",
        ))  # fmt: skip
    print(f"\none stream for all writers\n{table(('writers', 'commands/s', 'p50 ms', 'p99 ms', 'answered 409'), rows)}")
