"""How evenly the meetings fall on the SMEs, and what it costs that each of them counts by itself."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from services.matching.timetable.figures import figures
from services.matching.timetable.plan import Planner, Seat
from services.matching.timetable.problem import Problem
from services.matching.timetable.what_if import Changes, changed

THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Share:
    """Of the `smes` of a group: how many have a meeting, how many meetings they have, the share in thousandths."""

    group: str
    smes: int
    covered: int
    meetings: int

    @property
    def per_mille(self) -> int:
        return THOUSAND * self.covered // self.smes if self.smes else 0


@dataclass(frozen=True, slots=True)
class Bonus:
    """What the best plan comes to with the coverage bonus and without: SMEs covered, meetings, sum of scores."""

    bonus: int
    covered: int
    covered_without: int
    placed: int
    placed_without: int
    score: int
    score_without: int

    @property
    def cost(self) -> int:
        """The score that the bonus cost."""
        return self.score_without - self.score


@dataclass(frozen=True)
class Fairness:
    """`meetings`: how many SMEs have how many meetings."""

    overall: Share
    groups: tuple[Share, ...]
    meetings: Mapping[int, int]
    bonus: Bonus


def fairness(problem: Problem, placements: Mapping[str, Seat], planner: Planner, groups: Mapping[str, str]) -> Fairness:
    """The shares of the given plan. `groups` names every SME that asked, also those that no answer let in."""
    of_sme = Counter(problem.request[request_id].sme for request_id in placements)
    everybody = sorted({*groups, *of_sme})
    members: defaultdict[str, list[str]] = defaultdict(list)
    for sme in everybody:
        members[groups.get(sme, "unknown")].append(sme)
    return Fairness(
        overall=_share("all", everybody, of_sme),
        groups=tuple(_share(group, smes, of_sme) for group, smes in sorted(members.items())),
        meetings=dict(sorted(Counter(of_sme[sme] for sme in everybody).items())),
        bonus=_bonus(problem, planner),
    )


def _share(group: str, smes: list[str], of_sme: Counter[str]) -> Share:
    return Share(group, len(smes), sum(of_sme[sme] > 0 for sme in smes), sum(of_sme[sme] for sme in smes))


def _bonus(problem: Problem, planner: Planner) -> Bonus:
    plain = changed(problem, Changes(coverage_bonus=0))
    with_it = figures(problem, planner.plan(problem).placements)
    without = figures(plain, planner.plan(plain).placements)
    return Bonus(
        bonus=problem.coverage_bonus,
        covered=with_it.covered,
        covered_without=without.covered,
        placed=with_it.placed,
        placed_without=without.placed,
        score=with_it.value - problem.coverage_bonus * with_it.covered,
        score_without=without.value,
    )
