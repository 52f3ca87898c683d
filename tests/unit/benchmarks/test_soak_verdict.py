"""What a soak and a benchmark of scaling say of what they have seen."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import pytest

from tests.benchmarks.bottleneck import limited_by
from tests.benchmarks.database_waits import Waits
from tests.benchmarks.plot import Panel, svg, ticks
from tests.benchmarks.slopes import slope, trends
from tests.benchmarks.spending import CLIENTS, Spent

NOTHING_WAITS = Waits({"Client": 1.0}, 100.0, 100.0, 1.0, 1e6, 40)
IDLE = Spent(10.0, 2, {"matching-api": 0.5, "kafka": 0.2}, {"matching-api": 0.25, "kafka": 0.2}, 1.2, 0.1)


def test_a_slope_is_the_gain_a_minute():
    assert slope([(0, 5.0), (1, 7.0), (2, 9.0), (3, 11.0)]) == pytest.approx(2.0)
    assert slope([(0, 3.0), (1, 5.0), (2, 3.0)]) == pytest.approx(0.0)
    assert slope([(1, 3.0)]) == 0.0


def test_only_the_second_half_is_judged_by_its_gain_in_an_hour():
    warming = [(minute, min(minute, 10) * 10.0) for minute in range(30)]
    leaking = [(minute, 100.0 + 0.2 * minute) for minute in range(30)]
    found = {trend.name: trend for trend in trends({"warm": warming, "leak": leaking}, share=0.05, least=1.0)}
    assert (found["warm"].an_hour, found["warm"].flat) == (0.0, True)
    assert found["leak"].an_hour == pytest.approx(12.0)
    assert not found["leak"].flat
    assert trends({"shrinks": [(0, 9.0), (1, 5.0), (2, 1.0)]}, share=0.05, least=1.0)[0].flat


@pytest.mark.parametrize(
    ("highest", "marks"), [(0.3, [0.0, 0.1, 0.2, 0.3]), (95, [0, 50, 100]), (31, [0, 20, 40]), (1e-12, [0.0, 1e-9])]
)
def test_ticks_are_round_and_reach_the_highest(highest, marks):
    assert ticks(highest)[0] == 0.0
    assert ticks(highest)[-1] >= highest
    assert ticks(highest) == pytest.approx(marks, abs=1e-9)


def test_a_plot_names_every_line_once_and_labels_do_not_lie_on_each_other():
    lines = {f"{name}-{role}": [(0.0, 100.0), (30.0, 101.0)] for name in "abcd" for role in ("api", "worker")}
    text = svg("Soaked & well", [Panel("Memory, MB", lines), Panel("Nothing", {})])
    root = ET.fromstring(text)  # noqa: S314 - the text is ours
    labels = [
        element for element in root.iter("{http://www.w3.org/2000/svg}text") if (element.text or "").endswith(" 101")
    ]
    assert sorted((label.text or "").split()[0] for label in labels) == sorted(lines)
    heights = sorted(float(label.attrib["y"]) for label in labels)
    assert min(later - earlier for earlier, later in pairwise(heights)) >= 12
    colours = {(label.text or "")[0]: label.attrib["fill"] for label in labels}
    assert len(set(colours.values())) == 4


def test_what_limits_is_what_is_used_up():
    assert "nothing that is used up" in limited_by(IDLE, NOTHING_WAITS)
    full = replace(IDLE, idle=0.1, used={"matching-api": 1.2, "kafka": 0.5})
    assert limited_by(full, NOTHING_WAITS).startswith("the CPU of this machine: 1.90 of 2 cores are busy (apis 1.20")
    one = replace(IDLE, cores=8, idle=5.0, busiest={"matching-api": 0.97})
    assert limited_by(one, NOTHING_WAITS).startswith("one process of matching-api")
    assert limited_by(replace(one, busiest={CLIENTS: 0.98}), NOTHING_WAITS).startswith("the clients")
    locked = replace(NOTHING_WAITS, sessions={"Lock:tuple": 3.0, "Client": 1.0})
    assert limited_by(IDLE, locked).startswith("locks in PostgreSQL: 75%")
    assert limited_by(IDLE, replace(locked, sessions={"IO:WalSync": 2.0})).startswith("the disk: 100%")
