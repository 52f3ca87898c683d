"""The load: users of all four services that send commands to one gateway, at a rate or as fast as they are answered.

    load = Load("http://127.0.0.1:8000", token_key, Path("load.jsonl"), rate=120)
    load.prepare()          # makes companies, fairs, a call; some seconds
    load.start()
    ...
    load.stop()             # every command's fate is recorded
    load.commands()         # list[Command]; also in the file: tests.load.record.read(path)

Users are threads of this process, each with a connection of its own.
"""

import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from services.chassis.access import Actor
from tests.load.caller import Caller, GivenUpError, Json, RefusedError, StoppedError
from tests.load.record import Command, Record
from tests.load.scene import Scene
from tests.load.stories import STORIES, Part

SHARES: Final[Mapping[str, float]] = {"registration": 0.35, "matching": 0.3, "consultation": 0.2, "grants": 0.15}
"""Of the rate. Without a rate each service has as many users as any other, and gets what it can take."""
USERS: Final = 6
CATCH_UP_SECONDS: Final = 5.0
"""A rate is kept on average: what could not be sent while nobody answered follows, as far back as this."""
STOPPING_SECONDS: Final = 90.0


class Pace:
    """Lets users go one by one, `rate` a second; at once without a rate. Raises StoppedError when the run is over."""

    def __init__(self, rate: float | None, stop: threading.Event) -> None:
        self._gap = None if rate is None else 1.0 / rate
        self._stop, self._lock, self._next = stop, threading.Lock(), time.monotonic()

    def wait(self) -> None:
        if self._gap is not None:
            with self._lock:
                now = time.monotonic()
                turn = max(self._next, now - CATCH_UP_SECONDS)
                self._next = turn + self._gap
            self._stop.wait(turn - now)
        if self._stop.is_set():
            raise StoppedError


class User:
    """One client that plays a service's story again and again. Its `failures` are stories that ended early."""

    def __init__(self, caller: Caller, pace: Pace, service: str, part: Part) -> None:
        self._caller, self._pace, self._part = caller, pace, part
        self._story = STORIES[service]
        self.failures: dict[str, int] = {}

    def command(self, actor: Actor, path: str, body: Json | None = None, **how: Any) -> Json:
        """As the caller's, at the pace of the load."""
        self._pace.wait()
        return self._caller.command(actor, path, body, **how)

    def get(self, actor: Actor, path: str) -> Json:
        return self._caller.get(actor, path)

    def play(self) -> None:
        """Until the run is over. A story that cannot go on is left; the next one begins."""
        try:
            while True:
                try:
                    self._story(self, self._part)
                except (RefusedError, GivenUpError, TimeoutError) as error:
                    name = getattr(error, "problem", type(error).__name__)
                    self.failures[name] = self.failures.get(name, 0) + 1
        except StoppedError:
            pass
        finally:
            self._caller.close()


class Load:
    """See the module. `rate` is commands per second over all services, None as fast as possible; `services` may leave
    some out; `users` is the number of clients for each service. `stop` lets a command in hand be answered first.
    """

    def __init__(
        self, url: str, token_key: bytes, record: Path, *, rate: float | None = None, users: int = USERS,
        services: tuple[str, ...] = tuple(SHARES), seed: int = 0,
    ) -> None:  # fmt: skip
        self.record: Final = Record(record)
        self.scene: Final = Scene()
        self._stop, self._abandon = threading.Event(), threading.Event()
        self._setup = Caller(url, token_key, self.record, seed=f"{seed}:setup")
        share = sum(SHARES[name] for name in services)
        self.users: list[User] = []
        for name in services:
            pace = Pace(None if rate is None else rate * SHARES[name] / share, self._stop)
            for number in range(users):
                label = f"{seed}:{name}:{number}"
                caller = Caller(url, token_key, self.record, seed=label, stop=self._abandon)
                self.users.append(User(caller, pace, name, Part(self.scene, number, users, label)))
        self._threads: list[threading.Thread] = []

    def prepare(self) -> None:
        """Make what the stories need, through the same gateway. The stack must be up and its workers running."""
        self.scene.prepare(self._setup)
        self._setup.close()

    def start(self) -> None:
        for user in self.users:
            thread = threading.Thread(target=user.play, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """No more commands; those in hand may be answered for STOPPING_SECONDS, then they are recorded as given up."""
        self._stop.set()
        deadline = time.monotonic() + STOPPING_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._abandon.set()
        for thread in self._threads:
            thread.join()
        self.record.close()

    def commands(self) -> list[Command]:
        """Every command so far whose fate is known."""
        return self.record.commands()

    def failures(self) -> dict[str, int]:
        """Why stories ended early, and how often: refusals by rule, and commands given up."""
        total: dict[str, int] = {}
        for user in self.users:
            for name, count in list(user.failures.items()):
                total[name] = total.get(name, 0) + count
        return total
