"""Dumps of deployments are told apart by what they say, not by the ids they drew."""

from copy import deepcopy

from contracts.identity import derived_id
from tests.stack.alike import texts


def told(seed: str, amounts: tuple[int, ...] = (5, 7, 7)):
    """Grants with ids of their own, for companies whose ids are fixed; rows in no order."""
    rows, payments = [], []
    for number, amount in enumerate(amounts):
        grant, payment = derived_id(seed, str(number)), derived_id(seed, "payment", str(number))
        rows.append({"grant_id": grant, "company_id": derived_id("company", str(number)), "amount": amount})
        payments.append({"payment_id": payment, "note": f"first of {grant}"})
    if seed > "a":
        rows.reverse()
    return {"grants.grants": rows, "grants.payments": payments}


def test_drawn_ids_and_the_order_of_rows_make_no_difference():
    one, two, three = texts([told("a"), told("b"), told("c")])
    assert one == two == three
    assert one.count("\n") == 5
    assert derived_id("company", "1") in one


def test_every_real_difference_shows():
    one, two = texts([told("a"), told("b", (5, 7, 8))])
    assert one != two
    swapped = deepcopy(told("b"))
    payments = swapped["grants.payments"]
    payments[1]["note"], payments[0]["note"] = payments[0]["note"], payments[0]["note"]
    one, two = texts([told("a"), swapped])
    assert one != two
    missing = deepcopy(told("b"))
    missing["grants.payments"].pop()
    one, two = texts([told("a"), missing])
    assert one != two
