"""The 2023 fair's files: made by the script byte for byte, true to the release, honest about what is made up."""

import csv
import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from contracts import consultation, matching
from contracts.fields import Code, Title
from contracts.registration import CLAIM_SUBJECTS

FOLDER = Path(__file__).parents[3] / "data" / "fair-2023"
TABLES = sorted(path.stem for path in FOLDER.glob("*.csv"))
TITLES = {
    "buyers": ("name",),
    "smes": ("name",),
    "demands": ("title",),
    "requests": ("technology",),
    "onsite": ("technology",),
    "challenges": ("proposer", "title"),
    "briefings": ("title", "hosts"),
    "programmes": ("name",),
}


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(name: str, key: str) -> list[str]:
    return [row[key] for row in rows(name)]


def test_the_script_makes_the_same_bytes_again(tmp_path):
    subprocess.run([sys.executable, "-B", FOLDER / "generate.py", tmp_path], check=True, capture_output=True)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {name: (FOLDER / name).read_bytes() for name in [*(f"{table}.csv" for table in TABLES), "fair.json"]}


def test_the_release_is_kept_verbatim():
    digest = hashlib.sha256((FOLDER / "press-release.txt").read_bytes()).hexdigest()
    assert digest == "74b312456e068c8f67ee0a6d8136decbfe1de02ed61c890d9d030918716b5459"


def test_the_readme_describes_every_file():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [name for name in [*TABLES, "fair"] if not re.search(rf"`{name}\.(csv|json)`", readme)] == []
    undescribed = [
        (name, key)
        for name in TABLES
        for key in rows(name)[0]
        if key not in {"synthetic", "source"} and f"`{key}`" not in readme
    ]
    assert undescribed == []


@pytest.mark.parametrize("name", TABLES)
def test_every_row_says_whether_it_is_made_up(name):
    labels = {(row["synthetic"], row["source"]) for row in rows(name)}
    assert labels <= {("false", "press-release-2023"), ("true", "synthetic-2023")}


@pytest.mark.parametrize("name", sorted(TITLES))
def test_titles_are_fit_for_events(name):
    for row in rows(name):
        for key in TITLES[name]:
            for title in row[key].split(";") if key == "hosts" else [row[key]]:
                assert Title().deserialize(title) == title


def test_the_listed_buyers_are_39_in_three_kinds():
    buyers = rows("buyers")
    text = (FOLDER / "press-release.txt").read_text(encoding="utf-8")
    assert Counter(row["kind"] for row in buyers) == {"large": 25, "mid-sized": 6, "public-institution": 8}
    assert all(row["name"] in text and row["synthetic"] == "false" for row in buyers)
    assert buyers[-1]["name"] == "한국철도공사"
    assert sorted(column("buyer_settings", "buyer")) == sorted(column("buyers", "name"))


def test_only_bycom_is_a_real_sme_and_carries_no_assumption():
    smes = rows("smes")
    real = [row for row in smes if row["synthetic"] == "false"]
    assert len(smes) == 147
    assert [row["name"] for row in real] == ["㈜바이컴"]
    assert not any(real[0][key] for key in ("region", "max_meetings", "available_slots", "topics", "business_number"))
    assert all(row["name"].startswith("(가상) ") for row in smes if row not in real)


def test_924_requests_by_all_smes_within_the_quota():
    requests = rows("requests")
    per_sme = Counter(row["sme"] for row in requests)
    assert len(requests) == 924
    assert set(per_sme) == set(column("smes", "name"))
    assert max(per_sme.values()) <= 15
    assert set(column("requests", "buyer")) <= set(column("buyers", "name"))
    assert len({(row["sme"], row["buyer"], row["technology"]) for row in requests}) == 924


def test_demand_is_skewed_towards_few_buyers():
    counts = [count for _, count in Counter(column("requests", "buyer")).most_common()]
    assert counts[0] > 5 * counts[-1]


@pytest.mark.parametrize(
    ("name", "key"),
    [(name, "external_id") for name in TABLES if "external_id" in rows(name)[0]]
    + [("smes", "name"), ("buyers", "name"), ("answers", "request"), ("day", "request"), ("applications", "request")],
)
def test_keys_are_unique(name, key):
    values = column(name, key)
    assert len(set(values)) == len(values)


