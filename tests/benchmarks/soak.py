"""A deployment under half of what it can take, for half an hour: does anything grow?

Run: python -m tests.benchmarks.soak --minutes 30
"""

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks.deployment import Deployment, deployed
from tests.benchmarks.plot import Line, Panel, svg
from tests.benchmarks.rounds import environment, table
from tests.benchmarks.slopes import Trend, trends
from tests.benchmarks.soak_samples import MEGA, Sample, Sampler, lines, of_service
from tests.load.figures import figures
from tests.load.generator import Load
from tests.load.record import Command, now

MOST_SECONDS, WARM_SECONDS = 45.0, 10.0
SHARE: Final = 0.05
"""Of its mean: what may be gained in an hour and still be called flat."""
TITLE: Final = "{minutes:.0f} minutes at half of the maximal load: {rate:.0f} commands/s"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rate", type=float, help="commands per second; half of the measured maximum without it")
    parser.add_argument("--csv", type=Path, default=Path("var/soak.csv"))
    parser.add_argument("--svg", type=Path, default=Path("docs/images/soak.svg"))
    chosen = parser.parse_args(arguments)
    print(environment(fsync="PostgreSQL fsync on, Kafka acks=all"))
    with deployed("soak") as deployment:
        rate = chosen.rate or most(deployment, chosen.csv.parent) / 2
        print(f"soaking with {rate:.0f} commands/s for {chosen.minutes:g} minutes", flush=True)
        commands, samples = soak(deployment, rate, chosen.minutes, chosen.csv)
        drained = deployment.settle()
    chosen.svg.write_text(svg(TITLE.format(minutes=chosen.minutes, rate=rate), panels(commands, samples)))
    print(f"everything had arrived everywhere {drained:.1f} s after the last command")
    print(f"samples: {chosen.csv}, plot: {chosen.svg}\n")
    report(commands, samples)


def most(deployment: Deployment, directory: Path) -> float:
    """Commands per second that the deployment sustains: as fast as they are answered, and everything has arrived
    everywhere. What was only accepted, and waits, would wait longer and longer.
    """
    key = deployment.composed.key("token_key")
    load = Load(deployment.composed.url, key, directory / "soak-most.jsonl", seed=1)
    load.prepare()
    deployment.settle()
    load.start()
    time.sleep(WARM_SECONDS)
    began = now()
    time.sleep(MOST_SECONDS)
    ended = now()
    load.stop()
    drained = deployment.settle()
    found = figures(load.commands(), began, ended)
    sustained = found.rate * MOST_SECONDS / (MOST_SECONDS + drained)
    print(
        f"as fast as they are answered: {found.rate:.0f} commands/s, p99 {1000 * found.p99:.0f} ms; everything had "
        f"arrived {drained:.1f} s later: {sustained:.0f} commands/s are sustained",
        flush=True,
    )
    return sustained


def soak(deployment: Deployment, rate: float, minutes: float, path: Path) -> tuple[Sequence[Command], list[Sample]]:
    key = deployment.composed.key("token_key")
    load = Load(deployment.composed.url, key, path.with_suffix(".jsonl"), rate=rate, seed=2)
    load.prepare()
    prepared = len(load.commands())
    sampler = Sampler(deployment.containers(), path)
    sampler.start()
    load.start()
    time.sleep(60 * minutes)
    load.stop()
    sampler.stop()
    if load.failures():
        print(f"stories that ended early: {load.failures()}")
    return load.commands()[prepared:], sampler.samples


def panels(commands: Sequence[Command], samples: Sequence[Sample]) -> list[Panel]:
    """Everything that was noted, as pictures."""
    ours = [sample for sample in samples if of_service(sample)]
    engines = [sample for sample in samples if not of_service(sample)]
    return [
        Panel("Memory of apis and workers (dashed), MB", lines(ours, _mega(lambda sample: sample.memory))),
        Panel("Memory of Kafka, PostgreSQL and the gateway, MB", lines(engines, _mega(lambda sample: sample.memory))),
        Panel("Open file handles of apis and workers (dashed)", lines(ours, lambda sample: sample.handles)),
        Panel("Open file handles of Kafka, PostgreSQL, gateway", lines(engines, lambda sample: sample.handles)),
        Panel("Events on the topics that a consumer has not committed", lines(ours, lambda sample: sample.lag)),
        Panel("Age of the oldest event not yet on its topic, seconds", lines(ours, lambda sample: sample.relay_age)),
        Panel("Commands: acknowledged a second, and p99 in ms, by the minute", by_the_minute(commands)),
    ]


def by_the_minute(commands: Sequence[Command]) -> Mapping[str, Line]:
    """Rate and p99 of each whole minute."""
    if not commands:
        return {}
    began = min(command.answered_at for command in commands)
    whole = int((max(command.answered_at for command in commands) - began) // 60)
    found = [figures(commands, began + 60 * minute, began + 60 * (minute + 1)) for minute in range(whole)]
    return {
        "commands/s": [(minute + 0.5, one.rate) for minute, one in enumerate(found)],
        "p99 ms": [(minute + 0.5, 1000 * one.p99) for minute, one in enumerate(found)],
    }


def report(commands: Sequence[Command], samples: Sequence[Sample]) -> None:
    """Figures, and what grew."""
    began, ended = (choose(command.answered_at for command in commands) for choose in (min, max))
    all_in_all = figures(commands, began, ended)
    print(
        f"{all_in_all.acknowledged:,} commands acknowledged, {all_in_all.refused} refused, {all_in_all.unanswered} "
        f"unanswered; {all_in_all.rate:.1f}/s, p50 {1000 * all_in_all.p50:.0f} ms, p99 {1000 * all_in_all.p99:.0f} ms\n"
    )
    judged = [
        ("memory, MB", trends(lines(samples, _mega(lambda sample: sample.memory)), share=SHARE, least=2.0)),
        ("open handles", trends(lines(samples, lambda sample: sample.handles), share=SHARE, least=2.0)),
        ("lag, events", trends(lines(samples, lambda sample: sample.lag), share=SHARE, least=20.0)),
        ("relay age, s", trends(lines(samples, lambda sample: sample.relay_age), share=SHARE, least=0.1)),
    ]
    rows = [
        (f"{what}: {trend.name}", f"{trend.mean:,.2f}", f"{trend.an_hour:+,.2f}", "flat" if trend.flat else "GROWS")
        for what, found in judged
        for trend in found
    ]
    print(table(("of the second half", "mean", "an hour", ""), rows))
    grows = [trend for _, found in judged for trend in found if not trend.flat]
    print(f"\nverdict: {verdict(grows)}")


def verdict(grows: Sequence[Trend]) -> str:
    if not grows:
        return "memory, handles and lag are flat"
    return "grows: " + ", ".join(f"{trend.name} by {trend.an_hour:,.1f} an hour" for trend in grows)


def _mega(wanted: Callable[[Sample], float | None]) -> Callable[[Sample], float | None]:
    def scaled(sample: Sample) -> float | None:
        value = wanted(sample)
        return None if value is None else value / MEGA

    return scaled


if __name__ == "__main__":
    main()
