"""Where all chance comes from: one seed, split into streams that do not disturb each other."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from uuid import UUID

EPOCH = datetime(2023, 10, 2, tzinfo=UTC)


class Choices:
    """Streams of chance by name: what one draws does not change what another one draws."""

    def __init__(self, seed: int | str) -> None:
        self.seed = seed

    def stream(self, *names: object) -> Random:
        # Text seeds a Random by its hash (SHA-512), never by the process's own string hashing.
        return Random("/".join(map(str, (self.seed, *names))))


class SimulatedClock:
    """The one clock of a run: moves a millisecond each time somebody looks, and as far as it is told."""

    def __init__(self, at: datetime = EPOCH) -> None:
        self.at = at

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def jump(self, by: timedelta) -> None:
        self.at += by


class SimulatedIds:
    """UUIDv7s of the simulated time, all different, the same in every run of a seed."""

    def __init__(self, clock: SimulatedClock, seed: object) -> None:
        self._clock, self._seed, self._drawn = clock, str(seed), 0

    def new(self) -> str:
        self._drawn += 1
        made = int.from_bytes(sha256(f"{self._seed}/{self._drawn}".encode()).digest()[:16])
        since_1970 = int(self._clock.at.timestamp() * 1000)
        made = (made & ((1 << 80) - 1)) | (since_1970 << 80)
        made = (made & ~(0xF << 76)) | (7 << 76)
        made = (made & ~(0x3 << 62)) | (2 << 62)
        return str(UUID(int=made))


class SimulatedEntropy:
    """Stands for `os.urandom` where keys and nonces are made."""

    def __init__(self, seed: object) -> None:
        self._random = Random(f"{seed}/entropy")

    def __call__(self, count: int) -> bytes:
        return self._random.randbytes(count)
