"""The limits of a programme and which of them a request breaks. All arithmetic is on whole numbers.

A share is never divided: both sides are multiplied out, so that no rounding can favour a larger grant.
"""

from dataclasses import dataclass
from typing import Final

WHOLE_BP: Final = 10_000
"""Basis points of the whole (100 %)."""


@dataclass(frozen=True)
class Limits:
    """What a grant of a programme may be at most, and what the applicant brings at least."""

    max_grant_krw: int
    max_months: int
    max_government_share_bp: int
    min_own_cash_bp: int


@dataclass(frozen=True)
class Terms:
    """What an applicant asks for and brings."""

    title: str
    total_krw: int
    grant_krw: int
    own_cash_krw: int
    own_in_kind_krw: int
    months: int
    buyer_consent: bool

    @property
    def own_share_krw(self) -> int:
        return self.own_cash_krw + self.own_in_kind_krw

    @property
    def adds_up(self) -> bool:
        return self.total_krw == self.grant_krw + self.own_share_krw


def broken_by(limits: Limits, terms: Terms) -> tuple[str, ...]:
    """The ineligibility rules that the terms break, in the order of `contracts.grants.INELIGIBILITY_RULES`."""
    checks = (
        ("missing-consent", not terms.buyer_consent),
        ("over-grant-limit", terms.grant_krw > limits.max_grant_krw),
        ("over-duration", terms.months > limits.max_months),
        ("over-government-share", terms.grant_krw * WHOLE_BP > limits.max_government_share_bp * terms.total_krw),
        ("under-own-cash", terms.own_cash_krw * WHOLE_BP < limits.min_own_cash_bp * terms.own_share_krw),
    )
    return tuple(rule for rule, broken in checks if broken)
