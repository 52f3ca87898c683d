"""The records of the fair as the rehearsal reads them."""

from pathlib import Path

import pytest

from contracts.fields import IDENTIFIER
from services.rehearsal.client import RehearsalError
from services.rehearsal.records import read


def test_every_request_and_every_fate_belong_together():
    records = read()

    assert len(records["requests"]) == 924
    assert {row["external_id"] for row in records.asked.values()} == set(records.fates)


def test_ids_are_the_same_in_every_run_and_differ_between_kinds():
    first, second = read(), read()

    assert first.companies == second.companies
    assert len(set(first.companies.values())) == 39 + 147
    assert first.id("request", "r0001") != first.id("award", "r0001")
    assert all(IDENTIFIER.fullmatch(company_id) for company_id in first.companies.values())


def test_a_folder_without_the_records_is_said_in_one_line(tmp_path: Path):
    with pytest.raises(RehearsalError) as raised:
        read(tmp_path)

    assert len(str(raised.value).splitlines()) == 1
    assert "cannot be read" in str(raised.value)
