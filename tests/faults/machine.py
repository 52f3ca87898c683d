"""The containers of one compose project, and what can be done to them from outside.

A container that was killed through the engine counts as stopped by hand and stays down. So processes are killed by
their number, as the kernel's out-of-memory killer would do it: whatever then comes back does so by itself.
"""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

COMMAND_SECONDS: Final = 120
HELPER: Final = "python:3.13-slim"


class Machine:
    """Finds containers by the compose service; each is named by its id."""

    def __init__(self, project: str) -> None:
        self.project: Final = project

    def containers(self, *services: str) -> list[str]:
        """Those of the services that are running or paused, in a lasting order."""
        found: list[str] = []
        for service in services:
            labels = (f"com.docker.compose.project={self.project}", f"com.docker.compose.service={service}")
            filters = [part for label in labels for part in ("--filter", f"label={label}")]
            found += sorted(docker("ps", "--quiet", "--no-trunc", *filters).split())
        return found

    def one(self, service: str) -> str:
        return self.containers(service)[0]

    def inspected(self, container: str) -> Any:
        return json.loads(docker("inspect", container))[0]

    def name(self, container: str) -> str:
        return str(self.inspected(container)["Name"]).removeprefix(f"/{self.project}-")

    def addresses(self, container: str) -> list[str]:
        """Its addresses in all its networks."""
        networks = self.inspected(container)["NetworkSettings"]["Networks"].values()
        return [str(network["IPAddress"]) for network in networks if network["IPAddress"]]

    def kill(self, container: str) -> None:
        """SIGKILL to the container's first process; the restart policy acts by itself."""
        number = self._pid(container)
        if _is_ours(number, container):
            os.kill(number, signal.SIGKILL)
        else:
            # The engine runs on another machine, or in a virtual one: its processes are seen from a container there.
            docker("run", "--rm", "--privileged", "--pid=host", HELPER, "kill", "-KILL", str(number))

    @staticmethod
    def pause(container: str) -> None:
        docker("pause", container)

    @staticmethod
    def unpause(container: str) -> None:
        docker("unpause", container)

    @staticmethod
    def throttle(container: str, cpus: float) -> None:
        docker("update", "--cpus", str(cpus), container)

    def cut(self, container: str, other: str) -> "Cut":
        """No packet passes between the two any more, and neither is told."""
        number = self._pid(container)
        if _is_ours(number, container) and os.geteuid() == 0 and shutil.which("iptables") and shutil.which("nsenter"):
            return SilentCut(number, self.addresses(other))
        return Unplugged(self, container)

    def _pid(self, container: str) -> int:
        return int(self.inspected(container)["State"]["Pid"])

    def restarts(self) -> int:
        """How often the restart policy has acted in this project."""
        return sum(int(self.inspected(container)["RestartCount"]) for container in self._all())

    def _all(self) -> list[str]:
        label = f"label=com.docker.compose.project={self.project}"
        return docker("ps", "--all", "--quiet", "--no-trunc", "--filter", label).split()


class Cut:
    """A cut that can be mended."""

    how: str

    def mend(self) -> None:
        raise NotImplementedError


class SilentCut(Cut):
    """Packets are dropped inside the container's network namespace, in both directions."""

    how = "packets dropped"

    def __init__(self, number: int, addresses: Sequence[str]) -> None:
        self._number, self._addresses = number, tuple(addresses)
        self._each("-I")

    def mend(self) -> None:
        self._each("-D")

    def _each(self, action: str) -> None:
        for address in self._addresses:
            for chain, side in (("INPUT", "-s"), ("OUTPUT", "-d")):
                rule = ["iptables", "-w", action, chain, side, address, "-j", "DROP"]
                run("nsenter", "--target", str(self._number), "--net", *rule)


class Unplugged(Cut):
    """The container is taken off the inner network: from here no single connection can be cut."""

    how = "network unplugged"

    def __init__(self, machine: Machine, container: str) -> None:
        self._network, self._container = f"{machine.project}_back", container
        self._service = machine.inspected(container)["Config"]["Labels"]["com.docker.compose.service"]
        docker("network", "disconnect", self._network, container)

    def mend(self) -> None:
        docker("network", "connect", "--alias", self._service, self._network, self._container)


def _is_ours(number: int, container: str) -> bool:
    """Whether the process of that number on this machine is the container's."""
    try:
        return number > 1 and container in Path(f"/proc/{number}/cgroup").read_text(encoding="ascii")
    except OSError:
        return False


def processors() -> float:
    """How many the engine has to give."""
    return float(docker("info", "--format", "{{.NCPU}}"))


def docker(*arguments: str) -> str:
    return run("docker", *arguments)


def run(*arguments: str) -> str:
    """What the command printed.

    Raises:
        RuntimeError: it failed; with what it said.
    """
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=COMMAND_SECONDS)
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
