"""How good the timetable is, what more room would bring, how evenly the meetings fall: said at the end of a run."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from services.rehearsal.client import Json
from services.rehearsal.scene import AUDITOR, Scene

HUNDRED: Final = 100
TEN: Final = 10


@dataclass(frozen=True)
class Said:
    """A line: a key of the texts with what stands in it, and a figure."""

    key: str
    figure: str
    values: dict[str, Any] = field(default_factory=dict)
    depth: int = 0


@dataclass(frozen=True)
class Outlook:
    """`verdict` is a sentence about the plan; each table has a title (a key), lines and the address it comes from."""

    verdict: Said
    tables: tuple[tuple[str, tuple[Said, ...], str], ...]


def outlook(scene: Scene) -> Outlook | None:
    """Of the run that made the fair's first timetable; None where the data come from before runs were recorded."""
    client, place = scene.client, f"/matching/{scene.fair}/runs"
    timetable_id = scene.records.id("timetable", "first")
    runs = client.get(AUDITOR, place, timetable_id=timetable_id, mode="draft")["items"]
    if not runs:
        return None
    run = runs[0]
    own = f"{place}/{run['run_id']}"
    curve, report = client.get(AUDITOR, f"{own}/capacity"), client.get(AUDITOR, f"{own}/fairness")
    return Outlook(
        _verdict(run),
        (
            ("capacity", tuple(_capacity(scene, curve)), f"{client.url}{own}/capacity"),
            ("fairness", tuple(_fairness(report)), f"{client.url}{own}/fairness"),
            ("changes", tuple(_changes(scene, timetable_id)), f"{client.url}/matching/{scene.fair}/unplaced"),
        ),
    )


def _verdict(run: Json) -> Said:
    """The certificate in words."""
    values = {**run, "digest": run["input_digest"][:12]}
    if run["status"] == "optimal":
        key = "verdict.optimal" if run["breaks_bound"] != run["breaks"] else "verdict.optimal-calm"
    elif run["value_bound"]:
        key = "verdict.bounded"
        short = HUNDRED * HUNDRED * (run["value_bound"] - run["value"]) // run["value_bound"]
        values["gap"] = f"{short // HUNDRED}.{short % HUNDRED:02}"
    else:
        key = "verdict.unproven"
    return Said(key, "", values)


def _capacity(scene: Scene, curve: Json) -> Iterator[Said]:
    yield Said("capacity.now", f"{curve['reached']['placed']:,}")
    limited = False
    for step in curve["steps"]:
        limited = limited or step["kind"] == "hall-table"
        values = {"added": step["added"], "who": _name(scene, step["who"]) if step["who"] else ""}
        yield Said(f"capacity.{step['kind']}", f"{step['more_meetings']:+,}", values, depth=1)
    if not limited:
        yield Said("capacity.hall-unlimited", "+0", depth=1)


def _fairness(report: Json) -> Iterator[Said]:
    overall, bonus = report["overall"], report["bonus"]
    yield Said("fairness.covered", _share(overall), overall)
    if len(report["regions"]) > 1:
        for share in report["regions"]:
            yield Said("fairness.region", _share(share), share, depth=1)
    for line in report["meetings"]:
        yield Said("fairness.meetings", f"{line['smes']:,}", line, depth=1)
    yield Said("fairness.bonus", f"{bonus['covered'] - bonus['covered_without']:+,}", bonus)
    yield Said("fairness.cost", f"{bonus['cost']:,}", bonus, depth=1)


def _changes(scene: Scene, timetable_id: str) -> Iterator[Said]:
    """For how many of those left out a single change would have been enough, by kind; and for how many none."""
    rows = scene.client.every(AUDITOR, f"/matching/{scene.fair}/unplaced", timetable_id=timetable_id)
    counted: dict[str, int] = {}
    for row in rows:
        for kind in {change["change"] for change in row["changes"] or ()} or {"none"}:
            counted[kind] = counted.get(kind, 0) + 1
    for kind, number in sorted(counted.items(), key=lambda pair: (pair[0] == "none", -pair[1], pair[0])):
        yield Said(f"change.{kind}", f"{number:,}")
    short = sorted(row["short_by"] for row in rows if row["short_by"] is not None)
    if short:
        yield Said("change.short", f"{short[len(short) // 2]:,}", {"number": f"{len(short):,}"})


def _share(share: Json) -> str:
    return f"{share['covered']:,} / {share['smes']:,} ({share['per_mille'] // TEN}.{share['per_mille'] % TEN} %)"


def _name(scene: Scene, participation_id: str) -> str:
    found = scene.client.get(AUDITOR, f"/registration/{scene.fair}/participations/{participation_id}")
    return str(scene.client.get(AUDITOR, f"/registration/companies/{found['company_id']}")["name"])
