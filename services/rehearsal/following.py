"""A year on: the buyers are asked what became of the talks. And at the very end, what the press release claims."""

from functools import partial

from services.rehearsal.client import Json
from services.rehearsal.scene import AGENCY, AUDITOR, ORGANISER, Scene, by_many_hands

RELEASED_AT = "2023-11-22T09:00:00+09:00"
"""The press release is dated 22 November 2023; the hour is assumed."""


def follow_up(scene: Scene) -> None:
    """Every talk that was held is asked about. Of those that led to an agreement the buyer answers: a contract.

    The amount is that of the agreement: an assumption of this job, marked synthetic. All others stay unanswered.
    """
    client, place = scene.client, f"/consultation/{scene.fair}"
    held = client.total(ORGANISER, f"{place}/consultations", status="held")
    scene.until("the follow-ups", lambda: client.total(ORGANISER, f"{place}/follow-ups") == held)
    promised = {row["commitment_id"]: row for row in client.every(ORGANISER, f"{place}/commitments")}
    signed = client.every(AGENCY, "/grants/agreements", fair_id=scene.records.fair_id)
    by_many_hands(partial(_answer, scene, promised[row["commitment_id"]], row) for row in signed)
    scene.settle("the answers to the follow-ups")


def record_claims(scene: Scene) -> None:
    """What the source says, beside what is on record. The last step: once all claims are there, all is done."""
    for row in scene.records["claims"]:
        body = {
            "claim_id": scene.records.id("claim", row["external_id"]), "subject": row["subject"],
            "value": int(row["value"]), "source": row["source"],
        }  # fmt: skip
        scene.client.post(ORGANISER, f"/registration/{scene.fair}/claims", body, at=RELEASED_AT)


def is_done(scene: Scene) -> bool:
    """Whether an earlier run came to its end, as the services remember it."""
    ours = {scene.records.id("claim", row["external_id"]) for row in scene.records["claims"]}
    return ours <= {row["claim_id"] for row in scene.client.every(AUDITOR, f"/registration/{scene.fair}/claims")}


def _answer(scene: Scene, promise: Json, agreement: Json) -> None:
    """The buyer answers itself, now: it is asked now."""
    buyer = scene.speaker("buyer", str(promise["buyer_company_id"]))
    path = f"/consultation/{scene.fair}/consultations/{promise['meeting_id']}/follow-up/answer"
    body = {"contracted": True, "amount_krw": agreement["total_krw"], "synthetic": True}
    scene.client.post(buyer, path, body)
