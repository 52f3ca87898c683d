"""What a planner answers, and the port that every planner keeps to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from services.matching.timetable.certificate import Certificate
from services.matching.timetable.problem import Problem

Reason = Literal["excluded", "pair-already-met", "no-common-slot", "sme-full", "buyer-full", "hall-full"]


@dataclass(frozen=True, slots=True)
class Seat:
    """A slot and a table; tables are counted from 1 at each buyer."""

    slot: int
    table: int


@dataclass(frozen=True)
class Plan:
    """Every request of the problem is in exactly one of `placements` and `unplaced`."""

    placements: Mapping[str, Seat]
    unplaced: Mapping[str, Reason]
    planner: str
    planner_version: int
    certificate: Certificate | None = None
    """What a planner that can prove something proves of this plan."""


class Planner(Protocol):
    """Problem in, plan out: pure and deterministic.

    The plan keeps every rule that `checker.violations` checks. It leaves no request out that could still be added:
    each one left out has a reason that is true of the whole plan.
    """

    def plan(self, problem: Problem) -> Plan: ...
