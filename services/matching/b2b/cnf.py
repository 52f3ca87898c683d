"""Clauses in the making, with a constant that is folded away, and numbers counted in unary."""

from collections.abc import Iterable, Sequence
from typing import Final


class Cnf:
    """A formula. A literal is a variable from 1 on, negative when negated; variable 1 is the constant truth."""

    def __init__(self) -> None:
        self.clauses: Final[list[list[int]]] = [[1]]
        self.true: Final = 1
        self.false: Final = -1
        self.variables = 1

    def new(self) -> int:
        self.variables += 1
        return self.variables

    def add(self, *literals: int) -> None:
        """At least one of these. What the constant decides is left out."""
        if self.true not in literals:
            self.clauses.append([literal for literal in literals if literal != self.false])

    def at_most_one(self, literals: Sequence[int]) -> None:
        for position, first in enumerate(literals):
            for second in literals[position + 1 :]:
                self.add(-first, -second)

    def any_of(self, literals: Iterable[int]) -> int:
        """A literal that is true exactly when one of these is."""
        some = [literal for literal in literals if literal != self.false]
        if self.true in some:
            return self.true
        if len(some) <= 1:
            return some[0] if some else self.false
        found = self.new()
        for literal in some:
            self.add(-literal, found)
        self.add(-found, *some)
        return found

    def total(self, literals: Sequence[int], most: int, *, exact: bool = True) -> list[int]:
        """Literals of which number i (from 0) is true exactly when more than i of the given ones are.

        Not `exact`: true at least then, with half the clauses. Counts up to `most` + 1; what is above that is not told
        apart. Source: Bailleux and Boufkhad, Efficient CNF
        Encoding of Boolean Cardinality Constraints, CP 2003 (the totalizer).
        """
        if len(literals) <= 1:
            return list(literals)
        middle = len(literals) // 2
        left, right = (self.total(half, most, exact=exact) for half in (literals[:middle], literals[middle:]))
        size = min(len(left) + len(right), most + 1)
        sums = [self.new() for _ in range(size)]
        for i in range(len(left) + 1):
            for j in range(len(right) + 1):
                if i + j > 0:
                    reached = [*left[:i][-1:], *right[:j][-1:]]
                    self.add(*(-literal for literal in reached), sums[min(i + j, size) - 1])
                if exact and i + j < size:
                    self.add(*left[i : i + 1], *right[j : j + 1], -sums[i + j])
        return sums
