"""From closing registration to the published timetable: the buyers answer, a draft is planned, it is published."""

from functools import partial
from itertools import groupby

from services.rehearsal.client import RehearsalError
from services.rehearsal.records import Row, flag
from services.rehearsal.scene import ORGANISER, Scene, by_many_hands

SILENT = "none"
"""What the file of answers says of a request that its buyer never answers."""


def answer_requests(scene: Scene) -> None:
    """Every buyer's answers, in the order of the file. Without an answer a request stays unanswered."""
    records = scene.records
    scene.settle("the registrations")
    known = scene.client.total(ORGANISER, f"/matching/{scene.fair}/requests")
    if known != len(records["requests"]):
        raise RehearsalError(f"matching knows {known} of {len(records['requests'])} requests")
    requests = records.by("requests", "external_id")
    given = [(requests[row["request"]]["buyer"], row) for row in records["answers"] if row["answer"] != SILENT]
    given.sort(key=lambda pair: pair[0])
    groups = {buyer: [row for _, row in pairs] for buyer, pairs in groupby(given, key=lambda pair: pair[0])}
    by_many_hands(partial(_answer_all, scene, buyer, rows) for buyer, rows in groups.items())


def publish_timetable(scene: Scene) -> None:
    """Ask for a draft, wait for the worker that plans it, publish it."""
    records, client, place = scene.records, scene.client, f"/matching/{scene.fair}/timetables"
    timetable_id = records.id("timetable", "first")
    body = {"timetable_id": timetable_id}
    client.post(ORGANISER, place, body, at=records.at("timetable_drafted"))
    address = f"{place}/{timetable_id}"
    scene.until(
        "the draft of the timetable",
        lambda: client.get(ORGANISER, address)["status"] in {"drafted", "published"},
    )
    client.post(ORGANISER, f"{address}/publish", at=records.at("timetable_published"))
    scene.settle("the timetable")


def _answer_all(scene: Scene, buyer: str, rows: list[Row]) -> None:
    actor, at = scene.organiser_for("buyer", buyer), scene.records.at("buyers_answered")
    for row in rows:
        request_id = scene.records.id("request", row["request"])
        body = {"answer": row["answer"], "synthetic": flag(row["synthetic"])}
        scene.client.post(actor, f"/matching/{scene.fair}/requests/{request_id}/answer", body, at=at)
