"""A whole deployment to measure: its replicas, and what each of its containers tells about itself."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psycopg

from services.rehearsal.distant import Distant
from tests.stack.composed import NAMES, Composed

ENGINES: Final = ("postgres", "kafka", "gateway")
PATIENCE_SECONDS: Final = 180.0


class Deployment:
    """A running `Composed` with all services."""

    def __init__(self, composed: Composed) -> None:
        self.composed: Final = composed
        self.distant: Final = Distant(composed.url, composed.key("token_key"))

    def scale(self, replicas: int) -> None:
        """So many of every api and every worker, all healthy and found by the gateway."""
        wanted = [f"{name}-{role}" for name in NAMES for role in ("api", "worker")]
        running = self.containers()
        if all(len(running[service]) == replicas for service in wanted):
            return
        self.composed.scale(dict.fromkeys(wanted, replicas), timeout=900)
        # The gateway asks for addresses once a second.
        time.sleep(2)

    def containers(self) -> Mapping[str, list[str]]:
        """Ids of what runs, by compose service."""
        services = [*(f"{name}-{role}" for role in ("api", "worker") for name in NAMES), *ENGINES]
        found: dict[str, list[str]] = {service: [] for service in services}
        for state in self.composed.states():
            if state["State"] == "running" and state["Service"] in found:
                found[state["Service"]].append(state["ID"])
        return {service: sorted(ids) for service, ids in found.items()}

    def settle(self) -> float:
        """Wait until everything has arrived everywhere; the seconds that took.

        Raises:
            TimeoutError: it does not.
        """
        began = time.monotonic()
        while not self.distant.settled():
            if time.monotonic() - began > PATIENCE_SECONDS:
                raise TimeoutError(f"not everything has arrived after {PATIENCE_SECONDS:.0f} s")
            time.sleep(0.2)
        return time.monotonic() - began

    def database(self, name: str) -> psycopg.Connection[tuple[object, ...]]:
        """A connection as the server's superuser; every statement is a transaction."""
        url = self.composed.superuser_url(name).replace("+psycopg", "")
        return psycopg.connect(url, autocommit=True)


@contextmanager
def deployed(name: str) -> Iterator[Deployment]:
    """Built, started, and taken apart with its data in the end."""
    with TemporaryDirectory(prefix="sangsaeng-") as directory:
        composed = Composed.prepared(Path(directory), name)
        with composed.running():
            deployment = Deployment(composed)
            try:
                yield deployment
            finally:
                deployment.distant.client.close()
