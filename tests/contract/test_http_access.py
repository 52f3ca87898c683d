"""Each role and each command over HTTP, held against the one access table of each service."""

import pytest

from services.chassis.access import ROLES, Actor, Scope
from services.chassis.tables import events, rejected_commands
from services.suite import SERVICES
from tests.e2e.suite_fair import buyer, company, sme
from tests.e2e.suite_orders import Order, orders
from tests.e2e.suite_season import after_the_fair
from tests.e2e.suite_stage import AUDITOR, ORGANISER

ACCESS = {
    (service.name, definition.command.__name__): definition.access
    for service in SERVICES
    for definition in service.commands
}
OF_NOBODY = {"/event-types", "/progress"}
"""What words mean, and counts of events: they say nothing of anybody."""
OUTSIDE = {role: Actor(f"some-{role}", role) for role in ROLES if role not in {"buyer", "sme"}}


@pytest.fixture
def held(tmp_path):
    with after_the_fair(tmp_path) as (stage, fair):
        yield stage, fair


def owner(role: str, order: Order) -> Actor:
    """The participant whom the order concerns."""
    return buyer("A") if role == "buyer" else sme(order.sme)


def send(stage, actor: Actor, order: Order):
    me = order.sme if actor.role == "sme" else "A"
    return stage.call(actor, order.method, order.path(me), order.body(me))


def forbidden(found: list[Order]) -> list[tuple[Actor, Order]]:
    """Whoever the table does not name, and of those who may act for themselves only: somebody else."""
    cases = []
    for order in found:
        access = ACCESS[order.service, order.command]
        for role in ROLES:
            if role not in access:
                cases.append((OUTSIDE.get(role) or owner(role, order), order))
            elif access[role] is Scope.OWN:
                cases.append((buyer("B") if role == "buyer" else sme("y"), order))
    return cases


def test_every_command_that_people_may_issue_has_a_route_and_no_other(held):
    _, fair = held
    open_to_people = {name for name, access in ACCESS.items() if set(access) - {"system"}}
    assert {(order.service, order.command) for order in orders(fair)} == open_to_people
    for service in SERVICES:
        views = fair.stage.stations[service.name].app.view_functions
        named = {view.__name__ for view in views.values()}
        mine = {command for name, command in ACCESS if name == service.name}
        assert named & mine == {command for name, command in open_to_people if name == service.name}


def test_whom_the_table_does_not_name_is_refused_stored_nothing_and_is_on_record(held):
    stage, fair = held
    cases = forbidden(orders(fair))
    stored, attempts = stage.counts(events), stage.count("registration", rejected_commands)
    assert attempts == 0
    for actor, order in cases:
        answer = send(stage, actor, order)
        assert (answer.status_code, answer.json["type"]) == (403, "/problems/forbidden"), (actor.role, order.command)
        assert answer.content_type == "application/problem+json"
        assert answer.json["remedy"]
    stage.settle()
    assert stage.counts(events) == stored
    for service in SERVICES:
        tried = [(actor.sub, order.command) for actor, order in cases if order.service == service.name]
        seen = [row for row in stage.rows(service.name, rejected_commands) if row["rule"] == "access"]
        assert [(row["actor"], row["command"]) for row in seen] == tried
        shown = stage.items(AUDITOR, f"/{service.name}/rejected-commands")
        assert [(row["actor"], row["command"]) for row in shown if row["rule"] == "access"] == tried


def test_whom_the_table_names_is_never_refused_for_the_role(held):
    """What has been done may well be refused by a rule now; never by the access table, the address or the body."""
    stage, fair = held
    for order in orders(fair):
        for role in ACCESS[order.service, order.command]:
            answer = send(stage, OUTSIDE.get(role) or owner(role, order), order)
            assert answer.status_code in {200, 201, 202, 409}, (role, order.command, answer.json)


def test_a_token_for_another_fair_opens_nothing(held):
    stage, fair = held
    elsewhere = Actor("organiser-1", "organiser", fair=fair.id("another"))
    bound = [order for order in orders(fair) if fair.fair_id in order.path("A")]
    assert len(bound) > 40
    for order in bound:
        assert send(stage, elsewhere, order).status_code == 403, order.command
    for name in ("registration", "matching", "consultation"):
        assert stage.call(elsewhere, "GET", f"/{name}/{fair.place}/summary").status_code == 403


def test_without_a_token_or_with_a_wrong_one_nothing_is_answered(held):
    stage, fair = held
    for order in orders(fair):
        for given in ("", "Bearer nonsense", "Basic YTpi"):
            answer = stage.call(
                ORGANISER, order.method, order.path("A"), order.body("A"), headers={"Authorization": given}
            )
            assert (answer.status_code, answer.json["type"]) == (401, "/problems/unauthenticated")


def test_an_sme_sees_its_own_requests_only(held):
    stage, fair = held
    for place in (f"{fair.registration}/requests", f"{fair.matching}/requests"):
        assert {row["request_id"] for row in stage.items(sme("x"), place)} == {
            fair.request("x", "A"), fair.request("x", "B"),
        }  # fmt: skip
        assert {row["request_id"] for row in stage.items(sme("y"), place)} == {fair.request("y", "A")}
        assert {row["request_id"] for row in stage.items(buyer("B"), place)} == {
            fair.request("x", "B"), fair.request("z", "B"),
        }  # fmt: skip
        others = f"{place}?sme_participation_id={fair.who('x')}"
        assert stage.items(sme("y"), others) == []
    theirs = f"{fair.registration}/requests/{fair.request('x', 'A')}"
    assert stage.call(sme("x"), "GET", theirs).status_code == 200
    assert stage.call(sme("y"), "GET", theirs).status_code == 404
    assert stage.call(sme("y"), "GET", f"{fair.matching}/requests/{fair.request('x', 'A')}/status").status_code == 404
    talk = f"{fair.consultation}/consultations/{fair.meeting('x', 'A')['meeting_id']}"
    assert stage.call(buyer("A"), "GET", talk).status_code == 200
    assert stage.call(buyer("B"), "GET", talk).status_code == 404
    assert stage.items(sme("y"), "/grants/agreements") == []
    assert [row["sme_company_id"] for row in stage.items(sme("x"), "/grants/agreements")] == [company("x")]


def test_an_auditor_reads_every_address_and_operators_none_of_the_domain(held):
    stage, fair = held
    operator = OUTSIDE["operator"]
    read = 0
    for service in SERVICES:
        for rule in stage.stations[service.name].app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or not rule.arguments <= {"fair_id"} or rule.rule in OF_NOBODY:
                continue
            path = f"/{service.name}{rule.rule.replace('<uuid:fair_id>', fair.fair_id)}"
            if stage.call(AUDITOR, "GET", path, headers={"Authorization": ""}).status_code != 401:
                continue
            read += 1
            assert stage.call(AUDITOR, "GET", path).status_code == 200, path
            assert stage.call(operator, "GET", path).status_code == 403, path
    assert read > 40
