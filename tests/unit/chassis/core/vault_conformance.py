"""The vault: personal data and free text are nowhere else, can be erased, and every access is on record."""

import threading
import uuid

import pytest

from contracts.envelope import canonical
from contracts.identity import participation_id
from services.chassis import tables
from services.chassis.access import Actor, ForbiddenError
from services.chassis.chain import verify
from services.chassis.history import History
from services.chassis.outcomes import Idempotency
from services.chassis.service import NotFoundError
from services.chassis.vault import Vault
from tests.unit.chassis.core import sample
from tests.unit.chassis.core.stage import ORGANISER, Stage, everything_stored, rows, stored_events

COMPANY = str(uuid.uuid4())
SME = Actor("sme-1", "sme", company=COMPANY, fair=sample.FAIR)
OWN = participation_id(sample.FAIR, COMPANY, "sme")
SECRET = "홍길동 010-1234-5678 gildong@example.invalid"


class VaultConformance:
    def _noted(self, stage: Stage):
        application = stage.application(sample.source_service())
        briefing = str(uuid.uuid4())
        application.execute(sample.Schedule(briefing, 3), ORGANISER)
        key = Idempotency("k", application.fingerprint(SECRET.encode()))
        application.execute(sample.Book(briefing, OWN, note=SECRET), SME, idempotency=key, address="192.0.2.7")
        return application, rows(application, tables.vault_entries)[0]["reference"]

    def test_what_is_kept_can_be_read_and_stands_nowhere_in_plain(self, stage: Stage) -> None:
        application, reference = self._noted(stage)
        assert History(application).read_vault(reference, SME, purpose="own note", address="-") == SECRET
        stored = everything_stored(application)
        for part in ("홍길동", "010-1234-5678", "gildong"):
            assert part not in stored
        assert all("홍길동".encode() not in bytes(row["ciphertext"]) for row in rows(application, tables.vault_entries))
        assert all("홍길동".encode() not in canonical(event.as_json()) for event in stored_events(application))

    def test_every_access_is_logged_who_whose_when_from_where_why(self, stage: Stage) -> None:
        application, reference = self._noted(stage)
        History(application).read_vault(
            reference, Actor("auditor-1", "auditor"), purpose="audit 7", address="192.0.2.9"
        )
        History(application).erase(OWN, ORGANISER, address="192.0.2.1")
        log = [
            (r["actor"], r["action"], r["subject_id"], r["address"], r["purpose"])
            for r in rows(application, tables.vault_log)
        ]
        assert log == [
            ("sme-1", "write", OWN, "192.0.2.7", "command"),
            ("auditor-1", "read", OWN, "192.0.2.9", "audit 7"),
            ("organiser-1", "erase", OWN, "192.0.2.1", "erasure"),
        ]

    def test_others_may_not_read(self, stage: Stage) -> None:
        application, reference = self._noted(stage)
        for actor in (Actor("b", "buyer", company=str(uuid.uuid4())), Actor("op", "operator"), Actor("e", "evaluator")):
            with pytest.raises(ForbiddenError):
                History(application).read_vault(reference, actor, purpose="curious", address="-")
        with pytest.raises(ForbiddenError):
            History(application).erase(OWN, SME, address="-")

    def test_an_erased_subject_is_gone_for_ever_and_every_hash_stays_valid(self, stage: Stage) -> None:
        application, reference = self._noted(stage)
        assert History(application).erase(OWN, ORGANISER, address="-") == 1
        with pytest.raises(NotFoundError):
            History(application).read_vault(reference, ORGANISER, purpose="again", address="-")
        assert rows(application, tables.vault_keys)[0]["wrapped_key"] is None
        assert verify(application).faults == ()

    def test_two_first_notes_of_one_subject_at_once_share_its_key(self, stage: Stage) -> None:
        application = stage.application(sample.source_service())
        briefings = [str(uuid.uuid4()) for _ in range(6)]
        for briefing in briefings:
            application.execute(sample.Schedule(briefing, 3), ORGANISER)
        failures: list[BaseException] = []

        def note(briefing: str) -> None:
            try:
                application.execute(sample.Book(briefing, OWN, note=briefing), SME)
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=note, args=(briefing,)) for briefing in briefings]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert len(rows(application, tables.vault_keys)) == 1
        references = [row["reference"] for row in rows(application, tables.vault_entries)]
        history = History(application)
        read = {history.read_vault(reference, SME, purpose="own", address="-") for reference in references}
        assert read == set(briefings)

    def test_a_ciphertext_moved_to_another_reference_does_not_open(self, stage: Stage) -> None:
        application, reference = self._noted(stage)
        other = str(uuid.uuid4())
        with application.database.writing("tampering") as connection:
            changed = (
                tables.vault_entries.update()
                .values(reference=other)
                .where(tables.vault_entries.c.reference == reference)
            )
            connection.execute(changed)
        from cryptography.exceptions import InvalidTag

        with pytest.raises(InvalidTag):
            History(application).read_vault(other, ORGANISER, purpose="x", address="-")

    def test_a_master_key_of_the_wrong_length_is_refused(self) -> None:
        with pytest.raises(ValueError, match="32 bytes"):
            Vault(b"short")
