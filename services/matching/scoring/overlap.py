"""The kind of technology: how far two sets of topic codes are the same (the Jaccard index)."""

from collections.abc import Collection

from services.matching.scoring.score import WHOLE


def shared(one: Collection[str], other: Collection[str]) -> int | None:
    """In thousandths, 0 (nothing shared) to 1000 (equal); None when a side named no topics, so that nobody knows.

    Independent of order, and the same whichever comes first.
    """
    if not one or not other:
        return None
    left, right = frozenset(one), frozenset(other)
    return WHOLE * len(left & right) // len(left | right)
