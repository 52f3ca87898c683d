"""Under a load of others: from the acknowledgement of a command to the row in another service's read model."""

import threading
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import psycopg

from services.chassis.bus.abstract import Message
from services.chassis.bus.kafka import KafkaBus
from services.chassis.effects import DirectEffects
from tests.load.caller import Caller, GivenUpError, RefusedError
from tests.load.record import Record
from tests.load.scene import register_company

EVERY_SECONDS: Final = 0.2
LOOK_SECONDS: Final = 0.005
PATIENCE_SECONDS: Final = 60.0
PROBED: Final = "bench.probe"


class Arrivals:
    """Registers a company now and then, and looks into matching's read model until it is there.

    The looking is done in the database: a question over HTTP would wait in the queue that it is to measure.
    """

    def __init__(
        self, url: str, token_key: bytes, record: Path, connect: Callable[[], psycopg.Connection[Any]]
    ) -> None:
        self._caller = Caller(url, token_key, Record(record), seed="arrivals")
        self._connection = connect()
        self._lock, self._over = threading.Lock(), threading.Event()
        self._expected: dict[str, float] = {}
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._ask, self._look)]
        self.lags: list[float] = []
        """Seconds, of those that arrived."""

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> int:
        """How many have not arrived in all that time."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._caller.close()
        self._connection.close()
        return len(self._expected)

    def _ask(self) -> None:
        speaker = _Noting(self._caller)
        while not self._over.wait(EVERY_SECONDS):
            try:
                company_id = register_company(speaker)
            except (RefusedError, GivenUpError):
                continue
            with self._lock:
                self._expected[company_id] = speaker.answered_at

    def _look(self) -> None:
        give_up = float("inf")
        while time.monotonic() < give_up:
            with self._lock:
                wanted = list(self._expected)
            if self._over.is_set():
                if not wanted and not self._threads[0].is_alive():
                    return
                give_up = min(give_up, time.monotonic() + PATIENCE_SECONDS)
            if wanted:
                found = self._connection.execute(
                    "SELECT company_id FROM companies WHERE company_id = ANY(%s)", (wanted,)
                ).fetchall()
                now = time.monotonic()
                with self._lock:
                    # It may be there before the answer is: the relay does not wait for it.
                    self.lags += [max(0.0, now - self._expected.pop(company_id)) for (company_id,) in found]
            time.sleep(LOOK_SECONDS)


class _Noting:
    """A speaker that remembers when it was last answered."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self.get = caller.get
        self.answered_at = 0.0

    def command(self, *arguments: Any, **more: Any) -> dict[str, Any]:
        try:
            return self._caller.command(*arguments, **more)
        finally:
            self.answered_at = time.monotonic()


class Acknowledgements:
    """Sends small records to Kafka one by one, on a topic of their own, and times each until it is acknowledged."""

    def __init__(self, bootstrap: str) -> None:
        self._bus = KafkaBus(bootstrap, options={}, effects=DirectEffects())
        self._bus.ensure_topics([PROBED], partitions=1)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._send, daemon=True)
        self.waits: list[float] = []

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()
        self._bus.close()

    def _send(self) -> None:
        with closing(self._bus.publisher()) as publisher:
            while not self._over.wait(EVERY_SECONDS):
                began = time.monotonic()
                (failure,) = publisher.send([Message(PROBED, str(uuid.uuid4()), b"{}", {})])
                if failure is None:
                    self.waits.append(time.monotonic() - began)
