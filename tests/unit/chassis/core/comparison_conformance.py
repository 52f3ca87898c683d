"""Two databases of one service side by side, and what a backup's manifest says of one."""

import uuid
from dataclasses import asdict

import pytest
from sqlalchemy import text

from contracts.manifest import root
from services.chassis import erasures, tables
from services.chassis.comparison import compare_databases
from services.chassis.facts import facts, heads
from services.chassis.fitness import UnfitDatabaseError, fits, open_as_it_is
from services.chassis.vault import Vault
from tests.unit.chassis.core import sample
from tests.unit.chassis.core.backed_up import backed_up
from tests.unit.chassis.core.flow_conformance import filled
from tests.unit.chassis.core.stage import ORGANISER, Stage, rows, stored_events


def filled_pair(stage: Stage):
    """A service that listens to another, and both of them filled."""
    source, briefing = filled(stage)
    target = stage.application(sample.mirror_service())
    stage.flow(source, target)
    return source, target, briefing


class ComparisonConformance:
    def test_a_copy_differs_nowhere(self, stage: Stage) -> None:
        _, target, _ = filled_pair(stage)
        found = compare_databases(target, backed_up(stage, target, "copy"))
        assert (found.faults, found.differences, found.newer) == ((), (), 0)
        assert (found.events, found.rows) == (5 + 6, 5)
        assert found.kept["rejected_commands"] == (5, 5)
        assert set(found.kept) == {
            "rejected_commands", "idempotency", "parked", "timers", "vault_keys", "vault_entries", "vault_log",
        }  # fmt: skip

    def test_what_is_newer_is_a_fault_unless_the_service_works_on(self, stage: Stage) -> None:
        source, target, briefing = filled_pair(stage)
        copy = backed_up(stage, target, "copy")
        source.execute(sample.Book(briefing, str(uuid.uuid4())), ORGANISER)
        stage.flow(source, target)
        strict = compare_databases(target, copy)
        assert [fault.rpartition(": ")[2] for fault in strict.faults] == [
            "version 1 here, version 0 there", "version 7 here, version 6 there",
        ]  # fmt: skip
        assert len(strict.differences) == 1
        growing = compare_databases(target, copy, growing=True)
        assert (growing.faults, growing.differences, growing.newer) == ((), (), 2)
        assert len(compare_databases(copy, target, growing=True).faults) == 2, "the second one must not be ahead"

    def test_another_history_and_a_touched_row_are_found(self, stage: Stage) -> None:
        source, briefing = filled(stage)
        copy = backed_up(stage, source, "copy")
        source.execute(sample.Book(briefing, str(uuid.uuid4())), ORGANISER)
        copy.execute(sample.Book(briefing, str(uuid.uuid4())), ORGANISER)
        with source.database.writing("touched") as connection:
            connection.execute(text("UPDATE briefings SET seats = 7"))
        found = compare_databases(source, copy)
        assert found.faults == (f"registration briefing-{briefing}: version 7 is not the same here and there",)
        assert "seats" in {name for difference in found.differences for name in difference.columns}
        source.execute(sample.Book(briefing, str(uuid.uuid4())), ORGANISER)
        assert compare_databases(source, copy, growing=True).faults == found.faults, "also below the head"

    def test_facts_fit_the_database_that_they_were_taken_from_and_no_other(self, stage: Stage) -> None:
        source, briefing = filled(stage)
        with source.database.snapshot() as connection:
            taken = facts(source, connection)
            assert taken.root == root(heads(source, connection))
        entry = asdict(taken)
        assert (taken.events, taken.streams, taken.kept["idempotency"]) == (6, 1, 0)
        assert taken.types == ("registration.briefing-scheduled.v1", "registration.seat-booked.v1")
        assert taken.contradictions(entry) == []
        assert fits(entry) == []
        source.execute(sample.Book(briefing, str(uuid.uuid4())), ORGANISER)
        with source.database.snapshot() as connection:
            contradictions = facts(source, connection).contradictions(entry)
        assert [line.split()[1] for line in contradictions] == ["events", "root"]
        newer = {**entry, "revision": "9999", "types": ["registration.seat-booked.v99", "registration.unheard-of.v1"]}
        assert [line.split(":")[0] for line in fits(newer)] == [
            "its tables are of version 9999, which this release does not know",
            "it holds events that this release cannot read",
        ]

    def test_a_database_of_another_release_is_not_touched(self, stage: Stage) -> None:
        source, _ = filled(stage)
        url = source.database.url.render_as_string(hide_password=False)
        opened = open_as_it_is(source.service, url)
        assert stored_events(opened) == stored_events(source)
        opened.database.close()
        with source.database.writing("older") as connection:
            connection.execute(tables.read_model_state.update().values(fingerprint="another"))
        with pytest.raises(UnfitDatabaseError, match="its read models are not those of this release"):
            open_as_it_is(source.service, url)
        with source.database.writing("older") as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        with pytest.raises(UnfitDatabaseError, match="its tables have version 0000"):
            open_as_it_is(source.service, url)
        assert rows(source, tables.read_model_state)[0]["fingerprint"] == "another"

    def test_who_was_erased_after_the_backup_is_erased_again(self, stage: Stage) -> None:
        source, briefing = filled(stage)
        kept, gone = str(uuid.uuid4()), str(uuid.uuid4())
        for participation in (kept, gone):
            source.execute(sample.Book(briefing, participation, note="a private note"), ORGANISER)
        copy = backed_up(stage, source, "copy")
        with source.database.writing("erase") as connection:
            Vault.erase(connection, gone, at="2023-11-21T00:00:00.000000Z", actor="o", role="operator", address="-")
        assert len(rows(copy, tables.vault_entries)) == 2
        assert erasures.erase_again(copy, source.database, by="operator-1") == 1
        assert [row["subject_id"] for row in rows(copy, tables.vault_entries)] == [kept]
        assert [row["actor"] for row in rows(copy, tables.vault_log) if row["action"] == "erase"] == ["operator-1"]
        assert erasures.erase_again(copy, source.database, by="operator-1") == 0

    def test_a_wrong_vault_key_is_noticed(self, stage: Stage) -> None:
        source, briefing = filled(stage)
        with source.database.reading() as connection:
            assert Vault(b"another key of just 32 bytes 123").opens(connection), "an empty vault opens with any key"
        source.execute(sample.Book(briefing, str(uuid.uuid4()), note="a private note"), ORGANISER)
        with source.database.reading() as connection:
            assert source.vault.opens(connection)
            assert not Vault(b"another key of just 32 bytes 123").opens(connection)
