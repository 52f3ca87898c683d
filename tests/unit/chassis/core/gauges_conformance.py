"""What a scrape shows of database, bus and worker, and what it shows when one of them keeps silent."""

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from services.chassis import gauges
from services.chassis.bus.abstract import Bus, BusError, Message
from services.chassis.metrics import Metrics
from services.chassis.relay import Relay, topic
from services.chassis.worker import LOOPS, Worker
from tests.unit.chassis.core import sample
from tests.unit.chassis.core.stage import ORGANISER, Stage

LABELS_OF_ALL = {"service"}
PATIENCE_SECONDS = 30.0


def until(what: str, reached: Callable[[], bool]) -> None:
    """Look again and again, for a bounded time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)


def scraped(metrics: Metrics) -> dict[str, float]:
    """Each sample by its name without the prefix, and its own labels' values behind it."""
    return {
        "/".join(
            [found.name.removeprefix("sangsaeng_"), *(v for k, v in found.labels.items() if k not in LABELS_OF_ALL)]
        ): found.value
        for family in text_string_to_metric_families(metrics.exposed().decode())
        for found in family.samples
    }


class SilentBus:
    """The stage's bus, until it is told to keep silent; then every question waits until it is told to fail."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.silent = False
        self.asked, self.fail = threading.Semaphore(0), threading.Event()
        self.questions = 0

    def end_offsets(self, name: str) -> Mapping[int, int]:
        self.questions += 1
        if self.silent:
            self.asked.release()
            assert self.fail.wait(PATIENCE_SECONDS)
            raise BusError("silent")
        return self._bus.end_offsets(name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bus, name)


def booked(stage: Stage, seats: int):
    application = stage.application(sample.source_service(timers=True))
    briefing = str(uuid.uuid4())
    application.execute(sample.Schedule(briefing, 100), ORGANISER)
    for _ in range(seats):
        application.execute(sample.Book(briefing, str(uuid.uuid4())), ORGANISER)
    return application


class GaugesConformance:
    @pytest.fixture
    def at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Every scrape asks anew, and waits for the answer however slow the machine is."""
        monkeypatch.setattr(gauges, "FRESH_SECONDS", 0.0)
        monkeypatch.setattr(gauges, "PATIENCE_SECONDS", PATIENCE_SECONDS)

    def test_the_database_is_read_at_each_scrape(self, stage: Stage, at_once: None) -> None:
        application = booked(stage, 3)
        metrics = gauges.observed(application)
        before = scraped(metrics)
        assert (before["relay_pending_events"], before["store_position"]) == (4, 4)
        assert (before["dependency_up/database"], before["parked_records"]) == (1, 0)
        assert before["timers_overdue"] == 0
        assert before["database_size_bytes"] > 0
        assert before["disk_size_bytes"] > before["disk_free_bytes"] > 0
        relay = Relay(application, stage.bus)
        relay.step()
        relay.close()
        stage.clock.set("2023-11-21T05:00:01+00:00")
        after = scraped(metrics)
        assert (after["relay_pending_events"], after["relay_oldest_pending_seconds"]) == (0, 0)
        assert after["timers_overdue"] == 3
        assert "dependency_up/bus" not in after

    def test_lag_is_shown_by_source(self, stage: Stage, at_once: None) -> None:
        source, target = booked(stage, 3), stage.application(sample.mirror_service())
        metrics = gauges.observed(target, stage.bus)
        assert scraped(metrics)["consumer_lag_records/registration"] == 0
        relay = Relay(source, stage.bus)
        relay.step()
        relay.close()
        assert scraped(metrics)["consumer_lag_records/registration"] == 4
        stage.flow(source, target)
        assert scraped(metrics)["consumer_lag_records/registration"] == 0

    def test_who_reads_no_topic_still_says_whether_the_bus_is_there(self, stage: Stage, at_once: None) -> None:
        shown = scraped(gauges.observed(stage.application(sample.source_service()), stage.bus))
        assert shown["dependency_up/bus"] == 1
        assert not [name for name in shown if name.startswith("consumer_lag_records")]

    def test_a_silent_bus_holds_up_no_scrape_and_is_asked_once(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(gauges, "FRESH_SECONDS", 0.0)
        source, target = booked(stage, 3), stage.application(sample.mirror_service())
        relay = Relay(source, stage.bus)
        relay.step()
        relay.close()
        bus = SilentBus(stage.bus)
        metrics = gauges.observed(target, bus)
        monkeypatch.setattr(gauges, "PATIENCE_SECONDS", PATIENCE_SECONDS)
        assert scraped(metrics)["consumer_lag_records/registration"] == 4
        monkeypatch.setattr(gauges, "PATIENCE_SECONDS", 0.01)
        bus.silent, bus.questions = True, 0
        with ThreadPoolExecutor(4) as scrapers:
            shown = list(scrapers.map(lambda _: scraped(metrics), range(8)))
        assert bus.asked.acquire(timeout=PATIENCE_SECONDS)
        assert bus.questions == 1
        assert {one["consumer_lag_records/registration"] for one in shown} == {4}
        monkeypatch.setattr(gauges, "SILENT_SECONDS", 0.0)
        assert scraped(metrics)["dependency_up/bus"] == 0
        bus.silent = False
        bus.fail.set()
        monkeypatch.setattr(gauges, "PATIENCE_SECONDS", PATIENCE_SECONDS)
        scraped(metrics)
        recovered = scraped(metrics)
        assert recovered["dependency_up/bus"] == 1
        assert bus.questions > 1

    def test_a_database_that_refuses_is_shown_as_away(self, stage: Stage, at_once: None) -> None:
        application = booked(stage, 2)
        metrics = gauges.observed(application)
        assert scraped(metrics)["relay_pending_events"] == 3
        with application.database.writing("taken away") as connection:
            connection.exec_driver_sql("ALTER TABLE outbox RENAME TO outbox_away")
        away = scraped(metrics)
        assert (away["dependency_up/database"], away["relay_pending_events"]) == (0, 3)
        with application.database.writing("put back") as connection:
            connection.exec_driver_sql("ALTER TABLE outbox_away RENAME TO outbox")
        assert scraped(metrics)["dependency_up/database"] == 1

    def test_one_of_two_relays_leads(self, stage: Stage) -> None:
        application = booked(stage, 1)
        first = Worker(application, stage.bus, metrics=Metrics(application.name))
        again = stage.again(application)
        second = Worker(again, stage.bus, metrics=Metrics(application.name))
        assert [scraped(worker.metrics)["relay_leader"] for worker in (first, second)] == [0, 0]
        first.relay.step()
        second.relay.step()
        assert [scraped(worker.metrics)["relay_leader"] for worker in (first, second)] == [1, 0]
        first.relay.close()
        second.relay.step()
        assert [scraped(worker.metrics)["relay_leader"] for worker in (first, second)] == [0, 1]
        second.relay.close()

    def test_a_running_worker_shows_its_loops_and_one_that_gave_up_says_so(self, stage: Stage) -> None:
        source, target = booked(stage, 1), stage.application(sample.mirror_service())
        worker = Worker(target, stage.bus, metrics=Metrics(target.name), parked_limit=0)
        assert scraped(worker.metrics)["loop_failures_total/consumer"] == 0
        worker.start()
        try:
            until("the partitions", lambda: scraped(worker.metrics)["consumer_partitions"] == 12)
            shown = scraped(worker.metrics)
            assert shown["loop_halted/consumer"] == 0
            assert {name for name in shown if name.startswith("loop_step_age")} == {
                f"loop_step_age_seconds/{loop}" for loop in LOOPS
            }
            publisher = stage.bus.publisher()
            assert publisher.send([Message(topic(source.name), "stream", b"no event", {})]) == [None]
            publisher.close()
            until("the halt", lambda: scraped(worker.metrics)["loop_halted/consumer"] == 1)
        finally:
            worker.stop()