def test_every_request_has_an_answer_and_a_fate():
    requests, on_site = column("requests", "external_id"), column("onsite", "external_id")
    assert column("answers", "request") == requests
    assert column("day", "request") == [*requests, *on_site]
    assert set(column("answers", "answer")) == {*matching.ANSWERS, "none"}


def test_on_site_requests_are_new_pairs_in_time_order():
    before = {(row["sme"], row["buyer"]) for row in rows("requests")}
    on_site = rows("onsite")
    pairs = [(row["sme"], row["buyer"]) for row in on_site]
    assert not before & set(pairs)
    assert len(set(pairs)) == len(pairs)
    assert column("onsite", "asked_at") == sorted(column("onsite", "asked_at"))


def test_the_day_is_consistent():
    for row in rows("day"):
        held = row["attendance"] == "held"
        assert held == (row["absent"] == "")
        assert held == (row["outcome"] in consultation.OUTCOMES)
        assert held or not (row["note"] or row["buyer_rating"] or row["sme_rating"])
        assert all(row[key] in {"", "1", "2", "3", "4", "5"} for key in ("buyer_rating", "sme_rating"))
        committed = row["outcome"] == "development-commitment"
        assert committed == (row["commitment_programme"] in consultation.PROGRAMME_KINDS)
        assert committed == bool(row["commitment_total_krw"])
        assert not held or row["note"].startswith("(가상) ")


def test_applications_keep_the_limits_of_their_programme():
    programmes = {row["external_id"]: row for row in rows("programmes")}
    totals = {row["request"]: row["commitment_total_krw"] for row in rows("day")}
    for row in rows("applications"):
        limit = programmes[row["programme"]]
        total, grant, cash = (int(row[key]) for key in ("total_krw", "grant_krw", "own_cash_krw"))
        assert row["total_krw"] == totals[row["request"]]
        assert grant + cash + int(row["own_in_kind_krw"]) == total
        assert 0 < grant <= int(limit["max_grant_krw"])
        assert grant * 10_000 <= total * int(limit["max_government_share_bp"])
        assert cash * 10_000 >= (total - grant) * int(limit["min_own_cash_bp"])
        assert 1 <= int(row["months"]) <= int(limit["max_months"])


def test_claims_quote_the_release():
    text = (FOLDER / "press-release.txt").read_text(encoding="utf-8")
    claims = rows("claims")
    assert {row["subject"] for row in claims} == set(CLAIM_SUBJECTS)
    for row in claims:
        assert row["quote"] in text
        assert row["value"] in row["quote"]


def test_what_the_release_does_not_name_is_left_out():
    assert len(rows("challenges")) == 3
    assert [row["company"] for row in rows("awards")] == ["㈜바이컴", *[""] * 9]


def test_persons_are_plainly_made_up():
    contacts = rows("contacts")
    assert {(row["side"], row["company"]) for row in contacts} == {
        *(("buyer", name) for name in column("buyers", "name")),
        *(("sme", name) for name in column("smes", "name")),
    }
    for row in contacts:
        assert re.fullmatch(r"010-0000-\d{4}", row["phone"])
        assert row["email"].endswith("@example.invalid")
        assert row["name"].startswith("(가상) ")


def test_topics_are_codes():
    for name in ("buyer_settings", "smes", "demands", "requests", "onsite"):
        for topics in column(name, "topics"):
            for topic in filter(None, topics.split(";")):
                Code().deserialize(topic)


def test_slots_are_in_order_and_labelled_as_assumed():
    fair = json.loads((FOLDER / "fair.json").read_text(encoding="utf-8"))
    slots = fair["assumptions"]["slots"]
    times = [time for slot in slots for time in (slot["starts_at"], slot["ends_at"])]
    assert times == sorted(times)
    assert [slot["slot"] for slot in slots] == list(range(1, len(slots) + 1))
    assert fair["assumptions"]["synthetic"] is True
    assert fair["facts"]["synthetic"] is False
    milestones = list(fair["assumptions"]["milestones"].values())
    assert milestones == sorted(milestones)
    for name in ("buyer_settings", "smes"):
        available = {slot for row in rows(name) for slot in row["available_slots"].split(";") if slot}
        assert available <= {str(slot["slot"]) for slot in slots}


def test_the_floor_holds_as_many_meetings_as_the_readme_says():
    settings = rows("buyer_settings")
    assert sum(int(row["tables"]) * len(row["available_slots"].split(";")) for row in settings) == 243
