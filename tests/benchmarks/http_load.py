"""The whole path with HTTP: gunicorn with threads, token, idempotency key; clients on connections that stay open."""

import base64
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import orjson

from services.chassis.clock import SystemIds
from services.chassis.tokens import mint
from services.registration.domain.commands import RequestConsultation
from tests.benchmarks.fair import KEYS, ORGANISER, REQUESTS_EACH, Fair, open_registration
from tests.benchmarks.rounds import in_threads, table
from tests.stack.composed import ROOT

TOKEN_KEY = b"t" * 32
PATIENCE = 60.0
CREATED = 201
_GUESS = 600
_IDS = SystemIds()


def report(url: str, counts: Sequence[int], seconds: float) -> None:
    """Commands per second and latency for each number of clients."""
    application = open_registration(url)
    fair = Fair(application)
    rows = []
    with _server(application.database.url.render_as_string(hide_password=False)) as port:
        for count in counts:
            fair.prepare(count + int(_GUESS * seconds / REQUESTS_EACH))
            clients = [_client(port, fair.requests()) for _ in range(count)]
            run = in_threads(clients, seconds)
            rows.append((str(count), f"{run.rate:,.0f}", f"{run.percentile(0.5):.2f}", f"{run.percentile(0.99):.2f}"))
    application.database.close()
    print(f"\nwith HTTP (one gunicorn process)\n{table(('clients', 'commands/s', 'p50 ms', 'p99 ms'), rows)}")


def _client(port: int, source: Iterator[RequestConsultation]) -> Callable[[], object]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    headers = {"Authorization": f"Bearer {mint(ORGANISER, TOKEN_KEY)}", "Content-Type": "application/json"}

    def send() -> None:
        command = next(source)
        body = {
            "sme_participation_id": command.sme_participation_id,
            "buyer_participation_id": command.buyer_participation_id,
            "technology": command.technology, "topics": list(command.topics), "synthetic": True,
        }  # fmt: skip
        connection.request(
            "POST", f"/fairs/{command.fair_id}/requests", orjson.dumps(body),
            {**headers, "Idempotency-Key": _IDS.new()},
        )  # fmt: skip
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != CREATED:
            raise RuntimeError(f"answered {answer.status}: {said[:300]!r}")

    return send


@contextmanager
def _server(url: str) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    secrets = {"TOKEN_KEY": TOKEN_KEY, "VAULT_KEY": KEYS.vault, "FINGERPRINT_KEY": KEYS.fingerprint}
    with tempfile.TemporaryDirectory() as directory:
        environment = {
            **os.environ,
            **{name: base64.b64encode(key).decode() for name, key in secrets.items()},
            "SERVICE_DATABASE_URL": url, "BUS_URL": f"local:{directory}/bus.db", "PORT": str(port),
            "LOG_LEVEL": "ERROR", "DATABASE_CONNECTIONS": "64",
        }  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-m", "services.registration", "api"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
        )
        try:
            _await(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=30)


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().read():
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server did not start")
