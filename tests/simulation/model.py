"""A small model of the domain, told by the stored events alone and written without the services' own code.

It knows what may never be: two meetings on one seat, more seats than there are, more money than there is, two outcomes.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from tests.simulation.cast import HALL, QUOTA, SEATS
from tests.simulation.world import Violation

Data = Mapping[str, Any]


def _must(holds: object, rule: str, detail: str) -> None:
    if not holds:
        raise Violation(rule, detail)


class Model:
    """Folds the events of all services; raises at the first that breaks a rule."""

    def __init__(self) -> None:
        self.meetings: dict[str, dict[str, Any]] = {}
        self.seated: dict[tuple[str, int, int], str] = {}
        self.busy: dict[tuple[str, int], str] = {}
        self.hall: Counter[int] = Counter()
        self.placed_requests: dict[str, str] = {}
        self.requests: dict[str, dict[str, str]] = {}
        self.gone: set[str] = set()
        self.closed = False
        self.reviewed: dict[str, str] = {}
        self.answers: dict[str, str | None] = {}
        self.briefing: dict[str, str] = {}
        self.talks: dict[str, str] = {}
        self.commitments: dict[str, dict[str, Any]] = {}
        self.budgets: dict[str, int] = {}
        self.reserved: dict[str, dict[str, int]] = {}
        self.applications: dict[str, str] = {}
        self.agreements: dict[str, dict[str, Any]] = {}
        self.paid: dict[str, dict[int, int]] = {}
        self._folds: Mapping[str, Callable[[Data], None]] = {
            "registration.buyer-approved": lambda data: self._review(data, "approved"),
            "registration.sme-approved": lambda data: self._review(data, "approved"),
            "registration.buyer-rejected": lambda data: self._review(data, "rejected"),
            "registration.sme-rejected": lambda data: self._review(data, "rejected"),
            "registration.buyer-withdrawn": self._gone,
            "registration.sme-withdrawn": self._gone,
            "registration.registration-closed": self._close,
            "registration.buyer-applied": self._applied,
            "registration.sme-applied": self._applied,
            "registration.consultation-requested": self._requested,
            "registration.consultation-request-withdrawn": lambda data: self.requests.pop(data["request_id"], None),
            "registration.seat-booked": self._booked,
            "registration.seat-released": lambda data: self.briefing.pop(data["participation_id"], None),
            "matching.buyer-answered": lambda data: self.answers.update({data["request_id"]: data["answer"]}),
            "matching.meeting-placed": self._placed,
            "matching.on-site-meeting-placed": self._placed,
            "matching.meeting-moved": self._moved,
            "matching.meeting-cancelled": lambda data: self._left(data["meeting_id"]),
            "matching.meeting-released": lambda data: self._released(data["meeting_id"], data["absent"]),
            "matching.timetable-withdrawn": self._another_day,
            "consultation.consultation-opened": lambda data: self._talk(data, "awaited", {None, "cancelled"}),
            "consultation.consultation-cancelled": lambda data: self._talk(data, "cancelled", {None, "awaited"}),
            "consultation.consultation-held": lambda data: self._talk(data, "held", {"awaited", "no-show"}),
            "consultation.no-show-recorded": lambda data: self._talk(data, "no-show", {"awaited", "no-show", "held"}),
            "consultation.consultation-replaced": lambda data: self._talk(data, "replaced", {"no-show"}),
            "consultation.development-commitment-made": self._promised,
            "consultation.development-commitment-withdrawn": self._promise_withdrawn,
            "grants.budget-set": self._budget,
            "grants.budget-reserved": self._reserved,
            "grants.budget-released": self._freed,
            "grants.application-drafted": self._drafted,
            "grants.application-selected": lambda data: self._decided(data, "selected"),
            "grants.application-rejected": lambda data: self._decided(data, "rejected"),
            "grants.application-withdrawn": self._application_withdrawn,
            "grants.agreement-signed": self._signed,
            "grants.payment-made": self._payment,
        }

    def fold(self, event_type: str, data: Data) -> None:
        fold = self._folds.get(event_type)
        if fold is not None:
            fold(data)

    def _review(self, data: Data, verdict: str) -> None:
        who = data["participation_id"]
        _must(who not in self.reviewed, "one-review", f"{who} was {self.reviewed.get(who)} and is {verdict}")
        self.reviewed[who] = verdict

    def _gone(self, data: Data) -> None:
        who = data["participation_id"]
        _must(who not in self.gone, "once", f"{who} withdrew twice")
        self.gone.add(who)

    def _close(self, _: Data) -> None:
        self.closed = True

    def _applied(self, data: Data) -> None:
        _must(not self.closed, "guard", f"{data['participation_id']} applied after registration had closed")

    def _requested(self, data: Data) -> None:
        _must(not self.closed, "guard", f"{data['request_id']} was asked for after registration had closed")
        for side in ("buyer_participation_id", "sme_participation_id"):
            _must(
                data[side] not in self.gone, "guard", f"{data['request_id']} concerns {data[side]}, which had withdrawn"
            )
            _must(
                self.reviewed.get(data[side]) == "approved",
                "guard",
                f"{data['request_id']}: {data[side]} is not approved",
            )
        known = data["request_id"] in self.requests
        _must(not known, "once", f"request {data['request_id']} was made twice")
        sme = data["sme_participation_id"]
        self.requests[data["request_id"]] = {"sme": sme, "buyer": data["buyer_participation_id"]}
        active = [of for of in self.requests.values() if of["sme"] == sme and of["buyer"] not in self.gone]
        _must(len(active) <= QUOTA, "quota", f"{sme} has {len(active)} requests")

    def _booked(self, data: Data) -> None:
        who = data["participation_id"]
        _must(who not in self.briefing, "seat-twice", f"{who} has two seats")
        self.briefing[who] = data["seat_id"]
        _must(len(self.briefing) <= SEATS, "seats", f"{len(self.briefing)} seats of {SEATS} are booked")

    def _placed(self, data: Data) -> None:
        meeting = {
            "buyer": data["buyer_participation_id"], "sme": data["sme_participation_id"], "slot": data["slot"],
            "table": data["table"], "request": data["request_id"],
        }  # fmt: skip
        _must(data["meeting_id"] not in self.meetings, "once", f"meeting {data['meeting_id']} was placed twice")
        other = self.placed_requests.get(data["request_id"])
        _must(other is None, "request-twice", f"request {data['request_id']} sits at {other} and {data['meeting_id']}")
        self.meetings[data["meeting_id"]] = meeting
        self._sit(data["meeting_id"], meeting)

    def _sit(self, meeting_id: str, meeting: dict[str, Any]) -> None:
        seat, diary = (meeting["buyer"], meeting["slot"], meeting["table"]), (meeting["sme"], meeting["slot"])
        _must(seat not in self.seated, "double-booking", f"{meeting_id} and {self.seated.get(seat)} share {seat}")
        _must(diary not in self.busy, "double-booking", f"{meeting_id} and {self.busy.get(diary)} share {diary}")
        self.seated[seat], self.busy[diary] = meeting_id, meeting_id
        self.placed_requests[meeting["request"]] = meeting_id
        self.hall[meeting["slot"]] += 1
        _must(
            self.hall[meeting["slot"]] <= HALL,
            "hall",
            f"{self.hall[meeting['slot']]} meetings in slot {meeting['slot']}",
        )

    def _left(self, meeting_id: str, *, buyer: bool = True, sme: bool = True) -> None:
        meeting = self.meetings[meeting_id]
        _must(self.placed_requests.pop(meeting["request"], None) == meeting_id, "once", f"{meeting_id} left twice")
        if buyer:
            del self.seated[meeting["buyer"], meeting["slot"], meeting["table"]]
        if sme:
            del self.busy[meeting["sme"], meeting["slot"]]
        self.hall[meeting["slot"]] -= 1

    def _released(self, meeting_id: str, absent: str) -> None:
        # An absent side cannot be used for the rest of the slot; the side that is present can.
        self._left(meeting_id, buyer=absent == "sme", sme=absent == "buyer")

    def _another_day(self, _: Data) -> None:
        _must(not self.placed_requests, "another-day", f"{len(self.placed_requests)} meetings outlive their timetable")
        self.seated.clear()
        self.busy.clear()

    def _moved(self, data: Data) -> None:
        meeting_id = data["meeting_id"]
        self._left(meeting_id)
        meeting = {**self.meetings[meeting_id], "slot": data["slot"], "table": data["table"]}
        self.meetings[meeting_id] = meeting
        self._sit(meeting_id, meeting)

    def _talk(self, data: Data, status: str, after: set[str | None]) -> None:
        before = self.talks.get(data["meeting_id"])
        _must(before in after, "one-outcome", f"{data['meeting_id']} was {before} and is {status}")
        self.talks[data["meeting_id"]] = status

    def _promised(self, data: Data) -> None:
        standing = [one for one in self.commitments.values() if one["meeting"] == data["meeting_id"] and one["stands"]]
        _must(not standing, "one-commitment", f"{data['meeting_id']} has two commitments")
        _must(data["commitment_id"] not in self.commitments, "once", f"{data['commitment_id']} was made twice")
        self.commitments[data["commitment_id"]] = {"meeting": data["meeting_id"], "stands": True}

    def _promise_withdrawn(self, data: Data) -> None:
        promise = self.commitments[data["commitment_id"]]
        _must(promise["stands"], "once", f"{data['commitment_id']} was withdrawn twice")
        promise["stands"] = False

    def _budget(self, data: Data) -> None:
        programme = data["programme_id"]
        self.budgets[programme] = data["budget_krw"]
        self._within(programme)

    def _reserved(self, data: Data) -> None:
        held = self.reserved.setdefault(data["programme_id"], {})
        _must(data["application_id"] not in held, "once", f"{data['application_id']} is reserved for twice")
        held[data["application_id"]] = data["amount_krw"]
        self._within(data["programme_id"])

    def _within(self, programme: str) -> None:
        held, budget = sum(self.reserved.get(programme, {}).values()), self.budgets.get(programme, 0)
        _must(held <= budget, "budget", f"{held} of {budget} won are reserved")

    def _freed(self, data: Data) -> None:
        held = self.reserved.get(data["programme_id"], {}).pop(data["application_id"], None)
        _must(held == data["amount_krw"], "money", f"{data['amount_krw']} won are freed of {held}")

    def _drafted(self, data: Data) -> None:
        _must(data["application_id"] not in self.applications, "once", f"{data['application_id']} was drafted twice")
        self.applications[data["application_id"]] = "drafted"

    def _decided(self, data: Data, verdict: str) -> None:
        before = self.applications[data["application_id"]]
        _must(before == "drafted", "one-decision", f"{data['application_id']} was {before} and is {verdict}")
        self.applications[data["application_id"]] = verdict

    def _application_withdrawn(self, data: Data) -> None:
        before = self.applications[data["application_id"]]
        _must(before in {"drafted", "selected"}, "one-decision", f"{data['application_id']}: {before}, then withdrawn")
        signed = any(one["application"] == data["application_id"] for one in self.agreements.values())
        _must(not signed, "withdrawn-after-agreement", f"{data['application_id']} was withdrawn after its agreement")
        self.applications[data["application_id"]] = "withdrawn"

    def _signed(self, data: Data) -> None:
        application, agreement = data["application_id"], data["agreement_id"]
        _must(agreement not in self.agreements, "once", f"{agreement} was signed twice")
        _must(self.applications[application] == "selected", "unselected", f"{application} is not selected, but signed")
        held = self.reserved.get(data["programme_id"], {}).get(application)
        _must(held == data["grant_krw"], "money", f"{agreement} grants {data['grant_krw']} won, {held} are reserved")
        planned = {part["number"]: part["amount_krw"] for part in data["instalments"]}
        _must(
            sum(planned.values()) == data["grant_krw"], "money", f"{agreement} plans {planned} of {data['grant_krw']}"
        )
        self.agreements[agreement] = {"application": application, "planned": planned}

    def _payment(self, data: Data) -> None:
        paid = self.paid.setdefault(data["agreement_id"], {})
        number, planned = data["instalment"], self.agreements[data["agreement_id"]]["planned"]
        _must(number not in paid, "paid-twice", f"instalment {number} of {data['agreement_id']} was paid twice")
        _must(planned.get(number) == data["amount_krw"], "money", f"{data['amount_krw']} won paid, {planned} planned")
        paid[number] = data["amount_krw"]
