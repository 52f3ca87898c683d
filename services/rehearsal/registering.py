"""Until registration closes: companies, the fair, who takes part, what is asked for, what is on stage."""

from functools import partial
from itertools import groupby
from typing import Any

from services.rehearsal.records import Row, flag, listed
from services.rehearsal.scene import ORGANISER, Scene, by_many_hands

SEATED_EVERY = 3
"""Every third SME books a seat in the first briefing, the one after it in the second: an assumption of this job."""


def open_fair(scene: Scene) -> None:
    """Companies, the fair and its day."""
    records, post, fair = scene.records, scene.client.post, scene.fair
    facts, assumed, at = records.facts, records.assumptions, records.at("fair_opened")
    companies = [row for side in ("buyers", "smes") for row in records[side]]
    by_many_hands(partial(_register, scene, row) for row in companies)
    opening = {name: facts[name] for name in ("name", "edition", "date", "venue", "source", "synthetic")}
    opening |= {name: assumed[name] for name in ("time_zone", "request_quota")}
    post(ORGANISER, "/registration/fairs", {**opening, "fair_id": records.fair_id}, at=at)
    day = {name: assumed[name] for name in ("slots", "lunch_after", "hall_tables", "answers_due_at", "synthetic")}
    post(ORGANISER, f"/registration/{fair}/schedule", day, at=at)


def admit_participants(scene: Scene) -> None:
    """Each applies, is approved, names its people and its hours; buyers say what they look for."""
    records = scene.records
    by_many_hands(partial(_admit, scene, "buyer", row) for row in records["buyers"])
    by_many_hands(partial(_admit, scene, "sme", row) for row in records["smes"])


def set_the_stage(scene: Scene) -> None:
    """Briefings with their seats, challenges, awards, the showcase."""
    records, post, place = scene.records, scene.client.post, f"/registration/{scene.fair}"
    settings = records.by("briefing_settings", "briefing")
    at = records.at("buyers_registered")
    for row in records["briefings"]:
        assumed = settings[row["external_id"]]
        body = {
            "briefing_id": records.id("briefing", row["external_id"]), "kind": row["kind"],
            "hosts": listed(row["hosts"]), "starts_at": assumed["starts_at"], "ends_at": assumed["ends_at"],
            "seats": int(assumed["seats"]), "source": row["source"],
        }  # fmt: skip
        post(ORGANISER, f"{place}/briefings", body, at=at)
    by_many_hands(partial(_book_seats, scene, number, row) for number, row in enumerate(records["briefings"]))
    invented = [row for row in records["smes"] if flag(row["synthetic"])]
    for row, sme in zip(records["challenges"], invented, strict=False):
        _challenge(scene, row, sme)
    for row in records["awards"]:
        company = records.company("sme", row["company"]) if row["company"] else None
        body = {
            "award_id": records.id("award", row["external_id"]), "category": row["category"], "company_id": company,
            "source": row["source"],
        }  # fmt: skip
        post(ORGANISER, f"{place}/awards", body, at=records.at("doors_open"))
    for row in records["showcases"]:
        body = {
            "showcase_id": records.id("showcase", row["external_id"]),
            "sme_company_id": records.company("sme", row["sme"]),
            "buyer_company_ids": [records.company("buyer", name) for name in listed(row["buyers"])],
            "source": row["source"],
        }
        post(ORGANISER, f"{place}/showcases", body, at=at)


def request_consultations(scene: Scene) -> None:
    """All requests, each SME's in the order of the file; then registration closes."""
    records = scene.records
    ordered = sorted(records["requests"], key=lambda row: row["sme"])
    groups = [list(rows) for _, rows in groupby(ordered, key=lambda row: row["sme"])]
    by_many_hands(partial(_ask_all, scene, rows) for rows in groups)
    path = f"/registration/{scene.fair}/close-registration"
    scene.client.post(ORGANISER, path, at=records.at("registration_closed"))


