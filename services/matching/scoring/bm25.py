"""BM25 between short texts as a share: 1 when a text says all that the other one asks for, 0 when it says none of it.

Source: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009); the inverse document
frequency with one added under the logarithm, so that a word of every text still counts a little (as Lucene does).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from math import log
from typing import Final

K1: Final = 1.2
B: Final = 0.4
"""Lower than the usual 0.75: in titles a longer text is a more exact one, not a padded one."""


class Corpus:
    """How rare words are among some texts, and how long these are."""

    def __init__(self, texts: Collection[Sequence[str]]) -> None:
        self._texts: Final = len(texts)
        self._with: Final = Counter(word for text in texts for word in set(text))
        self._rarity: Final[dict[str, float]] = {}
        self._average: Final = sum(map(len, texts)) / len(texts) if texts else 1.0

    def rarity(self, word: str) -> float:
        """The inverse document frequency, above 0."""
        known = self._rarity.get(word)
        if known is None:
            with_it = self._with[word]
            known = self._rarity[word] = log(1 + (self._texts - with_it + 0.5) / (with_it + 0.5))
        return known

    def weighed(self, text: Sequence[str]) -> dict[str, float]:
        """What each word of a text brings to a search for it."""
        length = K1 * (1 - B + B * len(text) / (self._average or 1.0))
        return {
            word: self.rarity(word) * count * (K1 + 1) / (count + length)
            for word, count in sorted(Counter(text).items())
        }


def found(asked: Mapping[str, float], given: Mapping[str, float]) -> float:
    """The BM25 of the search `asked` in the text `given`, as a share of what the search finds in itself; at most 1.

    Both as `Corpus.weighed` gives them. 0 when one of them has no words.
    """
    whole = sum(asked.values())
    return min(1.0, sum(given[word] for word in asked if word in given) / whole) if whole else 0.0
