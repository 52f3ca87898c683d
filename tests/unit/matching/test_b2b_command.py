"""The command: one line of JSON whatever happens, and the race behind it with its two real processes."""

import json

import pytest
from b2b_days import dzn
from click.testing import CliRunner

from services.matching.b2b import checker
from services.matching.b2b.findings import Bound, Found, Impossible
from services.matching.b2b.instance import Instance, Meeting
from services.matching.b2b_race import race
from services.matching.b2b_race.command import b2b
from services.matching.b2b_race.lines import from_line, news, to_line

NONE = frozenset[int]()
TORN = Instance(4, 2, 5, 5, (Meeting(0, 1), Meeting(0, 2), Meeting(0, 3)), (frozenset({2, 4}), NONE, NONE, NONE))
"""Participant 1 can only meet in slots 1, 3 and 5."""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "torn.dzn"
    path.write_text(dzn(TORN))
    return path


def said(*arguments) -> dict:
    result = CliRunner().invoke(b2b, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    return json.loads(line)


def test_the_best_timetable_is_proven_and_written(file, tmp_path):
    out = tmp_path / "out.json"
    answer = said(file, "--fairness", "2", "--out", out)
    assert {key: answer[key] for key in ("file", "fairness", "status", "breaks", "bound")} == {
        "file": "torn.dzn", "fairness": 2, "status": "optimal", "breaks": 2, "bound": 2,
    }  # fmt: skip
    written = json.loads(out.read_text())
    assert written["breaks_of"] == [2, 0, 0, 0]
    assert list(checker.violations(TORN, written["slots"], 2)) == []


def test_no_timetable_is_proven_too(file, tmp_path):
    out = tmp_path / "out.json"
    answer = said(file, "--fairness", "1", "--out", out)
    assert (answer["status"], answer["breaks"], answer["bound"]) == ("infeasible", None, None)
    assert json.loads(out.read_text())["slots"] is None


def test_no_time_at_all_still_gives_an_answer(file):
    answer = said(file, "--seconds", "0.000001")
    assert (answer["status"], answer["breaks"], answer["bound"]) == ("unknown", None, 0)


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"nBusiness = 4;\nnMeetings = [;", "line 2: a number expected, not `;`"), (b"", "nBusiness is missing"),
     (b"\xff\xfe", "not a text in UTF-8, so not MiniZinc data")],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_in_one_line(tmp_path, content, line):
    path = tmp_path / "bad.dzn"
    path.write_bytes(content)
    result = CliRunner().invoke(b2b, [str(path)])
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{path}: {line}\n")


def test_a_missing_file_and_an_impossible_output_are_refused(file, tmp_path):
    missing = CliRunner().invoke(b2b, [str(tmp_path / "none.dzn")])
    assert (missing.exit_code, missing.stderr) == (
        2,
        f"{tmp_path / 'none.dzn'}: cannot be read: No such file or directory\n",
    )
    nowhere = CliRunner().invoke(b2b, [str(file), "--out", str(tmp_path)])
    assert (nowhere.exit_code, nowhere.stderr) == (2, f"{tmp_path}: cannot be written: Is a directory\n")


def test_an_interrupt_gives_the_best_so_far_with_its_bound(monkeypatch):
    best = Found((1, 3, 5), 2)

    def interrupted(members, end):
        yield Bound(1), members[0]
        yield best, members[1]
        raise KeyboardInterrupt

    monkeypatch.setattr(race, "_findings", interrupted)
    outcome = race.Race(dzn(TORN), TORN, 2).run(60)
    assert outcome == race.Outcome("unknown", (1, 3, 5), 2, 1)


def test_a_search_that_breaks_a_rule_is_found_out(monkeypatch):
    monkeypatch.setattr(race, "_findings", lambda members, _end: iter([(Found((1, 2, 3), 0), members[0])]))
    with pytest.raises(race.RaceError, match="meeting 2 is in slot 2, forbidden to participant 1"):
        race.Race(dzn(TORN), TORN, 2).run(60)


def test_searches_that_fail_are_not_taken_for_an_answer():
    with pytest.raises(race.RaceError, match="a search ended with"):
        race.Race("no data", TORN, 2).run(60)


@pytest.mark.parametrize("finding", [Bound(3), Found((1, 2), 4), Impossible()])
def test_what_is_found_travels_as_a_line(finding):
    assert from_line(to_line(finding)) == finding
    assert from_line(to_line(news(finding))) == (Found((), 4) if isinstance(finding, Found) else finding)
