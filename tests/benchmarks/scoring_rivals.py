"""Ways to rank demands for an offer, and offers for a demand: ours, ours without its parts, and two plain ones."""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from math import log, sqrt

from services.matching.scoring import words
from services.matching.scoring.bm25 import Corpus
from services.matching.scoring.fit import Fair
from services.matching.scoring.jamo import normal
from services.matching.scoring.pair import Standing, Text

Texts = Mapping[str, str]
Ranker = Callable[[str], dict[str, float]]
"""The id of a query -> a score for every text of the other side."""
Method = Callable[[Texts, Texts], tuple[Ranker, Ranker]]
"""(demands, offers) -> rankers for offers and for demands."""


def ours(split: Callable[[str], tuple[str, ...]] = words.terms) -> Method:
    """The score as planning uses it, knowing texts only; `split` makes words of a text."""
    split = cache(split)

    def method(demands: Texts, offers: Texts) -> tuple[Ranker, Ranker]:
        wanted = {name: Text(name, text, split(text)) for name, text in demands.items()}
        given = {name: Text(name, text, split(text)) for name, text in offers.items()}
        fair = Fair(list(wanted.values()), list(given.values()))
        nobody = Standing()
        return (
            lambda offer: {d.id: fair.score(given[offer], [d], nobody).total for d in wanted.values()},
            lambda demand: {o.id: fair.score(o, [wanted[demand]], nobody).total for o in given.values()},
        )

    return method


def blanks(text: str) -> tuple[str, ...]:
    """Words as blanks part them."""
    return tuple(normal(text).split())


def bm25_on_blanks(demands: Texts, offers: Texts) -> tuple[Ranker, Ranker]:
    """BM25 (k1 1.2, b 0.75) over what blanks part, as search engines do without a Korean analyser."""
    return _bm25(offers, demands), _bm25(demands, offers)


def _bm25(queries: Texts, texts: Texts) -> Ranker:
    split = {name: blanks(text) for name, text in texts.items()}
    corpus = Corpus(list(split.values()))
    average = sum(map(len, split.values())) / len(split)
    counted = {name: (Counter(text), 0.25 + 0.75 * len(text) / average) for name, text in split.items()}

    def score(query: str, name: str) -> float:
        counts, length = counted[name]
        return sum(corpus.rarity(w) * counts[w] * 2.2 / (counts[w] + 1.2 * length) for w in blanks(queries[query]))

    return lambda query: {name: score(query, name) for name in texts}


def character_trigrams(demands: Texts, offers: Texts) -> tuple[Ranker, Ranker]:
    """The cosine of tf-idf vectors over runs of three characters, blanks included as one."""
    return _trigrams(offers, demands), _trigrams(demands, offers)


def _trigrams(queries: Texts, texts: Texts) -> Ranker:
    split = {name: _runs(text) for name, text in texts.items()}
    with_it = Counter(run for runs in split.values() for run in runs)

    def vector(runs: Counter[str]) -> dict[str, float]:
        weights = {run: (1 + log(n)) * log((len(texts) + 1) / (with_it[run] + 0.5)) for run, n in runs.items()}
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {run: weight / length for run, weight in weights.items()}

    vectors = {name: vector(runs) for name, runs in split.items()}

    def rank(query: str) -> dict[str, float]:
        asked = vector(_runs(queries[query]))
        return {name: sum(asked[run] * known.get(run, 0) for run in asked) for name, known in vectors.items()}

    return rank


def _runs(text: str) -> Counter[str]:
    row = f" {' '.join(normal(text).split())} "
    return Counter(row[start : start + 3] for start in range(len(row) - 2))


METHODS: dict[str, Method] = {
    "ours": ours(),
    "ours without synonyms": ours(words.terms_without_synonyms),
    "ours without Kiwi": ours(blanks),
    "BM25 on blanks": bm25_on_blanks,
    "character trigrams": character_trigrams,
}
