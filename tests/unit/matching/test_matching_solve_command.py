"""The command `solve`: one line out, the timetable in its file, bad input and contradictions with their exit status."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from test_matching_planner import INSTANCE

ROOT = Path(__file__).resolve().parents[3]


def _solve(tmp_path, instance, *options):
    path = tmp_path / "instance.json"
    path.write_text(instance if isinstance(instance, str) else json.dumps(instance), encoding="utf-8")
    command = [sys.executable, "-m", "services.matching", "solve", str(path), *options]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


def test_it_writes_the_timetable_and_prints_what_is_proved(tmp_path):
    out = tmp_path / "solution.json"
    ended = _solve(tmp_path, INSTANCE, "--out", str(out), "--seconds", "20")
    assert (ended.returncode, ended.stderr) == (0, "")
    (line,) = ended.stdout.splitlines()
    told, written = json.loads(line), json.loads(out.read_text(encoding="utf-8"))
    assert (told["status"], told["must"], told["gap"]) == ("optimal", 1, 0.0)
    assert told["value"] == told["bound"] == written["bounds"]["value"]
    assert {"request": "R5", "slot": 2} in written["schedule"]
    assert len(written["schedule"]) == told["meetings"]
    assert {"highspy", "ortools"} <= told["versions"].keys()


def test_without_any_time_there_is_still_a_plan_with_its_bound(tmp_path):
    ended = _solve(tmp_path, INSTANCE, "--seconds", "0")
    told = json.loads(ended.stdout)
    assert ended.returncode == 0
    assert told["meetings"] > 0
    assert told["value"] <= told["bound"]


def test_a_contradiction_is_told_and_ends_with_1(tmp_path):
    ended = _solve(tmp_path, {**INSTANCE, "fixed": [{"request": "R5", "slot": 3}]})
    assert ended.returncode == 1
    told = json.loads(ended.stdout)
    assert told["status"] == "infeasible"
    assert "S2 is not available in slot 3" in told["why"]


@pytest.mark.parametrize(
    ("instance", "words"),
    [("{", "instance.json"), ("[]", "not a JSON object"), ({**INSTANCE, "slots": 0}, "slots is 0")],
)
def test_what_is_malformed_is_told_in_one_line_and_ends_with_2(tmp_path, instance, words):
    ended = _solve(tmp_path, instance)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert words in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_folder_that_is_not_there_is_told_before_anything_is_solved(tmp_path):
    ended = _solve(tmp_path, INSTANCE, "--out", str(tmp_path / "nowhere" / "solution.json"))
    assert ended.returncode == 2
    assert "no such folder" in ended.stderr
