"""The benchmark of published instances finds out what disagrees, on a tiny instance of its own."""

import pytest

from tests.benchmarks import bench_b2b

DATA = """nBusiness = 4; nMeetings = 3; nTables = 2; nTotalSlots = 5; nMorningSlots = 5;
requested = [|1, 2,3, |1, 3,3, |1, 4,3, |];
forbidden = [{0,2,4}, {0}, {0}, {0}]; fixed = [0,0,0]; precedences = [{}, {}, {}];
"""


@pytest.fixture
def folder(tmp_path):
    def write(optimum: str):
        (tmp_path / "tiny.original.dzn").write_text(DATA)
        (tmp_path / "optima.csv").write_text(
            "file,instance,variant,fairness_d,optimum_breaks,published_best_seconds\n"
            f"tiny.original.dzn,tiny,original,2,{optimum},0.5\n"
        )
        return tmp_path

    return write


@pytest.mark.parametrize(("optimum", "code", "said"), [("2", 0, "yes"), ("1", 1, "NO"), ("unsat", 1, "NO")])
def test_an_answer_is_compared_with_what_is_published(folder, capsys, optimum, code, said):
    assert bench_b2b.main(["--data", str(folder(optimum))]) == code
    _, row, originals, everything = capsys.readouterr().out.splitlines()
    assert row.split()[:6] == ["tiny.original.dzn", "optimal", "2", "2", optimum, said]
    assert originals.startswith(f"originals: {1 - code} of 1 proven and agreeing")
    assert everything.startswith(f"all: {1 - code} of 1")


def test_missing_instances_are_said(tmp_path, capsys):
    assert bench_b2b.main(["--data", str(tmp_path)]) == 2
    assert "--data" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("answer", "optimum", "right"),
    [
        ({"status": "optimal", "breaks": 2, "bound": 2}, "2", True),
        ({"status": "unknown", "breaks": 2, "bound": 1}, "2", False),
        ({"status": "infeasible", "breaks": None, "bound": None}, "unsat", True),
        ({"status": "unknown", "breaks": None, "bound": 0}, "unsat", False),
        ({"status": "infeasible", "breaks": None, "bound": None}, "0", False),
    ],
)
def test_only_a_proof_agrees(answer, optimum, right):
    assert bench_b2b.agrees(answer, optimum) is right


def test_timetables_are_checked_again():
    assert bench_b2b.problems(DATA, 2, {"breaks": 2, "slots": [1, 3, 5]}) == []
    assert bench_b2b.problems(DATA, 2, {"breaks": 1, "slots": [1, 3, 5]}) == ["1 breaks said, 2 counted"]
    assert bench_b2b.problems(DATA, 2, {"breaks": 0, "slots": [1, 2, 3]}) == [
        "meeting 2 is in slot 2, forbidden to participant 1"
    ]
    assert bench_b2b.problems(DATA, 2, {"breaks": None, "slots": None}) == []
