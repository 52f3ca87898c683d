"""The event log, refused commands and the vault over HTTP: who may, and what is kept of it."""

import pytest

from tests.unit.chassis.web.web_sample import FAIR, ORGANISER, OTHER_FAIR, OTHER_SME, OWN_PARTICIPATION, SME, bearer

BRIEFINGS = f"/fairs/{FAIR}/briefings"
NOTE = "담당자 홍길동 010-1234-5678"


def booked_with_note(caller) -> str:
    """The reference of a note in the vault."""
    briefing_id = caller.briefing()
    body = {"participation_id": OWN_PARTICIPATION, "note": NOTE}
    return caller.post(f"{BRIEFINGS}/{briefing_id}/seats", body).json["note"]


def test_the_log_is_read_page_by_page_and_filtered(caller):
    first = caller.briefing()
    caller.briefing(fair=OTHER_FAIR)
    caller.post(f"{BRIEFINGS}/{first}/seats", {"participation_id": OWN_PARTICIPATION})
    page = caller.get("/events?limit=2").json
    assert (len(page["items"]), page["total"]) == (2, 3)
    rest = caller.get(f"/events?limit=2&after={page['next']}").json
    assert [event["type"] for event in rest["items"]] == ["registration.seat-booked"]
    assert rest["next"] is None
    assert caller.get("/events?type=registration.briefing-scheduled").json["total"] == 2
    assert caller.get(f"/events?fair_id={OTHER_FAIR}").json["total"] == 1
    assert caller.get(f"/events?stream_id=briefing-{first}").json["total"] == 2
    stream = caller.get(f"/streams/briefing-{first}/events").json
    assert [event["version"] for event in stream["items"]] == [1, 2]
    assert stream["items"][1]["previous_hash"] == stream["items"][0]["hash"]


def test_a_token_for_one_fair_sees_the_events_of_that_fair(caller):
    caller.briefing()
    hidden = caller.get("/events").json["items"][0]["event_id"]
    bound = bearer("organiser", fair=OTHER_FAIR)
    assert caller.get("/events", bound).json["total"] == 0
    assert caller.get(f"/events/{hidden}", bound).status_code == 404
    assert caller.get(f"/events?fair_id={FAIR}", bound).status_code == 422


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "fair_id=1", "type=..", "position=1"])
def test_bad_parameters_of_the_log(caller, query):
    assert caller.get(f"/events?{query}").status_code == 422


@pytest.mark.parametrize("path", ["/events", "/streams/briefing-1/events", "/rejected-commands", "/vault-log"])
def test_neither_participants_nor_operators_read_the_logs(caller, path):
    for headers in (SME, bearer("operator")):
        assert caller.get(path, headers).status_code == 403
    assert caller.get(path, {}).status_code == 401
    assert caller.get(path, bearer("auditor")).status_code == 200


def test_event_types_are_listed(caller):
    answer = caller.get("/event-types", bearer("operator")).json
    found = {row["type"]: row for row in answer["items"]}
    assert found["registration.seat-booked"]["stream"] == "briefing"
    assert "seat_id" in found["registration.seat-booked"]["fields"]
    assert all(name.startswith("registration.") for name in found)


def test_refused_commands_are_kept_without_what_was_typed(caller):
    briefing_id = caller.briefing(seats=1)
    for _ in range(2):
        caller.post(f"{BRIEFINGS}/{briefing_id}/seats", {"participation_id": OWN_PARTICIPATION, "note": NOTE})
    caller.post(f"{BRIEFINGS}/{briefing_id}/seats", {"participation_id": OWN_PARTICIPATION}, OTHER_SME)
    answer = caller.get("/rejected-commands")
    assert [row["rule"] for row in answer.json["items"]] == ["briefing.full", "access"]
    assert answer.json["items"][0]["fields"]["participation_id"] == OWN_PARTICIPATION
    assert "홍길동" not in answer.get_data(as_text=True)
    assert caller.get("/rejected-commands", bearer("auditor", fair=OTHER_FAIR)).json["items"] == []
    assert len(caller.get("/rejected-commands?limit=1").json["items"]) == 1


def test_a_vault_text_is_read_with_a_purpose_and_the_read_is_logged(caller):
    reference = booked_with_note(caller)
    assert caller.get(f"/vault/{reference}").status_code == 422
    answer = caller.get(f"/vault/{reference}?purpose=민원 처리", bearer("auditor"))
    assert answer.json == {"reference": reference, "content": NOTE}
    assert answer.headers["Cache-Control"] == "no-store"
    last = caller.get("/vault-log").json["items"][-1]
    assert (last["action"], last["actor"], last["purpose"]) == ("read", "person-auditor", "민원 처리")
    assert last["address"] == "127.0.0.1"
    assert caller.get(f"/vault/{reference}?purpose=x", OTHER_SME).status_code == 403


def test_what_is_erased_is_gone_and_erasing_again_says_the_same(caller):
    reference = booked_with_note(caller)
    headers = {**ORGANISER, "Idempotency-Key": "erase-1"}
    answers = [caller.post("/vault/erasures", {"subject_id": OWN_PARTICIPATION}, headers) for _ in range(2)]
    assert [answer.json for answer in answers] == [{"subject_id": OWN_PARTICIPATION, "erased": True}] * 2
    assert caller.get(f"/vault/{reference}?purpose=x").status_code == 404
    briefing_id = caller.briefing()
    body = {"participation_id": OWN_PARTICIPATION, "note": NOTE}
    again = caller.post(f"{BRIEFINGS}/{briefing_id}/seats", body)
    assert (again.status_code, again.json["type"]) == (409, "/problems/subject-erased")


def test_only_trusted_roles_erase(caller):
    for headers in (SME, bearer("auditor"), bearer("operator")):
        assert caller.post("/vault/erasures", {"subject_id": OWN_PARTICIPATION}, headers).status_code == 403
    assert caller.client.post("/vault/erasures", json={"subject_id": "x"}, headers=ORGANISER).status_code == 400


def test_progress_is_counted_for_those_who_watch(caller):
    before = caller.get("/progress", bearer("operator")).json
    caller.briefing()
    after = caller.get("/progress", bearer("auditor")).json
    assert after == {**before, "events": before["events"] + 1, "pending": before["pending"] + 1}
    assert set(after) == {"events", "pending", "taken_in", "waiting", "parked", "due_timers"}
    assert caller.get("/progress", SME).status_code == 403
    assert caller.get("/progress", {}).status_code == 401
