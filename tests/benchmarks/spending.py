"""Where the CPU went: cores used by each compose service, by the clients, by everything else on the machine."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.stack.engine import Engine, Usage

CLIENTS: Final = "clients"
HOST: Final = Path("/proc/stat")
IDLE, WAITING_FOR_DISK = 3, 4
ASKED_AT_ONCE: Final = 16


@dataclass(frozen=True)
class Spent:
    """Cores used on average over some span, by compose service and by the clients (this process). `busiest` is the
    busiest single container of each service. `idle` cores and `elsewhere` (busy with what is not ours) are None where
    the machine does not tell.
    """

    seconds: float
    cores: int
    used: Mapping[str, float]
    busiest: Mapping[str, float]
    idle: float | None
    elsewhere: float | None

    def role(self, suffix: str) -> float:
        """All services of a role: `-api`, `-worker`."""
        return sum(share for name, share in self.used.items() if name.endswith(suffix))


class Meter:
    """Reads when it is made and when it is asked."""

    def __init__(self, containers: Mapping[str, Sequence[str]], engine: Engine) -> None:
        self._containers, self._engine = containers, engine
        self._before = self._read()
        self._host = _idle_seconds()
        self._own, self._began = time.process_time(), time.monotonic()

    def spent(self) -> Spent:
        """Since the meter was made."""
        own, seconds = time.process_time() - self._own, time.monotonic() - self._began
        host, after = _idle_seconds(), self._read()
        used: dict[str, float] = {CLIENTS: own / seconds}
        busiest: dict[str, float] = {CLIENTS: own / seconds}
        cores = 1
        for service, ids in self._containers.items():
            shares = []
            for container in ids:
                (then, at_first), (now, at_last) = self._before[container], after[container]
                if then is not None and now is not None:
                    shares.append((now.cpu_seconds - then.cpu_seconds) / (at_last - at_first))
                    cores = now.cores
            used[service], busiest[service] = sum(shares), max(shares, default=0.0)
        if host is None or self._host is None:
            return Spent(seconds, cores, used, busiest, None, None)
        idle = (host - self._host) / seconds
        return Spent(seconds, cores, used, busiest, idle, max(0.0, cores - idle - sum(used.values())))

    def _read(self) -> dict[str, tuple[Usage | None, float]]:
        # All at once, and each with its own moment: asking thirty containers takes a while on a busy machine.
        ids = [container for found in self._containers.values() for container in found]
        with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
            return dict(zip(ids, pool.map(self._one, ids), strict=True))

    def _one(self, container: str) -> tuple[Usage | None, float]:
        return self._engine.usage(container), time.monotonic()


def _idle_seconds() -> float | None:
    """Seconds that the cores of this machine had nothing to do so far (Linux)."""
    try:
        fields = HOST.read_text(encoding="ascii").splitlines()[0].split()[1:]
    except OSError:
        return None
    # The kernel counts in hundredths, whatever it ticks in.
    return (int(fields[IDLE]) + int(fields[WAITING_FOR_DISK])) / 100
