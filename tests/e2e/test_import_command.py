"""`python -m services import` on the database of an embedded suite."""

import base64
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.chassis import assembly
from services.chassis.access import Actor
from services.embedded.stack import Stack
from services.importing.command import import_command
from services.registration.definition import SERVICE
from services.registration.domain.commands import OpenFair
from services.registration.projections import tables

FAIR = "0190a5c0-1111-7abc-8def-0123456789ab"
BUYERS = "기업명,구분\n케이티,대기업\n풀무원,중견기업\n"
SMES = "기업명\n㈜바이컴\n하나\n"
REQUESTS = "중소기업,수요기업,기술명\n㈜바이컴,케이티,수소 압력센서\n하나,풀무원,발효 제어\n"


@dataclass
class Suite:
    directory: Path
    folder: Path

    def run(self, kind: str, content: str, *options: str, fair: str = FAIR, encoding: str = "cp949") -> Result:
        file = self.folder / f"{kind}.csv"
        file.write_text(content, encoding=encoding)
        arguments = [str(file), "--kind", kind, "--fair", fair, "--directory", str(self.directory), *options]
        return CliRunner().invoke(import_command, arguments, env={"LC_ALL": "", "LANG": "en_US.UTF-8"})

    def rows(self, table) -> list[dict]:
        application = assembly.open_application(SERVICE, self.settings())
        with application.reading() as queries:
            found = [dict(row) for row in queries.find(table)]
        application.database.close()
        return found

    def settings(self):
        stack = Stack(self.directory)
        settings = stack.settings("registration")
        stack.stop()
        return settings


@pytest.fixture
def suite(tmp_path):
    suite = Suite(tmp_path / "var", tmp_path)
    application = assembly.open_application(SERVICE, suite.settings())
    opening = OpenFair(fair_id=FAIR, name="박람회", edition=2, date="2023-11-21", venue="COEX", request_quota=3)
    application.execute(opening, Actor("organiser-1", "organiser"))
    application.database.close()
    return suite


def test_files_go_in_and_a_second_time_change_nothing(suite):
    for kind, content in (("buyers", BUYERS), ("smes", SMES), ("requests", REQUESTS)):
        options = () if kind == "requests" else ("--approve",)
        done = suite.run(kind, content, *options)
        assert (done.exit_code, "Took 2 of 2 rows" in done.stdout) == (0, True), done.output
        again = suite.run(kind, content, *options)
        assert (again.exit_code, again.stdout.strip()) == (0, "Took 2 of 2 rows (0 refused, 0 new events).")
    assert {row["technology"] for row in suite.rows(tables.consultation_requests)} == {"수소 압력센서", "발효 제어"}


def test_problems_are_told_one_a_line_and_end_in_1(suite):
    suite.run("buyers", BUYERS, "--approve")
    suite.run("smes", SMES, "--approve")
    bad = REQUESTS + "아무개,케이티,밸브\n하나,케이티,\n"
    done = suite.run("requests", bad)
    assert done.exit_code == 1
    first, second, figures = done.stdout.splitlines()
    assert first.startswith("A4  No SME of this fair")
    assert first.endswith("[company-not-in-fair]")
    assert second.startswith("C5  The cell is empty.")
    assert figures == "Nothing was stored: 2 of 4 rows have problems."
    assert suite.rows(tables.consultation_requests) == []
    taken = suite.run("requests", bad, "--accept-valid")
    assert (taken.exit_code, taken.stdout.splitlines()[-1]) == (1, "Took 2 of 4 rows (2 refused, 2 new events).")
    assert "아무개" not in done.output + taken.output


def test_a_bar_shows_how_far_it_is(suite):
    assert "2/2" in suite.run("smes", SMES).stderr


def test_it_speaks_korean_where_the_terminal_does(suite):
    file = suite.folder / "smes.csv"
    file.write_text("기업명\n하나\n하나\n", encoding="utf-8")
    arguments = [str(file), "--kind", "smes", "--fair", FAIR, "--directory", str(suite.directory)]
    done = CliRunner().invoke(import_command, arguments, env={"LC_ALL": "", "LC_MESSAGES": "", "LANG": "ko_KR.UTF-8"})
    assert "2행과 같은 내용입니다" in done.stdout
    assert "아무것도 저장하지 않았습니다" in done.stdout


def test_what_it_cannot_work_with_is_said_in_one_line(suite, tmp_path):
    unknown = suite.run("smes", SMES, fair="0190a5c0-1111-7abc-8def-000000000000")
    assert (unknown.exit_code, unknown.stderr.splitlines()[-1]) == (1, "There is no such fair.")
    nowhere = suite.run("smes", SMES, "--directory", str(tmp_path / "nowhere"))
    assert nowhere.exit_code == 1
    assert "there is no registration.db" in nowhere.stderr
    assert not (tmp_path / "nowhere").exists()
    assert suite.run("smes", SMES, "--occurred-at", "2023-11-21T10:00:00").exit_code == 2
    assert suite.run("smes", SMES, "--occurred-at", "2123-11-21T10:00:00Z").exit_code == 2
    assert suite.run("smes", SMES, fair="1").exit_code == 2


def test_the_environment_names_the_database_of_a_deployment(suite, tmp_path):
    file = suite.folder / "smes.csv"
    file.write_text(SMES, encoding="utf-8")
    settings = suite.settings()
    key = base64.b64encode(bytes(range(32))).decode()
    environment = {
        "SERVICE_DATABASE_URL": settings.database_url,
        "BUS_URL": "local:unused",
        "TOKEN_KEY": key,
        "VAULT_KEY": key,
        "FINGERPRINT_KEY": key,
    }
    done = CliRunner().invoke(import_command, [str(file), "--kind", "smes", "--fair", FAIR], env=environment)
    assert done.exit_code == 0, done.output
    assert {row["name"] for row in suite.rows(tables.companies)} == {"㈜바이컴", "하나"}
    broken = CliRunner().invoke(
        import_command, [str(file), "--kind", "smes", "--fair", FAIR], env={**environment, "VAULT_KEY": "short"}
    )
    assert (broken.exit_code, broken.stderr.startswith("VAULT_KEY: must be 32 random bytes")) == (1, True)
