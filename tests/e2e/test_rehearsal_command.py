"""The command itself: what it prints, the second start, and how it ends when something is wrong."""

import re
import socket
from pathlib import Path

import pytest

from services.chassis.tokens import verify
from services.rehearsal.running import rehearse
from services.rehearsal.scene import AUDITOR
from tests.e2e.rehearsed import Held, suite

FIGURE = re.compile(r"│ +(?P<label>.*?) +│ +(?P<figure>[\d,.]+) +│ +(?P<events>[\d,]+) +│")


def one_line(err: str) -> str:
    (line,) = err.splitlines()
    return line


def test_the_first_run_prints_every_part_in_korean(held: Held):
    for part in (
        "등록",
        "시간표",
        "행사일",
        "기술개발 약속과 후속 조사",
        "지원사업: 공동투자형 기술개발사업",
        "보도자료의 주장과 기록",
    ):
        assert part in held.told.out
    assert held.told.err == ""


def test_lines_with_made_up_figures_are_marked(held: Held):
    labels = {found["label"]: found["figure"] for found in FIGURE.finditer(held.told.out)}

    assert labels["상담 신청 (가상)"] == "924"
    assert labels["수요기업"] == "39"
    after = held.told.out.partition("\n시간표")[2].partition("보도자료의 주장과")[0]
    assert all("(가상)" in found["label"] for found in FIGURE.finditer(after))


def test_a_printed_address_shows_the_events(held: Held):
    printed = re.findall(r"\[\d+\] http://[^/]+(/\S+)", held.told.out)

    assert len(printed) > 30
    path, _, query = next(address for address in printed if "consultation-requested" in address).partition("?")
    assert held.scene.client.get(AUDITOR, path, **dict(part.split("=") for part in query.split("&")))["total"] == 924


def test_a_second_start_finds_everything_done(held: Held):
    steps: list[str] = []

    assert rehearse(held.scene, lambda name, _: steps.append(name)) is False
    assert steps == []


def test_the_printed_way_to_a_token_works(held: Held):
    told = suite("token", "--role", "auditor", "--directory", str(held.directory))

    assert verify(told.out.strip(), held.stack.keys.token_key).role == "auditor"


def test_two_suites_cannot_share_a_directory(held: Held):
    told = suite("run", "--once", "--directory", str(held.directory), "--port", "0")

    assert told.code == 1
    assert "another suite runs" in one_line(told.err)


@pytest.mark.parametrize("command", [("run", "--once"), ("serve",)])
def test_a_taken_port_is_said_in_one_line(tmp_path: Path, command: tuple[str, ...]):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        told = suite(*command, "--directory", str(tmp_path), PORT=port)

    assert told.code == 1
    assert one_line(told.err) == f"port {port} is in use; choose another with PORT=..."


def test_a_broken_key_file_is_said_in_one_line(tmp_path: Path):
    (tmp_path / "keys.json").write_text("{}")

    told = suite("run", "--once", "--directory", str(tmp_path), "--port", "0")

    assert told.code == 1
    assert "keys.json cannot be read" in one_line(told.err)
