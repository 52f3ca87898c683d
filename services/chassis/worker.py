"""The worker role of a service: relay, consumer and timers, each a loop of steps in a thread of its own."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from contracts.envelope import Envelope
from services.chassis.application import Application
from services.chassis.bus.abstract import Bus, BusError
from services.chassis.consumer import Consumer
from services.chassis.database import is_transient
from services.chassis.inbox import ForkError
from services.chassis.metrics import Metrics
from services.chassis.parking import HaltedError, Parking
from services.chassis.relay import Relay, topic
from services.chassis.service import Service
from services.chassis.timers import Timers

PARTITIONS: Final = 12
POLL_SECONDS: Final = 0.5
TIMER_SECONDS: Final = 0.25
LONGEST_REST_SECONDS: Final = 0.2
BACK_OFF_SECONDS: Final = 1.0
LOOPS: Final = ("relay", "consumer", "timers")
WAIT_SECONDS: Final = 0.5
log: Final = structlog.get_logger()


def make_topics(bus: Bus, service: Service) -> None:
    """Create the service's own topic and those it reads, where the bus lacks them."""
    bus.ensure_topics([topic(name) for name in (service.name, *service.subscriptions)], partitions=PARTITIONS)


class Worker:
    """Runs the loops until stopped. `halted` says why one of them does not go on; the others do.

    With too many records parked the consumer looks again and again, and goes on by itself once an operator has decided
    about them. A fork of history ends it for good: it takes a person, and a restart.
    """

    def __init__(
        self, application: Application, bus: Bus, *, metrics: Metrics, relay_batch: int = 500,
        consumer_batch: int = 500, timer_batch: int = 50, parked_limit: int = 1_000, idle_seconds: float = 0.02,
        linger_seconds: float = 0.03,
    ) -> None:  # fmt: skip
        self.application: Final = application
        self.bus: Final = bus
        self.parking: Final = Parking(application.database, application.clock, application.ids, limit=parked_limit)
        self.relay: Final = Relay(application, bus, batch=relay_batch)
        self.consumer: Final = Consumer(application, bus, self.parking, batch=consumer_batch)
        self.timers: Final = Timers(application, batch=timer_batch)
        self.metrics: Final = metrics
        self._halting: Final[dict[str, str]] = {}
        self._idle: Final = idle_seconds
        self._rest = idle_seconds
        self._linger: Final = linger_seconds
        self._relay_batch: Final = relay_batch
        self._stop: Final = threading.Event()
        self._pending: Final = threading.Event()
        self._threads: list[threading.Thread] = []
        self._stepped: Final[dict[str, float]] = {}
        for name in LOOPS:
            # A counter that is absent until the first failure would hide that failure from rates.
            metrics.count("loop_failures_total", 0, loop=name)
        metrics.before_exposing(self._set_gauges)
        application.on_commit = self._wake
        application.readiness_checks["worker"] = lambda: self.halted or "ok"

    def _wake(self, events: Sequence[Envelope]) -> None:
        self.metrics.count("events_appended_total", len(events))
        self._pending.set()

    @property
    def halted(self) -> str | None:
        """Why loops stand still, None when all go on."""
        return "; ".join(self._halting.copy().values()) or None

    def start(self) -> None:
        """Create the service's own topic and those it reads, then start the loops."""
        make_topics(self.bus, self.application.service)
        for name, step in zip(LOOPS, (self._relay, self._consume, self._time), strict=True):
            self._stepped[name] = time.monotonic()
            thread = threading.Thread(target=self._loop, args=(name, step), name=f"{self.application.name}-{name}")
            thread.daemon = True
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """End the loops after their present step, leave the group, give the leadership away."""
        self._stop.set()
        self._pending.set()
        for thread in self._threads:
            thread.join(timeout=30)
        self.consumer.close()
        self.relay.close()

    def request_stop(self) -> None:
        """End `wait`; safe in a signal handler."""
        self._stop.set()

    def wait(self) -> None:
        """Until `stop` or `request_stop` is called."""
        while not self._stop.wait(WAIT_SECONDS):
            pass

    def _set_gauges(self) -> None:
        self.metrics.gauge("relay_leader", self.relay.leading)
        self.metrics.gauge("consumer_partitions", self.consumer.partitions)
        for name in LOOPS:
            self.metrics.gauge("loop_halted", name in self._halting, loop=name)
        for name, stepped in tuple(self._stepped.items()):
            self.metrics.gauge("loop_step_age_seconds", time.monotonic() - stepped, loop=name)

    def _loop(self, name: str, step: Callable[[], None]) -> None:
        while not self._stop.is_set():
            try:
                step()
                self._stepped[name] = time.monotonic()
                self._halting.pop(name, None)
            except HaltedError as error:
                self._halt(name, error)
                self._stop.wait(BACK_OFF_SECONDS)
            except ForkError as error:
                self._halt(name, error)
                return
            except Exception as error:
                expected = isinstance(error, BusError) or is_transient(error)
                self.metrics.count("loop_failures_total", loop=name)
                log.warning(
                    "step failed, trying again", service=self.application.name, loop=name,
                    error=type(error).__name__, exc_info=not expected,
                )  # fmt: skip
                self._stop.wait(BACK_OFF_SECONDS)

    def _halt(self, name: str, error: Exception) -> None:
        reason = f"{name} halted: {error}"
        if self._halting.get(name) != reason:
            log.critical("halted", service=self.application.name, loop=name, reason=str(error))
        self._halting[name] = reason

    def _relay(self) -> None:
        self._pending.clear()
        relayed = self.relay.step()
        if relayed.acknowledged:
            self._rest = self._idle
            self.metrics.count("relay_sent_total", relayed.acknowledged)
        if relayed.error is not None:
            self.metrics.count("loop_failures_total", loop="relay")
            log.warning("not acknowledged", service=self.application.name, error=type(relayed.error).__name__)
            self._stop.wait(BACK_OFF_SECONDS)
        elif not relayed.acknowledged:
            self._pending.wait(self._rest)
            # Commits of this process wake it; those of others are looked for less often the longer there were none.
            self._rest = min(self._rest * 2, max(self._idle, LONGEST_REST_SECONDS))
        elif relayed.acknowledged < self._relay_batch:
            # Under load events come one by one: taking several at a time halves the work of everybody downstream.
            self._stop.wait(self._linger)

    def _consume(self) -> None:
        if not self.application.service.subscriptions:
            self._stop.wait(POLL_SECONDS)
            return
        taken = self.consumer.step(POLL_SECONDS)
        counts = {
            "handled": taken.handled, "unhandled": taken.unhandled, "duplicate": taken.duplicates,
            "waiting": taken.waiting, "parked": taken.parked,
        }  # fmt: skip
        for result, count in counts.items():
            if count:
                self.metrics.count("consumer_events_total", count, result=result)
        for reason in taken.reasons:
            log.error("parked", service=self.application.name, reason=reason)

    def _time(self) -> None:
        fired = self.timers.step()
        if fired:
            self.metrics.count("timers_total", fired, result="fired")
        else:
            self._stop.wait(TIMER_SECONDS)
