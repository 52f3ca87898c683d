"""Lists, items and queries: pages, filters, orders, and who sees what."""

import pytest

from contracts.identity import participation_id
from services.chassis.web.routes import Visible, command_route, item_route, list_route
from tests.unit.chassis.web import web_sample as sample
from tests.unit.chassis.web.web_sample import (
    COMPANY,
    FAIR,
    ORGANISER,
    OTHER_FAIR,
    OTHER_SME,
    OWN_PARTICIPATION,
    SME,
    bearer,
)

BRIEFINGS = f"/fairs/{FAIR}/briefings"


def pages(caller, query: str, limit: int):
    found, after = [], ""
    for _ in range(50):
        answer = caller.get(f"{BRIEFINGS}?limit={limit}{query}{after}").json
        found += answer["items"]
        if answer["next"] is None:
            return found, answer["total"]
        after = f"&after={answer['next']}"
    raise AssertionError("the pages never end")


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("sort", ["", "&sort=seats", "&sort=-seats", "&sort=room", "&sort=-room", "&sort=host"])
def test_pages_show_every_row_once_in_order_whatever_the_limit(caller, sort, limit):
    for seats in (5, 3, 9, 5, 60, 6, 12):
        caller.briefing(seats=seats, host=f"기업 {seats % 4}")
    found, total = pages(caller, sort, limit)
    assert total == 7
    assert len({row["briefing_id"] for row in found}) == len(found) == 7
    column = sort.removeprefix("&sort=").removeprefix("-")
    if column:
        values = [row[column] for row in found]
        present = [value for value in values if value is not None]
        assert present == sorted(present, reverse="=-" in sort)
        assert values == present + [None] * (len(values) - len(present))


def test_a_row_that_comes_in_between_neither_shifts_nor_doubles(caller):
    for seats in (10, 20, 30):
        caller.briefing(seats=seats)
    first = caller.get(f"{BRIEFINGS}?sort=seats&limit=2").json
    caller.briefing(seats=5)
    rest = caller.get(f"{BRIEFINGS}?sort=seats&limit=2&after={first['next']}").json
    assert [row["seats"] for row in first["items"] + rest["items"]] == [10, 20, 30]


def test_a_cursor_holds_for_its_own_order_only(caller):
    for seats in (10, 20):
        caller.briefing(seats=seats)
    after = caller.get(f"{BRIEFINGS}?sort=seats&limit=1").json["next"]
    assert caller.get(f"{BRIEFINGS}?sort=-seats&after={after}").status_code == 422


def test_filters_by_column(caller):
    for seats in (10, 60, 60):
        caller.briefing(seats=seats)
    assert caller.get(f"{BRIEFINGS}?seats=60").json["total"] == 2
    assert caller.get(f"{BRIEFINGS}?large=false").json["total"] == 1
    assert caller.get(f"{BRIEFINGS}?large=true&seats=10").json == {"items": [], "next": None, "total": 0}


def test_fairs_lie_side_by_side(caller):
    own, other = caller.briefing(), caller.briefing(fair=OTHER_FAIR)
    assert [row["briefing_id"] for row in caller.get(BRIEFINGS).json["items"]] == [own]
    assert caller.get(f"{BRIEFINGS}/{other}").status_code == 404


def test_an_sme_sees_its_own_seats_only(caller):
    briefing_id = caller.briefing()
    rival = participation_id(FAIR, sample.RIVAL, "sme")
    mine = caller.post(f"{BRIEFINGS}/{briefing_id}/seats", {"participation_id": OWN_PARTICIPATION}).json["seat_id"]
    theirs = caller.post(f"{BRIEFINGS}/{briefing_id}/seats", {"participation_id": rival}).json["seat_id"]
    seats = f"{BRIEFINGS}/{briefing_id}/seats"
    assert [row["seat_id"] for row in caller.get(seats, SME).json["items"]] == [mine]
    assert caller.get(seats, SME).json["total"] == 1
    assert caller.get(seats, ORGANISER).json["total"] == 2
    assert caller.get(seats, bearer("auditor")).json["total"] == 2
    assert caller.get(f"{seats}/{mine}", SME).status_code == 200
    assert caller.get(f"{seats}/{theirs}", SME).status_code == 404
    assert caller.get(f"{seats}/{mine}", OTHER_SME).status_code == 404


def test_without_a_fair_in_the_address_the_token_must_name_it(caller):
    briefing_id = caller.briefing()
    caller.post(f"{BRIEFINGS}/{briefing_id}/seats", {"participation_id": OWN_PARTICIPATION})
    assert caller.get("/seats", SME).status_code == 403
    assert caller.get("/seats", bearer("sme", company=COMPANY, fair=FAIR)).json["total"] == 1
    assert caller.get("/seats", bearer("sme", company=COMPANY, fair=OTHER_FAIR)).json["total"] == 0
    assert caller.get("/seats", bearer("organiser", fair=OTHER_FAIR)).json["total"] == 0


def test_roles_that_are_not_named_see_nothing(caller):
    caller.briefing()
    for role in ("operator", "agency", "evaluator", "system"):
        assert caller.get(BRIEFINGS, bearer(role)).status_code == 403
    assert caller.get(BRIEFINGS, bearer("organiser", fair=OTHER_FAIR)).status_code == 403


def test_a_query_gets_typed_arguments_and_only_those_it_knows(caller):
    for seats in (10, 60):
        caller.briefing(seats=seats)
    figures = f"/fairs/{FAIR}/figures"
    assert caller.get(f"{figures}?least=20", bearer("agency")).json == {"seats": 60, "least": 20}
    assert caller.get(figures).json == {"seats": 70, "least": 0}
    assert caller.get(f"{figures}?least=x").json["errors"][0]["parameter"] == "least"
    assert caller.get(f"{figures}?most=1").json["errors"][0]["parameter"] == "most"
    assert caller.get(figures, SME).status_code == 403


def test_a_route_that_cannot_work_is_found_out_when_it_is_defined():
    routes = sample.blueprint()
    with pytest.raises(TypeError, match=r"lack \['kind'"):
        command_route(routes, "/fairs/<uuid:fair_id>/x", sample.ScheduleBriefing, sample.EmptyBody, summary="x")
    with pytest.raises(TypeError, match="unknown"):
        command_route(routes, "/x/<uuid:stranger>", sample.Explode, sample.EmptyBody, summary="x")
    with pytest.raises(ValueError, match="no column"):
        list_route(routes, "/x", sample.SEATS, sample.SeatRow, visible={"sme": Visible.own("owner")}, summary="x")
    with pytest.raises(ValueError, match="filter or sort"):
        list_route(routes, "/x", sample.SEATS, sample.SeatRow, visible={}, sorts=("colour",), summary="x")
    with pytest.raises(ValueError, match="must name seat_id"):
        item_route(routes, "/x", sample.SEATS, sample.SeatRow, visible={}, summary="x")
