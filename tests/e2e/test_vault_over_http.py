"""Who reads what in the vaults is on record; what is erased is gone, and every hash still holds."""

import pytest

from services.chassis import replay
from services.chassis.access import Actor
from services.chassis.chain import verify
from services.chassis.tables import vault_entries, vault_log
from tests.e2e.suite_fair import Fair, buyer, sme
from tests.e2e.suite_search import assert_nowhere, everywhere
from tests.e2e.suite_season import before_the_doors_open
from tests.e2e.suite_stage import AUDITOR, EVALUATOR, ORGANISER, Stage


@pytest.fixture
def open_fair(tmp_path):
    with before_the_doors_open(tmp_path) as (stage, fair):
        yield stage, fair


def person(fair: Fair, stage: Stage) -> str:
    """A representative of A with everything that identifies a person; the contact's id."""
    place = f"{fair.registration}/participations/{fair.who('A')}/representatives"
    body = {"role": "lead", "name": "은밀한내용", "phone": "010-7531-9864", "email": "hidden.person@example.com"}
    return str(stage.do(buyer("A"), place, {**body, "contact_id": fair.id("contact")})["contact_id"])


def references(stage: Stage, fair: Fair) -> list[str]:
    rows = stage.items(ORGANISER, f"{fair.registration}/representatives")
    return [row["contact_reference"] for row in rows]


def reads(stage: Stage, name: str) -> list[tuple]:
    return [
        (row["actor"], row["role"], row["subject_id"], row["reference"], row["purpose"], row["address"])
        for row in stage.rows(name, vault_log)
        if row["action"] == "read"
    ]


def test_every_read_of_a_vault_is_logged_and_others_may_not_read(open_fair):
    stage, fair = open_fair
    contact = person(fair, stage)
    (reference,) = references(stage, fair)
    path = f"/registration/vault/{reference}"
    for stranger in (buyer("B"), sme("x"), EVALUATOR, Actor("operator-1", "operator")):
        assert stage.call(stranger, "GET", f"{path}?purpose=look").status_code == 403
    assert stage.call(ORGANISER, "GET", path).status_code == 422, "without a purpose nothing is read"
    assert reads(stage, "registration") == []
    expected = []
    for actor in (ORGANISER, AUDITOR, buyer("A")):
        found = stage.get(actor, f"{path}?purpose=call-back")
        assert found["content"] == {
            "name": "은밀한내용", "phone": "010-7531-9864", "email": "hidden.person@example.com",
        }  # fmt: skip
        expected.append((actor.sub, actor.role, contact, reference, "call-back", "127.0.0.1"))
    assert reads(stage, "registration") == expected
    shown = stage.items(AUDITOR, "/registration/vault-log")
    assert [row["actor"] for row in shown if row["action"] == "read"] == [actor for actor, *_ in expected]


def test_a_note_is_its_authors(open_fair):
    stage, fair = open_fair
    met = fair.meeting("x", "A")
    stage.clock.set(met["ends_at"])
    fair.say(ORGANISER, met["meeting_id"], "held")
    fair.say(sme("x"), met["meeting_id"], "notes", {"text": "은밀한내용"})
    (note,) = stage.items(sme("x"), f"{fair.consultation}/notes")
    path = f"/consultation/vault/{note['reference']}?purpose=mine"
    assert stage.get(sme("x"), path)["content"] == "은밀한내용"
    assert stage.call(buyer("A"), "GET", path).status_code == 403
    assert stage.items(buyer("A"), f"{fair.consultation}/notes") == []
    assert len(reads(stage, "consultation")) == 1


def test_erasure_leaves_every_hash_valid(open_fair):
    stage, fair = open_fair
    contact = person(fair, stage)
    (reference,) = references(stage, fair)
    stored = stage.counts()
    body = {"subject_id": contact}
    for nobody in (buyer("A"), sme("x"), AUDITOR, EVALUATOR):
        assert stage.call(nobody, "POST", "/registration/vault/erasures", body).status_code == 403
    assert stage.get(ORGANISER, f"/registration/vault/{reference}?purpose=before")["content"]["name"]
    for _ in range(2):
        done = stage.do(ORGANISER, "/registration/vault/erasures", body)
        assert done == {"subject_id": contact, "erased": True}
    for actor in (ORGANISER, buyer("A")):
        gone = stage.call(actor, "GET", f"/registration/vault/{reference}?purpose=after")
        assert gone.status_code in {403, 404, 409}
        assert "은밀한내용" not in gone.get_data(as_text=True)
    assert stage.counts() == stored
    application = stage.application("registration")
    assert not verify(application).faults
    assert replay.compare(application).differences == ()
    assert references(stage, fair) == [reference], "the event still says that there was somebody"
    log = [row["action"] for row in stage.rows("registration", vault_log) if row["subject_id"] == contact]
    assert log == ["write", "read", "erase", "erase"]
    # Adding the same contact again is a repeat, and brings nothing back.
    again = {"role": "lead", "name": "은밀한내용", "contact_id": contact}
    repeated = stage.do(buyer("A"), f"{fair.registration}/participations/{fair.who('A')}/representatives", again)
    assert repeated["events"] == []
    assert contact not in {row["subject_id"] for row in stage.rows("registration", vault_entries)}
    assert_nowhere(everywhere(stage))


def test_of_an_erased_subject_nothing_new_is_kept(open_fair):
    stage, fair = open_fair
    met = fair.meeting("x", "A")
    stage.clock.set(met["ends_at"])
    fair.say(ORGANISER, met["meeting_id"], "held")
    stage.do(ORGANISER, "/consultation/vault/erasures", {"subject_id": fair.who("x")})
    stored = stage.counts()
    path = f"{fair.consultation}/consultations/{met['meeting_id']}/notes"
    answer = stage.call(sme("x"), "POST", path, {"text": "은밀한내용"})
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/subject-erased")
    assert stage.counts() == stored
    assert_nowhere(everywhere(stage))
