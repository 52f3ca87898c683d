"""Does the score find who fits whom? nDCG@10 and recall@10 beside BM25 on blanks and character trigrams, in one run.

Run: python -m tests.benchmarks.bench_scoring
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator
from statistics import fmean
from time import process_time

from services.matching.scoring.weights import CURRENT
from tests.benchmarks import hidden_topics, scoring_cost
from tests.benchmarks.hard_cases import cases
from tests.benchmarks.ranking import ndcg, ordered, recall
from tests.benchmarks.scoring_rivals import METHODS, Method, Ranker

SEEDS = (11, 12, 13)
DISTRACTORS = 1
"""The seed of the written demands among which the hard cases' ones have to be found."""


Figures = list[tuple[float, float]]


def by_hand(method: Method) -> dict[tuple[str, str], Figures]:
    """(nDCG, recall) of each hard case, by (split, kind)."""
    found = cases()
    demands = {case.demand: case.demand for case in found} | {case.confusable: case.confusable for case in found}
    demands |= {written.text: written.text for written in hidden_topics.write(DISTRACTORS)[0]}
    rank, _ = method(demands, {case.id: case.offer for case in found})
    figures: defaultdict[tuple[str, str], Figures] = defaultdict(list)
    for case in found:
        figures[case.split, case.kind].append(_judged(rank, case.id, {case.demand: 1}))
    return figures


def written(method: Method, seed: int) -> Figures:
    """(nDCG, recall) of each text written from a hidden topic, offers and demands."""
    demands, offers = hidden_topics.write(seed)
    for_offers, for_demands = method({d.id: d.text for d in demands}, {o.id: o.text for o in offers})
    return [
        *(_judged(for_offers, o.id, known) for o in offers if (known := hidden_topics.grades(o, demands))),
        *(_judged(for_demands, d.id, known) for d in demands if (known := hidden_topics.grades(d, offers))),
    ]


def _judged(rank: Ranker, query: str, grades: dict[str, int]) -> tuple[float, float]:
    order = ordered(rank(query), grades)
    return ndcg(order, grades), recall(order, grades)


def table(name: str, rows: dict[str, dict[str, Figures]]) -> Iterator[str]:
    """Lines of Markdown: one per row, nDCG@10 / recall@10 of each method."""
    yield f"| {name} | n | " + " | ".join(METHODS) + " |"
    yield "| --- | --- |" + " --- |" * len(METHODS)
    for row, by_method in rows.items():
        cells = [
            f"{fmean(n for n, _ in figures):.3f} / {fmean(r for _, r in figures):.3f}" for figures in by_method.values()
        ]
        yield f"| {row} | {len(next(iter(by_method.values())))} | " + " | ".join(cells) + " |"
    yield ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS, help="of the written texts")
    seeds = parser.parse_args().seeds
    started = process_time()
    hand: dict[str, dict[str, Figures]] = defaultdict(dict)
    hidden: dict[str, dict[str, Figures]] = defaultdict(dict)
    for name, method in METHODS.items():
        groups = by_hand(method)
        for split in ("listed", "held-out"):
            for (of, kind), figures in sorted(groups.items()):
                if of == split:
                    hand[f"{split}: {kind}"][name] = figures
            hand[f"{split}: all"][name] = [f for (of, _), figures in groups.items() if of == split for f in figures]
        for seed in seeds:
            hidden[f"seed {seed}"][name] = written(method, seed)
    wrong = [case.offer for case in cases() if case.split == "held-out" and case.touched]
    print(f"weights {CURRENT.version} ({CURRENT.digest[:12]}); each cell: nDCG@10 / recall@10\n")
    print("\n".join(table("written from hidden topics", hidden)))
    print("\n".join(table("hard cases by hand", hand)))
    print(f"held out from the table of synonyms, yet touched by it: {wrong or 'none'}")
    print(f"{process_time() - started:.1f} s of computing\n")
    for line in scoring_cost.lines():
        print(line)


if __name__ == "__main__":
    main()
