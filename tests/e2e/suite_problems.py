"""What every refusal over HTTP has to look like, and a command of every service to be refused."""

from tests.e2e.suite_fair import Fair, buyer
from tests.e2e.suite_orders import Order, orders
from tests.e2e.suite_stage import AGENCY

ONE_EACH = ("AddRepresentative", "AnswerRequest", "WriteNote", "SubmitApplication")
"""A command of every service whose body has required fields."""
ACTORS = {"registration": buyer("A"), "matching": buyer("A"), "consultation": buyer("A"), "grants": AGENCY}
"""Who may issue them."""


def of_commands(fair: Fair, *commands: str) -> list[Order]:
    return [order for order in orders(fair) if order.command in commands]


def assert_problem(answer, status: int, kind: str) -> None:
    assert (answer.status_code, answer.json["type"]) == (status, f"/problems/{kind}"), answer.json
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["title"]
    assert answer.json["remedy"]
