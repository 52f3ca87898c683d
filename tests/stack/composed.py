"""A deployment of its own, by docker compose: how tests and benchmarks start it, talk to it, and take it apart."""

import base64
import json
import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_docker.plugin import get_docker_services

ROOT = Path(__file__).parents[2]
BASE = (ROOT / "docker-compose.yml", ROOT / "tests" / "compose.yml")
UP = "up --detach --wait"
DOWN = "down --volumes --timeout 3"
NAMES = ("registration", "matching", "consultation", "grants")


def free_port() -> int:
    """A loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Composed:
    """A compose project with secrets, ports and an environment of its own; nothing of the developer's `.env` counts."""

    project: str
    files: tuple[Path, ...]
    directory: Path
    environment: dict[str, str] = field(repr=False)

    @classmethod
    def prepared(
        cls, directory: Path, name: str, files: Sequence[Path] = BASE, environment: Mapping[str, str] | None = None
    ) -> "Composed":
        """Draws the secrets and chooses the ports; starts nothing."""
        held = directory / "secrets"
        drawn = {**os.environ, "SECRETS_DIR": str(held), "ENV_FILE": str(directory / "environment")}
        subprocess.run([ROOT / "deploy" / "secrets.sh"], env=drawn, check=True, capture_output=True)
        made = dict(line.split("=", 1) for line in (directory / "environment").read_text().splitlines())
        chosen = {
            "COMPOSE_DISABLE_ENV_FILE": "1",
            "COMPOSE_PROGRESS": "quiet",
            "SECRETS_DIR": str(held),
            "SANGSAENG_TAG": os.environ.get("SANGSAENG_TAG", "tests"),
            "GATEWAY_PORT": str(free_port()),
            "SANGSAENG_TEST_KAFKA_PORT": str(free_port()),
            **made,
            **(environment or {}),
        }
        return cls(f"sangsaeng-{name}-{os.getpid()}-{secrets.token_hex(3)}", tuple(files), directory, chosen)

    @property
    def url(self) -> str:
        """Where the gateway listens."""
        return f"http://127.0.0.1:{self.environment['GATEWAY_PORT']}"

    @property
    def kafka(self) -> str:
        """Where Kafka listens for the tests, as `host:port`."""
        return f"127.0.0.1:{self.environment['SANGSAENG_TEST_KAFKA_PORT']}"

    def secret(self, name: str) -> str:
        return (self.directory / "secrets" / name).read_text(encoding="utf-8").strip()

    def key(self, name: str) -> bytes:
        """A secret that is a key: `token_key`, `matching_vault_key`, ..."""
        return base64.b64decode(self.secret(name))

    def database_url(self, service: str, database: str | None = None) -> str:
        """A service's database, as its own role."""
        where = f"127.0.0.1:{self.published('postgres', 5432)}"
        password = self.secret(f"{service}_database_password")
        return f"postgresql+psycopg://{service}:{password}@{where}/{database or service}"

    def superuser_url(self, database: str) -> str:
        """Any database, as the server's superuser."""
        where = f"127.0.0.1:{self.published('postgres', 5432)}"
        return f"postgresql+psycopg://postgres:{self.secret('postgres_password')}@{where}/{database}"

    def published(self, service: str, port: int) -> int:
        """The loopback port behind which a container's port is."""
        return int(self.compose("port", service, str(port)).strip().rpartition(":")[2])

    def compose(self, *arguments: str, check: bool = True, timeout: float = 300) -> str:
        """What `docker compose ...` prints.

        Raises:
            AssertionError: it failed; with what it said.
        """
        files = [word for path in self.files for word in ("-f", str(path))]
        done = subprocess.run(
            ["docker", "compose", *files, "-p", self.project, *arguments],
            env={**os.environ, **self.environment}, cwd=ROOT, capture_output=True, text=True, timeout=timeout,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0 or not check, f"docker compose {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def script(self, name: str, *arguments: str, timeout: float = 900, **changed: str) -> str:
        """What a script of `deploy/` says when it is run for this project.

        Raises:
            AssertionError: it failed; with what it said.
        """
        ours = {"COMPOSE_FILE": ":".join(map(str, self.files)), "COMPOSE_PROJECT_NAME": self.project}
        done = subprocess.run(
            [ROOT / "deploy" / name, *arguments], env={**os.environ, **self.environment, **ours, **changed}, cwd=ROOT,
            capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def address(self, service: str) -> str:
        """Of a service's first container, on its first network; reachable where the engine runs on this machine."""
        (container, *_) = self.containers(service)
        template = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"
        asked = ["docker", "inspect", "--format", template, container]
        return subprocess.run(asked, capture_output=True, text=True, check=True, timeout=120).stdout.split()[0]

    def containers(self, service: str) -> list[str]:
        """Ids of the running containers of a compose service."""
        return self.compose("ps", "--quiet", service).split()

    def states(self) -> list[dict[str, Any]]:
        """Every container as `docker compose ps --all` knows it."""
        return [json.loads(line) for line in self.compose("ps", "--all", "--format", "json").splitlines()]

    def scale(self, replicas: Mapping[str, int], timeout: float = 600) -> None:
        """So many containers of each of these services, all healthy; what else runs is left alone.

        Raises:
            TimeoutError: they do not become so.
        """
        wanted = [f"{service}={count}" for service, count in replicas.items()]
        self.compose("scale", "--no-deps", *wanted, timeout=timeout)
        deadline = time.monotonic() + timeout
        while True:
            states = [state for state in self.states() if state["Service"] in replicas]
            healthy = [state["Service"] for state in states if state["Health"] == "healthy"]
            if len(states) == sum(replicas.values()) and all(healthy.count(one) == replicas[one] for one in replicas):
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"not healthy within {timeout:.0f} s: {' '.join(wanted)}")
            time.sleep(0.5)

    def keep_logs(self, directory: Path) -> None:
        """The logs of every container into one file each."""
        directory.mkdir(parents=True, exist_ok=True)
        for state in self.states():
            said = subprocess.run(["docker", "logs", state["Name"]], capture_output=True, text=True, check=False)
            (directory / f"{state['Name']}.log").write_text(said.stdout + said.stderr, encoding="utf-8")

    @contextmanager
    def running(self, *services: str, build: bool = True) -> Iterator["Composed"]:
        """Started by pytest-docker and healthy; with its volumes gone afterwards."""
        if build:
            self.compose("build", "--quiet", "topics", timeout=900)
        before = {name: os.environ.get(name) for name in self.environment}
        os.environ.update(self.environment)
        try:
            with get_docker_services(
                "docker compose", [str(path) for path in self.files], self.project,
                [" ".join([UP, *services])], [DOWN],
            ):  # fmt: skip
                yield self
        finally:
            # What did not come up whole is not cleaned up by the plugin.
            self.compose(*DOWN.split(), check=False)
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
