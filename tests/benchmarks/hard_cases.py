"""Hard cases by hand: what two people call the same thing by different words, scripts, letters or slips of the keys.

`listed` cases may use what the table of synonyms knows, and are what the weights were looked at with. `held-out` ones
were written before the table, which knows nothing that brings their two texts nearer; a test holds it to that.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from services.matching.scoring import words

CASES = Path(__file__).parent / "data/hard_cases.csv"


@dataclass(frozen=True)
class Case:
    """An offer by hand, the demand that it should find, and one that only looks like it."""

    id: str
    kind: str
    split: str
    offer: str
    demand: str
    confusable: str

    @property
    def touched(self) -> bool:
        """Whether the table of synonyms brings the two texts nearer: more of their words are the same with it."""
        plain = Counter(words.terms_without_synonyms(self.offer)) & Counter(words.terms_without_synonyms(self.demand))
        return (Counter(words.terms(self.offer)) & Counter(words.terms(self.demand))).total() > plain.total()


def cases() -> list[Case]:
    """The hard cases, in the order of the file."""
    with CASES.open(encoding="utf-8", newline="") as file:
        return [Case(id=f"h{number:03}", **row) for number, row in enumerate(csv.DictReader(file), 1)]
