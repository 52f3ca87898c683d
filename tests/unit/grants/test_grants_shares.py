"""Share arithmetic, for all amounts: exact, and never in favour of more grant."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from services.grants.domain.limits import Limits, Terms, broken_by

amounts = st.integers(0, 2**50)
basis_points = st.integers(0, 10_000)


@st.composite
def terms(draw):
    grant, cash, kind = draw(st.integers(1, 2**50)), draw(amounts), draw(amounts)
    return Terms("과제", grant + cash + kind, grant, cash, kind, draw(st.integers(1, 120)), draw(st.booleans()))


@given(terms(), st.integers(1, 10_000), basis_points)
def test_shares_are_compared_as_exact_fractions(asked, share_bp, cash_bp):
    found = broken_by(Limits(2**53, 120, share_bp, cash_bp), asked)

    assert ("over-government-share" in found) == (
        Fraction(asked.grant_krw, asked.total_krw) > Fraction(share_bp, 10_000)
    )
    own = asked.own_share_krw
    assert ("under-own-cash" in found) == (own > 0 and Fraction(asked.own_cash_krw, own) < Fraction(cash_bp, 10_000))


@given(terms(), st.integers(1, 10_000))
def test_the_largest_grant_that_passes_is_rounded_down(asked, share_bp):
    largest = asked.total_krw * share_bp // 10_000
    limits = Limits(2**53, 120, share_bp, 0)

    def passes(grant):
        probe = Terms("과제", asked.total_krw, grant, asked.total_krw - grant, 0, 12, True)
        return "over-government-share" not in broken_by(limits, probe)

    assert passes(largest)
    assert largest == asked.total_krw or not passes(largest + 1)


@given(terms(), st.integers(1, 2**50))
def test_asking_for_more_of_the_same_total_mends_no_rule(asked, limit):
    limits = Limits(limit, 60, 7_500, 1_000)
    if asked.own_in_kind_krw == 0:
        return
    more = Terms(
        asked.title, asked.total_krw, asked.grant_krw + asked.own_in_kind_krw, asked.own_cash_krw, 0, asked.months, True
    )
    grant_rules = {"over-grant-limit", "over-government-share"}
    assert grant_rules & set(broken_by(limits, asked)) <= grant_rules & set(broken_by(limits, more))
