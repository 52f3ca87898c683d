"""A command over HTTP: idempotency, versions, business time, access."""

import uuid

from tests.unit.chassis.web.web_sample import (
    FAIR,
    ORGANISER,
    OTHER_FAIR,
    OTHER_SME,
    OWN_PARTICIPATION,
    SME,
    bearer,
)

BRIEFINGS = f"/fairs/{FAIR}/briefings"
BODY = {"title": "설명회", "kind": "technology", "starts_at": "2023-11-21T14:00:00+09:00", "seats": 2}


def seats(briefing_id: str) -> str:
    return f"{BRIEFINGS}/{briefing_id}/seats"


def test_answers_ids_version_and_events_that_can_be_followed(caller):
    answer = caller.post(BRIEFINGS, BODY)
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    assert answer.json["version"] == 1
    event = caller.get(f"/events/{answer.json['events'][0]}").json
    assert event["data"]["starts_at"] == "2023-11-21T05:00:00.000000Z"
    assert event["metadata"]["correlation_id"] == answer.headers["X-Correlation-Id"]


def test_the_same_key_and_body_give_the_same_answer_and_no_second_event(caller):
    headers = {**ORGANISER, "Idempotency-Key": "k-1"}
    first, second = (caller.post(BRIEFINGS, BODY, headers) for _ in range(2))
    assert second.json == first.json
    assert second.status_code == first.status_code
    assert second.headers["ETag"] == first.headers["ETag"]
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert caller.get("/events").json["total"] == 1


def test_the_same_key_for_another_body_is_refused(caller):
    headers = {**ORGANISER, "Idempotency-Key": "k-1"}
    caller.post(BRIEFINGS, BODY, headers)
    answer = caller.post(BRIEFINGS, {**BODY, "seats": 3}, headers)
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/idempotency-key-reused")


def test_the_same_key_at_another_address_is_refused(caller):
    headers = {**ORGANISER, "Idempotency-Key": "k-1"}
    caller.post(BRIEFINGS, BODY, headers)
    assert caller.post(f"/fairs/{OTHER_FAIR}/briefings", BODY, headers).status_code == 422


def test_a_post_without_key_is_refused_before_anything_happens(caller):
    answer = caller.client.post(BRIEFINGS, json=BODY, headers=ORGANISER)
    assert (answer.status_code, answer.json["type"]) == (400, "/problems/idempotency-key-missing")
    assert "UUID" in answer.json["remedy"]
    assert caller.get("/events").json["total"] == 0


def test_a_malformed_key_is_refused(caller):
    assert caller.post(BRIEFINGS, BODY, {**ORGANISER, "Idempotency-Key": "two words"}).status_code == 400


def test_if_match_wins_only_at_the_version_seen(caller):
    briefing_id = caller.briefing()
    tag = caller.get(f"{BRIEFINGS}/{briefing_id}").headers["ETag"]
    body = {"participation_id": OWN_PARTICIPATION}
    assert caller.post(seats(briefing_id), body, {**ORGANISER, "If-Match": tag}).status_code == 201
    lost = caller.post(seats(briefing_id), body, {**ORGANISER, "If-Match": tag})
    assert (lost.status_code, lost.json["type"]) == (412, "/problems/precondition-failed")


def test_the_etag_of_an_item_follows_its_stream_even_when_the_row_did_not_change(caller):
    briefing_id = caller.briefing()
    caller.post(seats(briefing_id), {"participation_id": OWN_PARTICIPATION})
    tag = caller.get(f"{BRIEFINGS}/{briefing_id}").headers["ETag"]
    assert tag == '"2"'
    body = {"participation_id": OWN_PARTICIPATION}
    assert caller.post(seats(briefing_id), body, {**ORGANISER, "If-Match": tag}).status_code == 201


def test_if_match_must_be_an_etag(caller):
    for wrong in ("7", 'W/"7"', '"seven"', '"1", "2"'):
        answer = caller.post(BRIEFINGS, BODY, {**ORGANISER, "If-Match": wrong})
        assert (answer.status_code, answer.json["type"]) == (400, "/problems/malformed-header"), wrong


def test_an_organiser_may_say_when_it_happened(caller):
    answer = caller.post(BRIEFINGS, BODY, {**ORGANISER, "Occurred-At": "2023-11-01T09:00:00+09:00"})
    event = caller.get(f"/events/{answer.json['events'][0]}").json
    assert event["occurred_at"] == "2023-11-01T00:00:00.000000Z"
    assert event["recorded_at"] == "2026-01-05T03:00:00.000000Z"


def test_others_act_now(caller):
    briefing_id = caller.briefing()
    headers = {**SME, "Occurred-At": "2023-11-01T09:00:00+09:00"}
    assert caller.post(seats(briefing_id), {"participation_id": OWN_PARTICIPATION}, headers).status_code == 403


def test_business_time_needs_an_offset_and_cannot_lie_in_the_future(caller):
    without = caller.post(BRIEFINGS, BODY, {**ORGANISER, "Occurred-At": "2023-11-01T09:00:00"})
    assert (without.status_code, without.json["type"]) == (400, "/problems/malformed-header")
    future = caller.post(BRIEFINGS, BODY, {**ORGANISER, "Occurred-At": "2026-01-05T12:06:00+09:00"})
    assert (future.status_code, future.json["type"]) == (422, "/problems/time-in-the-future")


def test_a_rule_that_refuses_is_the_type_of_the_problem(caller):
    briefing_id = caller.briefing(seats=1)
    body = {"participation_id": OWN_PARTICIPATION}
    caller.post(seats(briefing_id), body)
    answer = caller.post(seats(briefing_id), body)
    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert answer.json["type"] == "/problems/briefing.full"
    assert answer.json["remedy"] == "Choose another briefing."
    assert caller.client.get(answer.json["type"]).status_code == 200


def test_an_sme_acts_for_itself_only(caller):
    briefing_id = caller.briefing()
    body = {"participation_id": OWN_PARTICIPATION}
    assert caller.post(seats(briefing_id), body, SME).status_code == 201
    assert caller.post(seats(briefing_id), body, OTHER_SME).status_code == 403


def test_a_role_that_may_not_is_told_who_may(caller):
    answer = caller.post(BRIEFINGS, BODY, SME)
    assert answer.status_code == 403
    assert "organiser" in answer.json["detail"]


def test_a_token_for_another_fair_is_refused(caller):
    assert caller.post(BRIEFINGS, BODY, bearer("organiser", fair=OTHER_FAIR)).status_code == 403


def test_the_callers_correlation_id_and_trace_are_carried_on(caller):
    correlation, trace = str(uuid.uuid4()), f"00-{'a' * 32}-{'b' * 16}-01"
    answer = caller.post(BRIEFINGS, BODY, {**ORGANISER, "X-Correlation-Id": correlation, "traceparent": trace})
    assert answer.headers["X-Correlation-Id"] == correlation
    metadata = caller.get(f"/events/{answer.json['events'][0]}").json["metadata"]
    assert (metadata["correlation_id"], metadata["traceparent"]) == (correlation, trace)
