"""Commands from decision to commit: races, idempotency, expected versions, refusals, bulk."""

import threading
import uuid
from dataclasses import replace

import pytest

from contracts.identity import participation_id
from contracts.rejection import Rejection
from services.chassis import tables
from services.chassis.access import Actor, ForbiddenError, Scope
from services.chassis.bulk import execute_all
from services.chassis.outcomes import (
    ConflictError,
    Executed,
    Idempotency,
    IdempotencyMismatchError,
    PreconditionFailedError,
)
from services.chassis.service import CommandDefinition
from services.chassis.stream_cache import StreamCache
from tests.unit.chassis.core import sample
from tests.unit.chassis.core.stage import ORGANISER, Stage, rows, stored_events

COMPANY = str(uuid.uuid4())
SME = Actor("sme-1", "sme", company=COMPANY, fair=sample.FAIR)
OWN = participation_id(sample.FAIR, COMPANY, "sme")


class ExecutionConformance:
    def test_a_full_briefing_refuses_whoever_comes_last_however_many_race(self, stage: Stage) -> None:
        application = stage.application(sample.source_service())
        briefing = str(uuid.uuid4())
        application.execute(sample.Schedule(briefing, 5), ORGANISER)
        outcomes: list[object] = []

        def book() -> None:
            command = sample.Book(briefing, str(uuid.uuid4()))
            while True:
                try:
                    outcomes.append(application.execute(command, ORGANISER))
                except ConflictError:
                    continue
                except Rejection as error:
                    outcomes.append(error)
                return

        threads = [threading.Thread(target=book) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(isinstance(outcome, Executed) for outcome in outcomes) == 5
        assert len(rows(application, sample.SEATS)) == 5
        assert len(rows(application, tables.rejected_commands)) == 7

    def test_the_same_key_gives_the_same_answer_and_no_second_event(self, stage: Stage) -> None:
        application = stage.application(sample.source_service())
        key = Idempotency("key-1", application.fingerprint(b"body"))
        first = application.execute(sample.Schedule(str(uuid.uuid4()), 3), ORGANISER, idempotency=key)
        again = application.execute(sample.Schedule(str(uuid.uuid4()), 9), ORGANISER, idempotency=key)
        assert again == replace(first, replayed=True)
        assert len(stored_events(application)) == 1
        with pytest.raises(IdempotencyMismatchError):
            other = Idempotency("key-1", application.fingerprint(b"another body"))
            application.execute(sample.Schedule(str(uuid.uuid4()), 3), ORGANISER, idempotency=other)
        # Keys belong to their actor.
        application.execute(sample.Schedule(str(uuid.uuid4()), 3), Actor("organiser-2", "organiser"), idempotency=key)
        assert len(stored_events(application)) == 2

    def test_one_key_sent_many_times_at_once_is_done_once(self, stage: Stage) -> None:
        application = stage.application(sample.source_service())
        key = Idempotency("key-1", application.fingerprint(b"body"))
        answers: list[Executed] = []

        def send() -> None:
            answers.append(application.execute(sample.Schedule(str(uuid.uuid4()), 3), ORGANISER, idempotency=key))

        threads = [threading.Thread(target=send) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({answer.event_ids for answer in answers}) == 1, answers
        assert sum(not answer.replayed for answer in answers) == 1
        assert len(stored_events(application)) == 1

    def test_a_refusal_is_the_same_for_the_same_key_and_recorded_once(self, stage: Stage) -> None:
        application = stage.application(sample.source_service())
        briefing = str(uuid.uuid4())
        application.execute(sample.Schedule(briefing, 0 + 1), ORGANISER)
        application.execute(sample.Book(briefing, OWN), ORGANISER)
        key = Idempotency("key-2", application.fingerprint(b"body"))
        for _ in range(2):
            with pytest.raises(Rejection, match=r"briefing\.full"):
                application.execute(sample.Book(briefing, OWN, note="비밀 메모"), SME, idempotency=key)
        refused = rows(application, tables.rejected_commands)
        assert [row["rule"] for row in refused] == ["briefing.full"]
        assert refused[0]["command"] == "Book"
        assert refused[0]["actor"] == "sme-1"
        assert briefing in refused[0]["fields"]
        assert "비밀" not in repr(refused)

    def test_an_expected_version_that_is_not_current_is_refused(self, stage: Stage) -> None:
        application = stage.application(sample.source_service())
        briefing = str(uuid.uuid4())
        done = application.execute(sample.Schedule(briefing, 3), ORGANISER)
        assert application.execute(sample.Book(briefing, OWN), ORGANISER, expected_version=done.version).version == 2
        with pytest.raises(PreconditionFailedError) as failed:
            application.execute(sample.Book(briefing, OWN), ORGANISER, expected_version=done.version)
        assert failed.value.current == 2
        assert len(stored_events(application)) == 2

    def test_who_may_not_is_refused_and_the_attempt_is_recorded(self, stage: Stage) -> None:
        application = stage.application(sample.source_service())
        briefing = str(uuid.uuid4())
        application.execute(sample.Schedule(briefing, 3), ORGANISER)
        refused = [
            (sample.Schedule(str(uuid.uuid4()), 3), SME),
            (sample.Book(briefing, str(uuid.uuid4())), SME),
            (sample.Book(briefing, OWN), replace(SME, fair=str(uuid.uuid4()))),
            (sample.Book(briefing, OWN), Actor("auditor-1", "auditor")),
        ]
        for command, actor in refused:
            with pytest.raises(ForbiddenError):
                application.execute(command, actor)
        assert application.execute(sample.Book(briefing, OWN), SME).version == 2
        assert [row["rule"] for row in rows(application, tables.rejected_commands)] == ["access"] * 4

    def test_a_handler_that_does_not_say_whom_it_concerns_fails_for_companies(self, stage: Stage) -> None:
        service = sample.source_service()
        careless = CommandDefinition(sample.Schedule, sample.schedule, {"sme": Scope.OWN})
        application = stage.application(replace(service, commands=(careless,)))
        with pytest.raises(AssertionError, match="does not say whom it concerns"):
            application.execute(sample.Schedule(str(uuid.uuid4()), 3), SME)
        assert stored_events(application) == []

    def test_a_command_on_a_long_stream_reads_only_what_is_new(self, stage: Stage) -> None:
        application = stage.application(sample.source_service())
        briefing = str(uuid.uuid4())
        application.execute(sample.Schedule(briefing, 1_000), ORGANISER)
        commands = [sample.Book(briefing, str(uuid.uuid4())) for _ in range(300)]
        assert execute_all(application, commands, ORGANISER).events == 300
        other = stage.again(application)
        other.execute(sample.Book(briefing, OWN), ORGANISER)
        assert application.execute(sample.Book(briefing, OWN), ORGANISER).version == 303
        cached = application.cache.get(f"briefing-{briefing}")
        assert cached is not None
        assert cached[0].version == 303
        assert len(cached[1].taken) == 302

    def test_the_cache_forgets_the_least_recently_used(self, stage: Stage) -> None:
        from services.chassis.store import Head

        cache = StreamCache(size=2)
        for number in range(3):
            cache.put(f"s-{number}", Head(number + 1, "x"), number)
        assert cache.get("s-0") is None
        assert cache.get("s-2") == (Head(3, "x"), 2)
        cache.put("s-2", Head(2, "y"), "older")
        assert cache.get("s-2") == (Head(3, "x"), 2)

    def test_bulk_is_all_or_nothing_unless_the_valid_ones_are_wanted(self, stage: Stage) -> None:
        application = stage.application(sample.source_service())
        briefing = str(uuid.uuid4())
        application.execute(sample.Schedule(briefing, 3), ORGANISER)
        commands = [sample.Book(briefing, str(uuid.uuid4()), note=f"메모 {number}") for number in range(5)]
        refused = execute_all(application, commands, ORGANISER)
        assert (refused.stored, refused.events, [index for index, _ in refused.refused]) == (False, 0, [3, 4])
        assert len(stored_events(application)) == 1
        seen: list[tuple[int, int]] = []
        taken = execute_all(
            application, commands, ORGANISER, accept_valid=True, progress=lambda done, total: seen.append((done, total))
        )
        assert (taken.stored, taken.events, taken.accepted) == (True, 3, 3)
        assert seen == [(number, 5) for number in range(1, 6)]
        assert len(stored_events(application)) == 4
        assert len(rows(application, sample.SEATS)) == 3
        assert len(rows(application, tables.vault_entries)) == 3
