"""Commands from actor to rows: who may, for whom, what is answered, where texts go."""

import json

import pytest
from consultation_desk import Desk
from consultation_given import (
    AT_BUYER,
    AT_OTHER_BUYER,
    AT_OTHER_SME,
    AT_SME,
    AUDITOR,
    BUYER_SIDE,
    FAIR,
    KEYS,
    MEETING,
    ORGANISER,
    PUBLISHED,
    SME_SIDE,
    STARTS,
    drafted,
    floor_events,
    meeting,
)
from sqlalchemy import select

from contracts.identity import derived_id
from contracts.rejection import Rejection
from services.chassis import tables
from services.chassis.access import ROLES, SYSTEM, Actor, ForbiddenError
from services.chassis.history import History
from services.chassis.service import NotFoundError
from services.consultation.access import ACCESS
from services.consultation.domain import commands
from services.consultation.projections.tables import commitments, consultations, follow_ups, notes

HOLD = commands.RecordHeld(**KEYS)
MAKE = commands.MakeCommitment(**KEYS, programme_kind="purchase-conditional", planned_total_krw=10)
SECRET = "김철수 010-1234-5678 과 통화"
COMMANDS = {
    "OpenConsultation": commands.OpenConsultation(**meeting(), channel="on-site"),
    "MoveConsultation": commands.MoveConsultation(**KEYS, slot=1, table=1, starts_at=STARTS, ends_at=STARTS),
    "CancelConsultation": commands.CancelConsultation(**KEYS, cause="organiser"),
    "MarkReplaced": commands.MarkReplaced(**KEYS, replaced_by_meeting_id=derived_id("m")),
    "AskFollowUp": commands.AskFollowUp(**KEYS, due_at=STARTS),
    "RecordHeld": HOLD,
    "RecordNoShow": commands.RecordNoShow(**KEYS, absent="sme"),
    "WriteNote": commands.WriteNote(**KEYS, text="메모"),
    "Rate": commands.Rate(**KEYS, score=3),
    "RecordOutcome": commands.RecordOutcome(**KEYS, outcome="no-interest"),
    "MakeCommitment": MAKE,
    "WithdrawCommitment": commands.WithdrawCommitment(**KEYS, commitment_id=derived_id("c")),
    "AnswerFollowUp": commands.AnswerFollowUp(**KEYS, contracted=False),
}
EITHER_SIDE = {"RecordHeld", "RecordNoShow", "WriteNote", "Rate", "WithdrawCommitment"}
BUYERS = {"RecordOutcome", "MakeCommitment", "AnswerFollowUp"}


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    made.take_in(*floor_events(*drafted(meeting()), PUBLISHED))
    yield made
    made.close()


@pytest.fixture
def held(desk):
    desk.do(HOLD, AT_SME)
    return desk


def test_the_access_table_has_every_command():
    assert {command.__name__ for command in ACCESS} == set(COMMANDS)


MAY = {
    "organiser": EITHER_SIDE | BUYERS,
    "buyer": EITHER_SIDE | BUYERS,
    "sme": EITHER_SIDE,
    "system": set(COMMANDS),
}
"""The chassis lets its own timers and reactions do whatever the service can do."""


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_its_own_and_nothing_else(desk, role):
    actor = {"buyer": AT_BUYER, "sme": AT_SME, "system": SYSTEM}.get(role, Actor(f"{role}-1", role))
    passed = set()
    for name, command in COMMANDS.items():
        try:
            desk.do(command, actor)
        except (Rejection, NotFoundError):
            passed.add(name)
        except ForbiddenError:
            continue
        else:
            passed.add(name)
    assert passed == MAY.get(role, set())


@pytest.mark.parametrize("actor", [AT_OTHER_BUYER, AT_OTHER_SME], ids=["another buyer", "another SME"])
def test_nobody_speaks_for_another_company(held, actor):
    before = held.types()
    for name in sorted(EITHER_SIDE | BUYERS):
        with pytest.raises(ForbiddenError):
            held.do(COMMANDS[name], actor)
    assert held.types() == before


def test_what_the_fair_does_not_know_is_not_found(desk):
    unknown = commands.RecordHeld(fair_id=FAIR, meeting_id=derived_id("nothing"))
    elsewhere = commands.RecordHeld(fair_id=derived_id("fair", "other"), meeting_id=MEETING)
    for command in (unknown, elsewhere):
        with pytest.raises(NotFoundError):
            desk.do(command, ORGANISER)


