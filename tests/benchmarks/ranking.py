"""How good an order is: nDCG and recall among the first ten."""

from collections.abc import Mapping, Sequence
from math import log2

FIRST = 10


def ordered(scores: Mapping[str, float], grades: Mapping[str, int]) -> list[str]:
    """Best first. Among equal scores what is wanted comes last, so that a method gains nothing by saying nothing."""
    return sorted(scores, key=lambda text: (-scores[text], grades.get(text, 0), text))


def ndcg(order: Sequence[str], grades: Mapping[str, int]) -> float:
    """Gain 2^grade - 1, discounted by the logarithm of the place, over that of the best order."""
    return _gain([grades.get(text, 0) for text in order]) / _gain(sorted(grades.values(), reverse=True))


def recall(order: Sequence[str], grades: Mapping[str, int]) -> float:
    """The share of the best-graded texts that are among the first ten (of ten of them, where there are more)."""
    best = max(grades.values())
    wanted = {text for text, grade in grades.items() if grade == best}
    return len(wanted & set(order[:FIRST])) / min(len(wanted), FIRST)


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades[:FIRST]))