def _register(scene: Scene, row: Row) -> None:
    body = {
        "company_id": scene.records.id("company", row["external_id"]), "name": row["name"],
        "business_number": row["business_number"] or None, "source": row["source"], "synthetic": flag(row["synthetic"]),
    }  # fmt: skip
    scene.client.post(ORGANISER, "/registration/companies", body, at=scene.records.at("fair_opened"))


def _admit(scene: Scene, side: str, row: Row) -> None:
    records, post, name = scene.records, scene.client.post, row["name"]
    actor, at = scene.organiser_for(side, name), records.at(f"{side}s_registered")
    who, place = records.participation(side, name), f"/registration/{scene.fair}"
    settings = records.by("buyer_settings", "buyer")[name] if side == "buyer" else row
    application: dict[str, Any] = {
        "company_id": records.company(side, name), "source": row["source"], "synthetic": flag(row["synthetic"]),
    }  # fmt: skip
    if side == "buyer":
        application |= {"kind": row["kind"], "tables": int(settings["tables"])}
    else:
        limit = int(row["max_meetings"]) if row["max_meetings"] else None
        application |= {"region": row["region"] or None, "max_meetings": limit}
    post(actor, f"{place}/{side}s", application, at=at)
    post(ORGANISER, f"{place}/{side}s/{who}/approve", at=at)
    own = f"{place}/participations/{who}"
    for contact in records["contacts"]:
        if (contact["side"], contact["company"]) == (side, name):
            person = {field: contact[field] for field in ("role", "name", "phone", "email")}
            person["contact_id"] = records.id("contact", contact["external_id"])
            post(actor, f"{own}/representatives", person, at=at)
    if settings["available_slots"]:
        slots = [int(slot) for slot in listed(settings["available_slots"])]
        post(actor, f"{own}/availability", {"slots": slots}, at=at)
    for demand in records["demands"] if side == "buyer" else ():
        if demand["buyer"] == name:
            body = {
                "demand_id": records.id("demand", demand["external_id"]), "title": demand["title"],
                "topics": listed(demand["topics"]), "synthetic": flag(demand["synthetic"]),
            }  # fmt: skip
            post(actor, f"{own}/demands", body, at=at)


def _book_seats(scene: Scene, number: int, briefing: Row) -> None:
    records = scene.records
    briefing_id = records.id("briefing", briefing["external_id"])
    for row in records["smes"][number::SEATED_EVERY]:
        body = {
            "participation_id": records.participation("sme", row["name"]),
            "seat_id": records.id("seat", f"{briefing['external_id']} {row['external_id']}"),
        }
        path = f"/registration/{scene.fair}/briefings/{briefing_id}/seats"
        scene.client.post(scene.organiser_for("sme", row["name"]), path, body, at=records.at("requests_registered"))


def _challenge(scene: Scene, row: Row, sme: Row) -> None:
    """The release names proposers only: title and proposer are real, the SME that is selected here is invented."""
    records, post = scene.records, scene.client.post
    challenge_id = records.id("challenge", row["external_id"])
    body = {
        "challenge_id": challenge_id, "proposer": row["proposer"], "title": row["title"], "source": row["source"],
        "company_id": records.company("buyer", row["buyer"]) if row["buyer"] else None,
        "synthetic": flag(row["synthetic"]),
    }  # fmt: skip
    path = f"/registration/{scene.fair}/challenges"
    post(ORGANISER, path, body, at=records.at("buyers_registered"))
    selected = {"sme_company_id": records.company("sme", sme["name"])}
    post(ORGANISER, f"{path}/{challenge_id}/select", selected, at=records.at("registration_closed"))


def _ask_all(scene: Scene, rows: list[Row]) -> None:
    records = scene.records
    for row in rows:
        body = {
            "request_id": records.id("request", row["external_id"]),
            "sme_participation_id": records.participation("sme", row["sme"]),
            "buyer_participation_id": records.participation("buyer", row["buyer"]),
            "technology": row["technology"], "topics": listed(row["topics"]), "synthetic": flag(row["synthetic"]),
        }  # fmt: skip
        actor = scene.organiser_for("sme", row["sme"])
        scene.client.post(actor, f"/registration/{scene.fair}/requests", body, at=records.at("requests_registered"))
