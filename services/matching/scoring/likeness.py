"""How alike two texts are letter by letter: what is left of a likeness when a slip of the keys hides the word."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log, sqrt
from typing import Final

from services.matching.scoring.jamo import grams


class Letters:
    """Texts as vectors of runs of three letters (jamo), rare runs weighing more. One text twice counts once."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._known: Final = {text: Counter(grams(text)) for text in texts}
        with_it = Counter(run for runs in self._known.values() for run in runs)
        self._rarity: Final = {run: log((len(self._known) + 1) / (count + 0.5)) for run, count in with_it.items()}
        self._unseen: Final = log((len(self._known) + 1) / 0.5)

    def vector(self, text: str) -> dict[str, float]:
        """Of length 1, its runs in order; empty for a text without letters."""
        runs = self._known.get(text) or Counter(grams(text))
        weights = {
            run: (1 + log(runs[run]) if runs[run] > 1 else 1.0) * self._rarity.get(run, self._unseen)
            for run in sorted(runs)
        }
        length = sqrt(sum(weight * weight for weight in weights.values()))
        return {run: weight / length for run, weight in weights.items()} if length else {}


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The cosine of two vectors as `vector` gives them, 0 to 1; to the last bit the same whichever comes first."""
    return max(0.0, min(1.0, sum(weight * other[run] for run, weight in one.items() if run in other)))
