"""A whole deployment under all the load it takes, with 1, 2 and 4 of every api and worker; and what limits it.

Run: python -m tests.benchmarks.bench_scale
"""

import argparse
import http.client
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

from tests.benchmarks.arrivals import Acknowledgements, Arrivals
from tests.benchmarks.bottleneck import Level, evidence, limited_by, shares
from tests.benchmarks.database_waits import DatabaseWatch
from tests.benchmarks.deployment import Deployment, deployed
from tests.benchmarks.rounds import Run, environment, in_threads, table
from tests.benchmarks.spending import Meter, Spent
from tests.load.figures import figures, percentile
from tests.load.generator import USERS, Load
from tests.load.record import now
from tests.stack.composed import NAMES
from tests.stack.engine import Engine

SECONDS: Final = 25.0
BARE_SECONDS: Final = 6.0
WARM_SECONDS: Final = 8.0
"""For each replica: a process compiles what a kind of command needs when it first sees one."""
IDLE_SECONDS: Final = 6.0
DIRECT_TIMEOUT_SECONDS: Final = 2.0


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicas", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each measurement")
    parser.add_argument("--users", type=int, default=USERS, help="clients for each service")
    chosen = parser.parse_args(arguments)
    print(environment(fsync="PostgreSQL fsync on, Kafka acks=all"))
    with deployed("bench-scale") as deployment, TemporaryDirectory() as directory:
        bare(deployment, chosen.users * len(NAMES))
        levels = []
        for replicas in chosen.replicas:
            deployment.scale(replicas)
            levels.append(level(deployment, replicas, chosen.users, chosen.seconds, Path(directory)))
            print(f"measured with {replicas} of each: {levels[-1].rate:.0f} commands/s", flush=True)
        report(levels, chosen.users * len(NAMES))


def bare(deployment: Deployment, clients: int) -> None:
    """What HTTP alone costs: an answer that needs no database, through the gateway and without it."""
    rows, said = [], []
    for name, run, spent in (
        ("through the gateway", *measured(deployment, _through_gateway(deployment, clients))),
        ("straight to one api", *measured(deployment, _straight(deployment, clients))),
    ):
        if not run.operations:
            said.append(f"{name}: containers cannot be reached from here")
            continue
        rows.append((name, f"{run.rate:,.0f}", f"{run.percentile(0.5):.1f}", f"{run.percentile(0.99):.1f}"))
        said.append(f"{name}: cores used by {shares(spent)}")
    print(f"\nGET /healthz, {clients} clients, one api of each service")
    print(table(("what", "requests/s", "p50 ms", "p99 ms"), rows))
    print("\n".join(said), flush=True)


def measured(deployment: Deployment, clients: Sequence[Callable[[], object]]) -> tuple[Run, Spent]:
    meter = Meter(deployment.containers(), Engine())
    run = in_threads(clients, BARE_SECONDS) if clients else Run(0, 0.0)
    return run, meter.spent()


def _through_gateway(deployment: Deployment, clients: int) -> list[Callable[[], object]]:
    host = urlsplit(deployment.composed.url).netloc
    return [_getting(host, f"/{NAMES[number % len(NAMES)]}/healthz") for number in range(clients)]


def _straight(deployment: Deployment, clients: int) -> list[Callable[[], object]]:
    """To the containers' own addresses, the same number of clients at each; nothing where they cannot be reached."""
    hosts = [f"{deployment.composed.address(f'{name}-api')}:8000" for name in NAMES]
    try:
        for host in hosts:
            _getting(host, "/healthz", DIRECT_TIMEOUT_SECONDS)()
    except OSError:
        return []
    return [_getting(hosts[number % len(hosts)], "/healthz") for number in range(clients)]


def _getting(host: str, path: str, timeout: float = 30.0) -> Callable[[], object]:
    connection = http.client.HTTPConnection(host, timeout=timeout)

    def get() -> None:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{path} was answered with {answer.status}")

    return get


def level(deployment: Deployment, replicas: int, users: int, seconds: float, directory: Path) -> Level:
    """Everything that is taken while so many replicas are loaded."""
    composed = deployment.composed
    key = composed.key("token_key")
    load = Load(composed.url, key, directory / f"load-{replicas}.jsonl", users=users, seed=replicas)
    load.prepare()
    deployment.settle()
    idle = Meter(deployment.containers(), Engine())
    time.sleep(IDLE_SECONDS)
    resting = idle.spent()
    load.start()
    time.sleep(WARM_SECONDS * replicas)
    watch = DatabaseWatch(lambda: deployment.database("postgres"))
    arrivals = Arrivals(
        composed.url, key, directory / f"probe-{replicas}.jsonl", lambda: deployment.database("matching")
    )
    acknowledgements = Acknowledgements(composed.kafka)
    meter = Meter(deployment.containers(), Engine())
    began = now()
    for watcher in (watch, arrivals, acknowledgements):
        watcher.start()
    time.sleep(seconds)
    ended, spent = now(), meter.spent()
    waits = watch.stop(ended - began)
    load.stop()
    acknowledgements.stop()
    late = arrivals.stop()
    if late:
        print(f"{late} commands have not arrived after a minute")
    drained = deployment.settle()
    found = figures(load.commands(), began, ended)
    if load.failures():
        print(f"stories that ended early: {load.failures()}")
    return Level(
        replicas, found.rate, found.p50, found.p99, sorted(arrivals.lags), found.retried, drained, spent, resting,
        waits, sorted(acknowledgements.waits),
    )  # fmt: skip


def report(levels: Sequence[Level], clients: int) -> None:
    rows = [
        (
            str(found.replicas), f"{found.rate:.0f}", f"{found.rate / levels[0].rate:.2f}",
            *(f"{1000 * wait:.0f}" for wait in (found.p50, found.p99)),
            *(f"{1000 * percentile(found.lags, share):.0f}" for share in (0.5, 0.99)),
            *(f"{1000 * percentile(found.produce, share):.0f}" for share in (0.5, 0.99)),
            str(found.retried), f"{found.drained:.1f}",
        )
        for found in levels
    ]  # fmt: skip
    heads = (
        "replicas", "commands/s", "of 1x", "p50 ms", "p99 ms", "lag p50", "lag p99", "Kafka p50", "Kafka p99",
        "retried", "drained s",
    )  # fmt: skip
    print(f"\n{clients} clients, each with one command at a time; replicas of every api and of every worker")
    print(table(heads, rows))
    print("lag: ms from the acknowledgement in registration to the row in matching's read model")
    print("Kafka: ms until all in-sync replicas have a record of its own")
    print("drained: until everything had arrived everywhere, once no more was sent\n")
    print(evidence(levels))
    print()
    for found in levels:
        print(f"{found.replicas}x is limited by {limited_by(found.spent, found.waits)}")


if __name__ == "__main__":
    main()
