"""What containers have used so far, asked of the Docker engine itself: the command line costs more than it measures."""

import http.client
import json
import os
import socket
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

DEFAULT: Final = "unix:///var/run/docker.sock"
API: Final = "/v1.41"


@dataclass(frozen=True)
class Usage:
    """Of one container at one moment: seconds of CPU since it started, and bytes of memory no file stands behind."""

    cpu_seconds: float
    memory_bytes: int
    host_seconds: float
    """CPU seconds that all cores of the engine's machine have spent, idle ones included."""
    cores: int


class Engine:
    """The engine that DOCKER_HOST names, or the one of this machine."""

    def __init__(self, address: str | None = None) -> None:
        self._address: Final = urlsplit(address or os.environ.get("DOCKER_HOST") or DEFAULT)

    def usage(self, container: str) -> Usage | None:
        """None when there is no such container any more, it does not run, or the engine does not say."""
        try:
            found = self._asked(f"/containers/{container}/stats?stream=false&one-shot=true")
        except (OSError, http.client.HTTPException, ValueError):
            # An engine that is busy taking containers away may answer with nothing at all.
            return None
        if not found.get("memory_stats", {}).get("usage"):
            return None
        processor, memory = found["cpu_stats"], found["memory_stats"]
        of_its_own = memory["stats"].get("anon", memory["stats"].get("total_rss", memory["usage"]))
        return Usage(
            processor["cpu_usage"]["total_usage"] / 1e9,
            int(of_its_own),
            processor["system_cpu_usage"] / 1e9,
            int(processor["online_cpus"]),
        )

    def _asked(self, path: str) -> dict[str, Any]:
        if self._address.scheme == "unix":
            connection: http.client.HTTPConnection = _Local(self._address.path)
        else:
            connection = http.client.HTTPConnection(self._address.hostname or "localhost", self._address.port)
        try:
            connection.request("GET", f"{API}{path}")
            answer = connection.getresponse()
            found: dict[str, Any] = json.loads(answer.read())
            return found
        finally:
            connection.close()


class _Local(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=30)
        self._path: Final = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)
