"""What a run comes to, as a table: fault, moment, how long until everybody was served again."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from services.suite import SERVICES
from tests.faults.trial import Tried
from tests.load.figures import Figures, figures, first_success, longest_silence, percentile
from tests.load.record import Command

GOAL_SECONDS = 10.0
NAMES = tuple(service.name for service in SERVICES)


def recovery(commands: Sequence[Command], one: Tried, until: float) -> float:
    """Seconds from the end of the fault until every service had acknowledged a command that was sent later."""
    found = [first_success(_ending(commands, one.lifted, until), name, one.lifted) for name in NAMES]
    return max(until - one.lifted if seconds is None else seconds for seconds in found)


def silence(commands: Sequence[Command], one: Tried, until: float) -> float:
    """The longest time, from the beginning of the fault on, in which some service acknowledged nothing."""
    return max(longest_silence(commands, name, one.began, until) for name in NAMES)


def _ending(commands: Iterable[Command], since: float, until: float) -> list[Command]:
    return [command for command in commands if since <= command.answered_at < until]


def spans(tried: Sequence[Tried], end: float) -> list[tuple[Tried, float]]:
    """Each fault with the moment at which the next one began."""
    return [*((one, following.began) for one, following in pairwise(tried)), (tried[-1], end)]


def table(tried: Sequence[Tried], commands: Sequence[Command], began: float, ended: float) -> str:
    """Every fault in the order of trying, then what all of them come to."""
    lines = [
        "| At | Fault | Target | Lasted | First success | Longest silence | Events flow | Done | Retried | Given up |",
        "| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one, until in spans(tried, ended):
        found = figures(commands, one.began, until)
        flow = max(one.arrivals.values(), default=0.0)
        lines.append(
            f"| {one.began - began:.0f} s | {one.kind.name} | {one.target} | {one.kind.lasts:.0f} s "
            f"| {recovery(commands, one, until):.1f} s | {silence(commands, one, until):.1f} s | {flow:.1f} s "
            f"| {found.acknowledged} | {found.retried} | {found.unanswered} |"
        )
    return "\n".join([*lines, "", *_summary(tried, commands, began, ended)])


def _summary(tried: Sequence[Tried], commands: Sequence[Command], began: float, ended: float) -> list[str]:
    kinds: dict[str, list[tuple[float, float, float]]] = {}
    for one, until in spans(tried, ended):
        flow = max(one.arrivals.values(), default=0.0)
        kinds.setdefault(one.kind.name, []).append(
            (recovery(commands, one, until), silence(commands, one, until), flow)
        )
    lines = [
        "| Fault | Times | First success p50 | p95 | max | Longest silence max | Events flow max |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, found in [*sorted(kinds.items()), ("all", [each for of_kind in kinds.values() for each in of_kind])]:
        firsts = sorted(first for first, _, _ in found)
        lines.append(
            f"| {name} | {len(found)} | {percentile(firsts, 0.5):.1f} s | {percentile(firsts, 0.95):.1f} s "
            f"| {firsts[-1]:.1f} s | {max(quiet for _, quiet, _ in found):.1f} s "
            f"| {max(flow for _, _, flow in found):.1f} s |"
        )
    total: Figures = figures(commands, began, ended)
    kills = sum(one.kind.kill for one in tried)
    p95 = percentile(sorted(recovery(commands, one, until) for one, until in spans(tried, ended)), 0.95)
    verdict = "met" if p95 < GOAL_SECONDS else "missed"
    goal = f"Goal of p95 under {GOAL_SECONDS:.0f} s until the first success: {verdict} ({p95:.1f} s)."
    waits = f"p50 {total.p50 * 1000:.0f} ms, p99 {total.p99:.2f} s with retries"
    fates = f"{total.refused} refused, {total.retried} retried, {total.unanswered} given up"
    return [
        *lines,
        "",
        f"{len(tried)} faults, {kills} of them kills, in {ended - began:.0f} s. {goal}",
        f"{total.acknowledged} commands acknowledged ({total.rate:.0f}/s), {fates}; {waits}.",
    ]
