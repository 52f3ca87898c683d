"""A score with everything that made it. The base and the terms' points sum up to it exactly: whole numbers only."""

from dataclasses import dataclass
from typing import Final

LEAST: Final = 1
MOST: Final = 1000
WHOLE: Final = 1000
"""Values of terms are thousandths."""
WRITTEN: Final = frozenset({"offer-in-demand", "demand-in-offer", "letters", "field"})
"""The terms that rest on what both sides wrote."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that speaks for a pair. `value` is 0..1000; `known` is false where nothing is on record and the value
    is the one that the weights set for that.
    """

    name: str
    value: int
    weight: int
    known: bool = True

    @property
    def points(self) -> int:
        """What it brings to the score."""
        return self.weight * self.value // WHOLE


@dataclass(frozen=True, slots=True)
class Score:
    """Why a pair has its score. `demand` is the demand that fits best, None where the buyer published none; `words`
    are those that it shares with the offer.
    """

    terms: tuple[Term, ...]
    weights_version: int
    weights_digest: str
    demand: str | None = None
    words: tuple[str, ...] = ()

    @property
    def founded(self) -> bool:
        """Whether anything that was written speaks for the pair."""
        return any(term.known and term.value for term in self.terms if term.name in WRITTEN)

    @property
    def total(self) -> int:
        """LEAST..MOST: the base and the points of all terms."""
        return LEAST + sum(term.points for term in self.terms)
