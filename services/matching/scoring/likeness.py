"""How alike two texts are letter by letter: what is left of a likeness when a slip of the keys hides the word."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log, sqrt
from typing import Final

from services.matching.scoring.jamo import grams


class Letters:
    """Texts as vectors of runs of three letters (jamo), rare runs weighing more."""

    def __init__(self, texts: Iterable[str]) -> None:
        runs = [set(grams(text)) for text in texts]
        self._texts: Final = len(runs)
        self._with: Final = Counter(run for text in runs for run in text)

    def vector(self, text: str) -> dict[str, float]:
        """Of length 1; empty for a text without letters."""
        weights = {
            run: (1 + log(count)) * log((self._texts + 1) / (self._with[run] + 0.5))
            for run, count in sorted(Counter(grams(text)).items())
        }
        length = sqrt(sum(weight * weight for weight in weights.values()))
        return {run: weight / length for run, weight in weights.items()} if length else {}


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The cosine of two vectors, 0 to 1; the same whichever comes first."""
    shared = sorted(one.keys() & other.keys())
    return max(0.0, min(1.0, sum(one[run] * other[run] for run in shared)))
