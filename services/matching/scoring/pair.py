"""What is known of one SME and one buyer, beside what they wrote: who asked, who answered, what came of it before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from services.matching.scoring.score import WHOLE

TermName = Literal["offer-in-demand", "demand-in-offer", "letters", "field", "asked", "answer", "past"]

ANSWERS: Final[Mapping[str, int]] = {"must-meet": WHOLE, "accept": WHOLE // 2}
"""Every other standing (none, declined, expired) counts as nothing said."""
OUTCOMES: Final[Mapping[str, int]] = {
    "development-commitment": 1000,
    "purchase-intent": 900,
    "sample-or-test": 800,
    "further-talks": 700,
    "information-exchanged": 400,
    "no-interest": 0,
}
"""What it says for a new talk that an earlier one ended so, in thousandths."""


@dataclass(frozen=True, slots=True)
class Text:
    """A demand or an offer: its id, as it was written, its words (`words.terms`), its topic codes."""

    id: str
    text: str
    terms: tuple[str, ...] = ()
    topics: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the pair stands. `outcomes` are those of its talks at earlier fairs, in any order."""

    asked: bool = False
    answer: str | None = None
    outcomes: Sequence[str] = ()

    def values(self) -> dict[TermName, int | None]:
        """In thousandths; None where nothing is on record."""
        known = [OUTCOMES[outcome] for outcome in self.outcomes if outcome in OUTCOMES]
        return {
            "asked": WHOLE if self.asked else 0,
            "answer": ANSWERS.get(self.answer or ""),
            "past": sum(known) // len(known) if known else None,
        }
