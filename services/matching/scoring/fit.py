"""How well offers fit demands: words of either in the other, their letters, their kinds, and how the pair stands."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from services.matching.scoring import bm25, overlap, sound
from services.matching.scoring.bm25 import Corpus
from services.matching.scoring.jamo import is_hangul
from services.matching.scoring.likeness import Letters, cosine
from services.matching.scoring.pair import Standing, TermName, Text
from services.matching.scoring.score import WHOLE, Score, Term
from services.matching.scoring.weights import CURRENT, TERMS, Weights


@dataclass(frozen=True)
class _Weighed:
    """A text as each corpus weighs its words: `here` among its own kind, `there` among the other side's."""

    here: dict[str, float]
    there: dict[str, float]
    letters: dict[str, float]


@dataclass(frozen=True, slots=True)
class Fit:
    """What a demand and an offer say of each other, in thousandths; None where a side says nothing."""

    values: dict[TermName, int | None]
    words: tuple[str, ...]


class Fair:
    """All demands and offers of one fair: they say which words are rare. Every text compared must be one of them or
    like them; the figures of one fair do not compare with those of another.
    """

    def __init__(self, demands: Collection[Text], offers: Collection[Text], weights: Weights = CURRENT) -> None:
        self._weights: Final = weights
        self._spelled: Final = _two_scripts(word for text in (*demands, *offers) for word in text.terms)
        self._demands: Final = Corpus([self._words(text) for text in demands])
        self._offers: Final = Corpus([self._words(text) for text in offers])
        self._letters: Final = Letters(text.text for text in (*demands, *offers))
        self._known: Final[dict[tuple[bool, str, tuple[str, ...]], _Weighed]] = {}

    def fit(self, offer: Text, demand: Text) -> Fit:
        """How the two texts fit. With the sides changed (corpora, too) the two directions change places, no more."""
        asked, wanted = self._weighed(offer, is_offer=True), self._weighed(demand, is_offer=False)
        written = bool(offer.terms and demand.terms)
        alike = bool(asked.letters and wanted.letters)
        values: dict[TermName, int | None] = {
            "offer-in-demand": _share(bm25.found(asked.there, wanted.here)) if written else None,
            "demand-in-offer": _share(bm25.found(wanted.there, asked.here)) if written else None,
            "letters": _share(cosine(asked.letters, wanted.letters)) if alike else None,
            "field": overlap.shared(offer.topics, demand.topics),
        }
        shared = asked.here.keys() & wanted.here.keys()
        return Fit(values, tuple(sorted(shared, key=lambda word: (-self._demands.rarity(word), word))))

    def score(self, offer: Text, demands: Sequence[Text], standing: Standing) -> Score:
        """The score with the demand that fits best; of equal ones the first by id. One more demand never lowers it,
        and without any the terms that rest on texts count as unknown.
        """
        best = max(
            (self._scored(self.fit(offer, demand), standing, demand.id) for demand in sorted(demands, key=_id)),
            key=lambda score: score.total,
            default=None,
        )
        return best or self._scored(Fit({}, ()), standing, None)

    def _scored(self, fit: Fit, standing: Standing, demand: str | None) -> Score:
        values = fit.values | standing.values()
        return Score(
            tuple(self._term(name, values.get(name)) for name in TERMS),
            self._weights.version,
            self._weights.digest,
            demand,
            fit.words,
        )

    def _term(self, name: TermName, value: int | None) -> Term:
        weight = self._weights.terms[name]
        return Term(name, weight.unknown if value is None else value, weight.points, known=value is not None)

    def _words(self, text: Text) -> list[str]:
        return [self._spelled.get(word, word) for word in text.terms]

    def _weighed(self, text: Text, *, is_offer: bool) -> _Weighed:
        key = (is_offer, text.text, text.terms)
        if key not in self._known:
            words = self._words(text)
            own, other = (self._offers, self._demands) if is_offer else (self._demands, self._offers)
            self._known[key] = _Weighed(own.weighed(words), other.weighed(words), self._letters.vector(text.text))
        return self._known[key]


def _two_scripts(words: Iterable[str]) -> dict[str, str]:
    """Latin words of these texts, each with the Hangul word among them that sounds like it."""
    heard: dict[str, str] = {}
    latin: dict[str, str] = {}
    for word in sorted(set(words)):
        if all(map(is_hangul, word)):
            heard.setdefault(sound.of_hangul(word), word)
        elif word.isascii() and word.isalpha():
            latin[word] = sound.of_latin(word)
    return {word: heard[row] for word, row in latin.items() if len(row) >= sound.LEAST and row in heard}


def _share(value: float) -> int:
    return round(WHOLE * value)


def _id(text: Text) -> str:
    return text.id
