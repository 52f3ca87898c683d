"""What came of it, in figures: each from an answer of a service, with the events behind it counted in its log."""

from collections.abc import Sequence
from typing import Final

from services.rehearsal.client import Json
from services.rehearsal.ledger import Ledger, Section, says
from services.rehearsal.scene import AUDITOR, Scene

HUNDRED: Final = 100
DECISIONS: Final = {
    "ineligible": "grants.application-found-ineligible",
    "selected": "grants.application-selected",
    "rejected": "grants.application-rejected",
    "withdrawn": "grants.application-withdrawn",
}
"""How an application can have ended, and the events that say so."""


def sections(scene: Scene) -> list[Section]:
    """All that is printed before the comparison with the claims."""
    ledger = Ledger(scene)
    return [_registered(scene, ledger), _timetable(scene, ledger), _day(scene, ledger), _promised(scene, ledger),
            *_granted(scene, ledger)]  # fmt: skip


def _registered(scene: Scene, ledger: Ledger) -> Section:
    client, fair = scene.client, scene.fair
    found = client.get(AUDITOR, f"/registration/{fair}/summary")

    def of(groups: Sequence[Json], what: str, **equals: str) -> int:
        return sum(g[what] for g in groups if all(g[name] == value for name, value in equals.items()))

    buyers, smes, requests = found["buyers"], found["smes"], found["requests"]
    demands = client.total(AUDITOR, f"/registration/{fair}/demands")
    made_up = of(smes, "synthetic", status="approved")
    asked = "registration.consultation-requested"
    lines = [
        ledger.figure("buyers", of(buyers, "count", status="approved"), "registration.buyer-approved", synthetic=False)
    ]
    for kind in ("large", "mid-sized", "public-institution"):
        number = of(buyers, "count", status="approved", kind=kind)
        lines.append(
            ledger.figure(
                f"kind.{kind}", number, "registration.buyer-applied", synthetic=False, depth=1,
                where=says("kind", kind),
            )
        )  # fmt: skip
    lines += [
        ledger.figure("smes", of(smes, "count", status="approved"), "registration.sme-approved"),
        ledger.figure("smes-synthetic", made_up, "registration.sme-applied", depth=1, where=says("synthetic", True)),
        ledger.figure("requests", of(requests, "count"), asked),
        ledger.figure("requests-synthetic", of(requests, "synthetic"), asked, depth=1, where=says("synthetic", True)),
        ledger.figure(
            "representatives", client.total(AUDITOR, f"/registration/{fair}/representatives", status="active"),
            "registration.representative-added",
        ),
        ledger.figure("demands", demands, "registration.demand-published"),
        ledger.figure("briefings", found["briefings"], "registration.briefing-scheduled"),
        ledger.figure("seats", found["seats_booked"], "registration.seat-booked"),
        ledger.figure("challenges", found["challenges"], "registration.challenge-proposed", synthetic=False),
        ledger.figure("selected", found["challenges_selected"], "registration.sme-selected-for-challenge"),
        ledger.figure("awards", found["awards"], "registration.award-granted", synthetic=False),
        ledger.figure("showcases", found["showcases"], "registration.showcase-scheduled", synthetic=False),
    ]  # fmt: skip
    return Section("registered", tuple(lines))


def _timetable(scene: Scene, ledger: Ledger) -> Section:
    found = scene.client.get(AUDITOR, f"/matching/{scene.fair}/summary")
    answers = {name: number for name, number in found["answers"].items() if name != "expired"}
    answered = "matching.buyer-answered"
    lines = [ledger.figure("answered", sum(answers.values()), answered), *ledger.tallied(answers, answered, "answer")]
    lines += [
        ledger.figure("matched", found["matched"], "matching.meeting-placed"),
        ledger.figure("on-site", found["on_site_requests"], "matching.on-site-meeting-requested"),
        ledger.figure("on-site-placed", found["on_site_placed"], "matching.on-site-meeting-placed", depth=1),
        ledger.figure("waiting", found["waiting"], "matching.on-site-meeting-wait-listed", depth=1),
        ledger.figure("unplaced", found["unplaced"], "matching.request-left-unplaced"),
        *ledger.tallied(found["unplaced_by_reason"], "matching.request-left-unplaced", "reason"),
    ]
    return Section("timetable", tuple(lines))


