"""What the whole path costs beyond the raw inserts: the parts of a command, by the profiler."""

import cProfile
import itertools
import pstats

from tests.benchmarks.fair import ORGANISER, REQUESTS_EACH, Fair
from tests.benchmarks.rounds import table

COMMANDS = 400
PARTS = (
    ("handler (load, decide, validate)", "application.py", "handle"),
    ("  of it: load streams", "unit.py", "load"),
    ("  of it: validate new events", "event.py", "new"),
    ("  of it: record and evolve", "unit.py", "record"),
    ("seal (canonical JSON, SHA-256)", "unit.py", "stamped"),
    ("transaction", "writing.py", "commit"),
    ("  of it: projectors", "writing.py", "_project"),
    ("  of it: statements sent and answered", "driver.py", "run"),
    ("  of it: commit", "base.py", "_do_commit"),
)


def report(fair: Fair, seconds: float) -> None:
    """Shares of the time of one writer; the profiler slows Python more than waiting, so that shares lean to Python."""
    count = max(20, min(COMMANDS, int(COMMANDS * seconds)))
    fair.prepare(2 * count // REQUESTS_EACH + 2)
    commands = list(itertools.islice(fair.requests(), 2 * count))
    for command in commands[:count]:
        fair.application.execute(command, ORGANISER)
    profile = cProfile.Profile()
    profile.enable()
    for command in commands[count:]:
        fair.application.execute(command, ORGANISER)
    profile.disable()
    spent: dict[tuple[str, str], float] = {}
    found = pstats.Stats(profile).stats  # type: ignore[attr-defined] # not in the stubs
    for (file, _line, function), (_, _, _, cumulative, _) in found.items():
        key = (file.rpartition("/")[2], function)
        spent[key] = max(spent.get(key, 0.0), cumulative)
    whole = spent["application.py", "execute"]
    rows = [
        (
            label,
            f"{spent.get((file, function), 0.0) / count * 1e6:,.0f}",
            f"{spent.get((file, function), 0.0) / whole:.0%}",
        )
        for label, file, function in PARTS
    ]
    print(f"\nwhere the time of one writer goes (profiled)\n{table(('part', 'us/command', 'share'), rows)}")
