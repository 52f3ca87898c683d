"""The score of a request from shared topics: the Jaccard index of topic codes, on a scale of whole numbers."""

from collections.abc import Collection, Iterable
from typing import Final

SCORER: Final = "topic-overlap"
VERSION: Final = 1
LEAST: Final = 1
MOST: Final = 1000
NEUTRAL: Final = 500
"""The score when a side named no topics: nothing speaks for the request or against it."""


def score(asked: Collection[str], demands: Iterable[Collection[str]]) -> int:
    """How well the topics of a request meet the best fitting of a buyer's demands, 1 (nothing shared) to 1000 (equal).

    Deterministic and independent of order: the same topics give the same score everywhere.
    """
    wanted = [frozenset(topics) for topics in demands if topics]
    if not asked or not wanted:
        return NEUTRAL
    topics = frozenset(asked)
    return max(_scaled(len(topics & demand), len(topics | demand)) for demand in wanted)


def _scaled(shared: int, together: int) -> int:
    return LEAST + (MOST - LEAST) * shared // together