def test_a_talk_from_table_to_follow_up(held):
    held.do(commands.Rate(**KEYS, score=5), AT_SME)
    held.do(commands.Rate(**KEYS, score=4), AT_BUYER)
    held.do(commands.RecordOutcome(**KEYS, outcome="development-commitment"), AT_BUYER)
    made = held.do(MAKE, AT_BUYER)
    again = held.do(MAKE, ORGANISER)
    assert (again.body["commitment_id"], again.event_ids) == (made.body["commitment_id"], ())
    held.do(commands.AskFollowUp(**KEYS, due_at="2024-11-21T01:00:00.000000Z"), SYSTEM)
    held.do(commands.AnswerFollowUp(**KEYS, contracted=True, amount_krw=7), AT_BUYER)
    row = held.rows(consultations, meeting_id=MEETING)[0]
    assert (row["status"], row["sme_rating"], row["buyer_rating"]) == ("held", 5, 4)
    assert held.rows(commitments)[0]["planned_total_krw"] == 10
    assert held.rows(follow_ups)[0]["amount_krw"] == 7


def test_the_answer_names_the_status_and_the_stream_version(desk):
    done = desk.do(commands.RecordNoShow(**KEYS, absent="both"), AT_BUYER)
    assert (done.body, done.version) == ({"meeting_id": MEETING, "status": "no-show"}, 2)


def test_holding_sets_a_timer_for_the_follow_up(held):
    with held.application.database.reading() as connection:
        (timer,) = connection.execute(select(tables.timers)).all()
    assert (timer.command, timer.due_at) == ("AskFollowUp", "2024-11-21T01:00:00.000000Z")
    definition = held.application.commands_by_name[timer.command]
    held.do(definition.command(**json.loads(timer.data)), SYSTEM)
    assert held.rows(follow_ups)[0]["status"] == "due"


def test_the_organiser_says_for_which_side_it_speaks(held):
    with pytest.raises(Rejection, match=r"^consultation\.side-missing:"):
        held.do(commands.Rate(**KEYS, score=2), ORGANISER)
    with pytest.raises(Rejection, match=r"^consultation\.unknown-side:"):
        held.do(commands.Rate(**KEYS, score=2, by="host"), ORGANISER)
    assert held.do(commands.Rate(**KEYS, score=2, by="sme"), ORGANISER).body["by"] == "sme"


def test_a_side_speaks_for_itself_only(held):
    with pytest.raises(Rejection, match=r"^consultation\.other-side:"):
        held.do(commands.Rate(**KEYS, score=1, by="sme"), AT_BUYER)


def test_only_the_organiser_corrects_a_no_show(desk):
    desk.do(commands.RecordNoShow(**KEYS, absent="sme"), AT_BUYER)
    with pytest.raises(Rejection, match=r"^consultation\.no-show-on-record:"):
        desk.do(HOLD, AT_SME)
    assert desk.do(HOLD, ORGANISER).body["status"] == "held"


def test_an_unknown_commitment_is_not_found(held):
    with pytest.raises(NotFoundError):
        held.do(COMMANDS["WithdrawCommitment"], AT_SME)


def test_texts_live_in_the_vault_of_their_author_only(held):
    noted = held.do(commands.WriteNote(**KEYS, text=SECRET), AT_SME)
    assert noted.body["by"] == "sme"
    commitment_id = held.do(MAKE, AT_BUYER).body["commitment_id"]
    take_back = commands.WithdrawCommitment(**KEYS, commitment_id=commitment_id, reason=SECRET)
    held.do(take_back, AT_BUYER)
    held.do(take_back, AT_BUYER)
    held.do(commands.AskFollowUp(**KEYS, due_at=STARTS), SYSTEM)
    held.do(commands.AnswerFollowUp(**KEYS, contracted=False, comment=SECRET), AT_BUYER)
    with held.application.database.reading() as connection:
        subjects = connection.execute(select(tables.vault_entries.c.subject_id)).scalars().all()
        stored = [str(row) for table in tables.metadata.sorted_tables for row in connection.execute(select(table))]
    assert sorted(subjects) == sorted([SME_SIDE, BUYER_SIDE, BUYER_SIDE])
    assert not any("김철수" in row or "010-1234" in row for row in stored)
    (note,) = held.rows(notes)
    history = History(held.application)
    assert history.read_vault(note["reference"], AT_SME, purpose="own", address="-") == SECRET
    assert history.read_vault(note["reference"], AUDITOR, purpose="audit", address="-") == SECRET
    with pytest.raises(ForbiddenError):
        history.read_vault(note["reference"], AT_BUYER, purpose="curious", address="-")


def test_a_refused_note_leaves_nothing_behind(desk):
    desk.do(COMMANDS["CancelConsultation"], SYSTEM)
    with pytest.raises(Rejection, match=r"^consultation\.cancelled:"):
        desk.do(commands.WriteNote(**KEYS, text=SECRET), AT_SME)
    with desk.application.database.reading() as connection:
        assert connection.execute(select(tables.vault_entries)).all() == []
        (refused,) = connection.execute(select(tables.rejected_commands)).all()
    assert "김철수" not in str(refused)
