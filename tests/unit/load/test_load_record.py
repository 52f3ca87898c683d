"""The clients' record and what is read out of it."""

from tests.load.figures import figures, first_success, longest_silence, percentile
from tests.load.record import Command, Record, read


def command(key: str, sent_at: float, answered_at: float, outcome="acknowledged", attempts=1, service="matching"):
    return Command(
        key, service, "POST", f"/{service}/x", sent_at, outcome, answered_at, attempts, 201, events=(f"{key}-event",)
    )


def test_a_record_is_read_as_it_was_written(tmp_path):
    record = Record(tmp_path / "load.jsonl")
    answered, open_one = command("a", 1.0, 2.0), Command("b", "grants", "PUT", "/grants/y", 3.0)
    record.sent(answered)
    record.ended(answered)
    record.sent(open_one)
    record.close()
    found = read(record.path)
    assert found == {"a": answered, "b": open_one}
    assert found["b"].outcome == "unanswered"
    assert record.commands() == [answered]


def test_a_torn_last_line_is_left_out(tmp_path):
    record = Record(tmp_path / "load.jsonl")
    record.sent(command("a", 1.0, 2.0))
    record.close()
    with record.path.open("ab") as file:
        file.write(b'{"key": "b", "serv')
    assert set(read(record.path)) == {"a"}


def test_figures_are_of_what_ended_in_the_span():
    told = [
        command("a", 0.0, 1.0),
        command("b", 0.5, 4.0, attempts=3),
        command("c", 1.0, 2.0, "refused"),
        command("d", 1.0, 3.0, "unanswered"),
        command("e", 8.0, 9.0),
    ]
    found = figures(told, 0.0, 5.0)
    assert (found.acknowledged, found.refused, found.unanswered, found.retried) == (2, 1, 1, 1)
    assert (found.rate, found.p50, found.p99) == (0.4, 3.5, 3.5)


def test_a_success_counts_when_it_was_sent_after_the_fault():
    told = [command("a", 9.9, 10.1), command("b", 10.2, 14.0), command("c", 11.0, 13.0), command("d", 10.0, 10.5)]
    assert first_success(told[:3], "matching", 10.0) == 3.0
    assert first_success(told, "matching", 10.0) == 0.5
    assert first_success(told, "grants", 10.0) is None


def test_silence_lasts_to_the_ends_of_the_span():
    told = [command("a", 0.0, 11.0), command("b", 0.0, 12.0), command("c", 0.0, 12.5, service="grants")]
    assert longest_silence(told, "matching", 10.0, 20.0) == 8.0
    assert longest_silence(told, "consultation", 10.0, 20.0) == 10.0


def test_a_percentile_of_nothing_is_nothing():
    assert percentile([], 0.5) == 0.0
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.5) == 3.0
