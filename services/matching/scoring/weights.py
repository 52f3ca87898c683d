"""What each term counts. Configuration, published by version: an old decision stays explainable for ever."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, get_args

from services.matching.scoring.pair import TermName
from services.matching.scoring.score import LEAST, MOST, WHOLE

TERMS: Final[tuple[TermName, ...]] = get_args(TermName)


@dataclass(frozen=True, slots=True)
class Weight:
    """The most points a term can bring, and its value, in thousandths, where nothing is on record."""

    points: int
    unknown: int


@dataclass(frozen=True)
class Weights:
    """One version of all weights.

    Raises:
        ValueError: terms are missing or unknown, a figure is out of its range, or the points do not make up the range
            of scores.
    """

    version: int
    terms: Mapping[TermName, Weight]

    def __post_init__(self) -> None:
        if set(self.terms) != set(TERMS):
            raise ValueError(f"weights must name exactly these terms: {', '.join(TERMS)}")
        for name, weight in self.terms.items():
            if weight.points < 0 or not 0 <= weight.unknown <= WHOLE:
                raise ValueError(f"{name}: points must be 0 or more, and the unknown value 0 to {WHOLE}")
        whole = sum(weight.points for weight in self.terms.values())
        if whole != MOST - LEAST:
            raise ValueError(f"the points must sum up to {MOST - LEAST}, these make {whole}")

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON: names exactly these figures."""
        figures = {name: [self.terms[name].points, self.terms[name].unknown] for name in TERMS}
        text = json.dumps({"version": self.version, "terms": figures}, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


PUBLISHED: Final[Mapping[int, Weights]] = {
    1: Weights(
        1,
        {
            "offer-in-demand": Weight(200, 250),
            "demand-in-offer": Weight(200, 250),
            "letters": Weight(100, 250),
            "field": Weight(250, 500),
            "asked": Weight(49, 0),
            "answer": Weight(120, 0),
            "past": Weight(80, 500),
        },
    ),
}
"""By version. What was published is never changed: another weighting is another version."""
CURRENT: Final = PUBLISHED[max(PUBLISHED)]