def _day(scene: Scene, ledger: Ledger) -> Section:
    client = scene.client
    found = client.get(AUDITOR, f"/consultation/{scene.fair}/summary")["figures"]
    status, mean = found["by_status"], found["mean_rating_hundredths"] or 0
    arrived = client.total(AUDITOR, f"/registration/{scene.fair}/participations", presence="present")
    missed = status.get("no-show", 0) + status.get("replaced", 0)
    rated = "consultation.consultation-rated"
    lines = [
        ledger.figure("arrived", arrived, "registration.participant-checked-in"),
        ledger.figure("talks", sum(status.values()), "consultation.consultation-opened"),
        ledger.figure("held", status.get("held", 0), "consultation.consultation-held", depth=1),
        ledger.figure("no-shows", missed, "consultation.no-show-recorded", depth=1),
        ledger.figure("replaced", status.get("replaced", 0), "consultation.consultation-replaced", depth=2),
        ledger.figure("ratings", found["ratings"], rated),
        ledger.figure("mean-rating", f"{mean // HUNDRED}.{mean % HUNDRED:02}", rated, depth=1),
        ledger.figure("outcomes", sum(found["by_outcome"].values()), "consultation.outcome-recorded"),
        *ledger.tallied(found["by_outcome"], "consultation.outcome-recorded", "outcome"),
        ledger.figure(
            "notes", client.total(AUDITOR, f"/consultation/{scene.fair}/notes"), "consultation.note-written"
        ),
    ]  # fmt: skip
    return Section("day", tuple(lines))


def _promised(scene: Scene, ledger: Ledger) -> Section:
    found = scene.client.get(AUDITOR, f"/consultation/{scene.fair}/summary")["figures"]
    made, answered = "consultation.development-commitment-made", "consultation.follow-up-answered"
    lines = [
        ledger.figure("promised", found["commitments"], made),
        ledger.figure("planned", found["planned_total_krw"], made, depth=1),
        ledger.figure(
            "follow-ups", found["follow_ups_due"] + found["follow_ups_answered"], "consultation.follow-up-due"
        ),
        ledger.figure("follow-ups-answered", found["follow_ups_answered"], answered, depth=1),
        ledger.figure("contracts", found["contracts"], answered, depth=1, where=says("contracted", True)),
        ledger.figure("contracted", found["contracted_krw"], answered, depth=1),
    ]  # fmt: skip
    return Section("commitments", tuple(lines))


def _granted(scene: Scene, ledger: Ledger) -> list[Section]:
    found = []
    for programme in scene.client.every(AUDITOR, "/grants/programmes", sort="name"):
        programme_id = programme["programme_id"]
        figures = scene.client.get(AUDITOR, f"/grants/programmes/{programme_id}/summary")
        own = says("programme_id", programme_id)
        lines = [ledger.figure("budget", figures["budget_krw"], "grants.budget-set", of_fair=False, where=own)]
        sent, signed = "grants.application-submitted", "grants.agreement-signed"
        handed_in = [row for row in _applications(scene, programme_id) if row["submitted_at"] is not None]
        lines += [
            ledger.figure(
                "applications",
                sum(figures["applications"].values()),
                "grants.application-drafted",
                of_fair=False,
                where=own,
            ),
            ledger.figure("submitted", len(handed_in), sent, of_fair=False, where=own, depth=1),
        ]
        for status, event_type in DECISIONS.items():
            number = figures["applications"].get(status, 0)
            if number:
                figure = ledger.figure(f"application.{status}", number, event_type, of_fair=False, where=own, depth=1)
                lines.append(figure)
        lines += [
            ledger.figure("agreements", figures["agreements"], signed, of_fair=False, where=own),
            ledger.figure("granted", figures["granted_krw"], signed, of_fair=False, where=own, depth=1),
            ledger.figure("payments", figures["payments"], "grants.payment-made", of_fair=False, where=own),
            ledger.figure("paid", figures["paid_krw"], "grants.payment-made", of_fair=False, where=own, depth=1),
        ]  # fmt: skip
        found.append(Section(str(figures["name"]), tuple(lines), plain=True))
    return found


def _applications(scene: Scene, programme_id: str) -> list[Json]:
    return scene.client.every(AUDITOR, "/grants/applications", programme_id=programme_id)
