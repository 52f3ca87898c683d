"""api and worker as processes of their own: they do their work, and stop when told."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.e2e.suite_files import environment, query
from tests.e2e.suite_season import after_the_fair
from tests.e2e.suite_stage import ORGANISER
from tests.stack.composed import free_port

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60.0


def until(reached: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Poll, up to a bound."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def started(directory: Path, name: str, role: str, **changed: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", f"services.{name}", role], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], **environment(directory, name), **changed},
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """What a process leaves with when it is asked to stop."""
    process.send_signal(signal.SIGTERM)
    try:
        _, said = process.communicate(timeout=PATIENCE_SECONDS)
    finally:
        process.kill()
    return process.returncode, said


def answered(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_a_worker_says_when_its_port_is_taken(tmp_path):
    with after_the_fair(tmp_path) as (stage, _):
        directory = stage.directory
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        process = started(directory, "matching", "worker", PORT=str(port))
        _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert said.splitlines()[-1] == f"port {port} is in use on 127.0.0.1; choose another with PORT=..."


def test_the_api_serves_and_stops_when_told(tmp_path):
    with after_the_fair(tmp_path) as (stage, _):
        directory = stage.directory
    port = free_port()
    process = started(directory, "registration", "api", PORT=str(port))
    try:
        until(lambda: answered(port, "/healthz"), process)
        assert answered(port, "/readyz")
        assert answered(port, "/metrics")
        assert answered(port, "/openapi.json")
    finally:
        status, said = ended(process)
    assert (status, "Traceback" in said) == (0, False), said


def test_the_worker_takes_in_what_comes_and_stops_when_told(tmp_path):
    with after_the_fair(tmp_path) as (stage, _):
        stage.do(ORGANISER, "/registration/companies", {"name": "새로 온 기업"})
        assert stage.stations["registration"].relay.step().acknowledged == 1
        directory = stage.directory
    wanted = "SELECT count(*) FROM companies WHERE name = '새로 온 기업'"
    assert query(directory, "matching", wanted) == [(0,)]
    port = free_port()
    process = started(directory, "matching", "worker", PORT=str(port))
    try:
        until(lambda: query(directory, "matching", wanted) == [(1,)], process)
        assert answered(port, "/healthz")
        assert answered(port, "/readyz")
        assert answered(port, "/metrics")
        assert not answered(port, "/companies")
    finally:
        status, said = ended(process)
    assert (status, "Traceback" in said) == (0, False), said
