"""The day in the order of its minutes: arrivals, on-site requests, who does not come, what the talks come to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from services.rehearsal.client import Json
from services.rehearsal.records import Row, flag, listed
from services.rehearsal.scene import ORGANISER, Scene, by_many_hands

CALLED_AFTER: Final = timedelta(minutes=10)
"""So long after a slot began, who is not at the table counts as absent: an assumption of this job."""
SIDES: Final = ("buyer", "sme")


@dataclass(frozen=True, order=True)
class Moment:
    """Something due at a minute of the day. At one minute slots are closed and called before anybody asks anew."""

    at: datetime
    order: int
    what: str
    slot: int = 0
    request: str = ""


def hold(scene: Scene) -> None:
    """The whole day. What follows from a no-show is waited for: whoever waits in line moves up before time goes on."""
    records = scene.records
    doors = records.at("doors_open")
    present = [(side, row["name"]) for side in SIDES for row in records[f"{side}s"]]
    by_many_hands(partial(_check_in, scene, side, name, doors) for side, name in present)
    scene.settle("the arrivals")
    asked = records.by("onsite", "external_id")
    for moment in moments(records.assumptions["slots"], records["onsite"]):
        if moment.what == "ask":
            _ask_on_site(scene, asked[moment.request])
        elif moment.what == "call":
            _call(scene, moment)
        else:
            _call(scene, moment)
            _close(scene, moment)
    scene.settle("the day")


def moments(slots: list[Json], asked: tuple[Row, ...]) -> list[Moment]:
    """The day's order of events."""
    found = [Moment(datetime.fromisoformat(row["asked_at"]), 2, "ask", request=row["external_id"]) for row in asked]
    for slot in slots:
        found.append(Moment(datetime.fromisoformat(slot["starts_at"]) + CALLED_AFTER, 1, "call", slot["slot"]))
        found.append(Moment(datetime.fromisoformat(slot["ends_at"]), 0, "close", slot["slot"]))
    return sorted(found)


def _check_in(scene: Scene, side: str, name: str, at: str) -> None:
    who = scene.records.participation(side, name)
    path = f"/registration/{scene.fair}/participations/{who}/check-in"
    scene.client.post(scene.organiser_for(side, name), path, at=at)


def _ask_on_site(scene: Scene, row: Row) -> None:
    records = scene.records
    body = {
        "request_id": records.id("request", row["external_id"]),
        "sme_participation_id": records.participation("sme", row["sme"]),
        "buyer_participation_id": records.participation("buyer", row["buyer"]),
        "technology": row["technology"], "topics": listed(row["topics"]), "synthetic": flag(row["synthetic"]),
    }  # fmt: skip
    actor = scene.organiser_for("sme", row["sme"])
    scene.client.post(actor, f"/matching/{scene.fair}/on-site-requests", body, at=row["asked_at"])


def _call(scene: Scene, moment: Moment) -> None:
    """Record who did not come, one by one: each may free a place for somebody who waits."""
    scene.settle("what was asked on site")
    for talk in _talks(scene, moment.slot, "awaited"):
        fate = _fate(scene, talk)
        if fate["attendance"] == "no-show":
            body = {"absent": fate["absent"], "synthetic": flag(fate["synthetic"])}
            path = f"/consultation/{scene.fair}/consultations/{talk['meeting_id']}/no-show"
            scene.client.post(ORGANISER, path, body, at=moment.at.isoformat())
            scene.settle("a no-show")


def _close(scene: Scene, moment: Moment) -> None:
    """The slot is over: what is left of it was held. Of a run that was broken off, the rest is said now."""
    talks = [*_talks(scene, moment.slot, "awaited"), *_talks(scene, moment.slot, "held")]
    by_many_hands(partial(_tell, scene, talk, moment.at.isoformat()) for talk in talks)


def _talks(scene: Scene, slot: int, status: str) -> list[Json]:
    """The slot's talks in an order that does not depend on when they became known."""
    found = scene.client.every(ORGANISER, f"/consultation/{scene.fair}/consultations", slot=slot, status=status)
    return sorted(found, key=lambda talk: str(talk["meeting_id"]))


def _fate(scene: Scene, talk: Json) -> Row:
    return scene.records.fates[scene.records.asked[talk["request_id"]]["external_id"]]


def _tell(scene: Scene, talk: Json, at: str) -> None:
    """Held, and what the two sides say of it. Notes are written by their authors themselves, whose texts they are."""
    records, fate = scene.records, _fate(scene, talk)
    asked = records.asked[talk["request_id"]]
    path = f"/consultation/{scene.fair}/consultations/{talk['meeting_id']}"
    made_up = {"synthetic": flag(fate["synthetic"])}

    def say(side: str, what: str, body: dict[str, Any]) -> None:
        scene.client.post(scene.organiser_for(side, asked[side]), f"{path}/{what}", body, at=at)

    scene.client.post(ORGANISER, f"{path}/held", made_up, at=at)
    for side in SIDES:
        if fate[f"{side}_rating"]:
            say(side, "ratings", {"by": side, "score": int(fate[f"{side}_rating"]), **made_up})
    if fate["outcome"]:
        say("buyer", "outcome", {"outcome": fate["outcome"], **made_up})
    if fate["note"]:
        author = scene.speaker(fate["note_by"], str(talk[f"{fate['note_by']}_company_id"]))
        scene.client.post(author, f"{path}/notes", {"text": fate["note"]})
    if fate["commitment_programme"]:
        planned = int(fate["commitment_total_krw"])
        kind = fate["commitment_programme"]
        say("buyer", "commitments", {"programme_kind": kind, "planned_total_krw": planned, **made_up})
