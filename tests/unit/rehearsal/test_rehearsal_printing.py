"""What is printed: every figure with its events and an address, and a mark on what is made up."""

from io import StringIO

import pytest
from rich.console import Console

from services.rehearsal.claims import Compared
from services.rehearsal.ledger import Figure, Section
from services.rehearsal.printing import Report

URL = "http://localhost:8000/registration/events?type=registration.sme-approved&fair_id=" + "0" * 36
SHOWN = {"ko": "(가상)", "en": "(synthetic)"}


def printed(language: str, show) -> str:
    output = StringIO()
    show(Report(Console(file=output, width=100, no_color=True), language))
    return output.getvalue()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_made_up_figure_is_marked_and_a_real_one_is_not(language: str):
    section = Section(
        "registered",
        (Figure("smes", "147", 148, URL, synthetic=True), Figure("awards", "10", 11, URL + "0", synthetic=False)),
    )

    lines = printed(language, lambda report: report.section(section)).splitlines()

    (made_up,) = [line for line in lines if "147" in line]
    (real,) = [line for line in lines if " 10 " in line]
    assert SHOWN[language] in made_up
    assert SHOWN[language] not in real
    assert "148" in made_up


def test_addresses_are_printed_whole_and_once():
    figures = tuple(Figure("smes", str(number), 1, URL, synthetic=False) for number in range(3))

    text = printed("en", lambda report: report.section(Section("registered", figures)))

    assert text.count(URL) == 1
    assert f"  [1] {URL}\n" in text


def test_a_claim_that_nothing_on_record_answers_is_said_to_be_so():
    claims = [
        Compared("attendants", 200, None, 0, "", URL, synthetic=False),
        Compared("buyers", 40, 39, 39, URL + "0", URL, synthetic=False),
    ]

    lines = printed("en", lambda report: report.claims(claims)).splitlines()

    (attendants,) = [line for line in lines if "attendants" in line]
    (buyers,) = [line for line in lines if "buyers" in line]
    assert "not on record" in attendants
    assert "-1" in buyers
