"""The slots of a fair's day, and whether they can be kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from contracts.rejection import Rejection


@dataclass(frozen=True, slots=True)
class Slot:
    number: int
    starts_at: str
    ends_at: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """`lunch_after` is the slot before lunch; `hall_tables` the most meetings in one slot."""

    slots: tuple[Slot, ...]
    lunch_after: int | None
    hall_tables: int | None
    answers_due_at: str

    @property
    def numbers(self) -> frozenset[int]:
        return frozenset(slot.number for slot in self.slots)


def schedule_of(data: Mapping[str, Any]) -> Schedule:
    """The schedule in the data of `FairScheduled` or `FairRescheduled`."""
    slots = tuple(Slot(item["slot"], item["starts_at"], item["ends_at"]) for item in data["slots"])
    return Schedule(slots, data["lunch_after"], data["hall_tables"], data["answers_due_at"])


def plain_slots(slots: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The slots of a command as event data."""
    return [dict(slot) for slot in slots]


def check_schedule(schedule: Schedule, date: str, time_zone: str) -> None:
    """Slots count from 1, follow one another without overlap and lie on the fair's day where the fair is.

    Raises:
        Rejection: they do not; or lunch or the due time of answers does not fit them.
    """
    slots = schedule.slots
    if [slot.number for slot in slots] != list(range(1, len(slots) + 1)) or not slots:
        raise Rejection(
            "schedule.slots-not-numbered", "Slots must be numbered 1, 2, 3, ... in time order.", "Number them anew."
        )
    if any(slot.starts_at >= slot.ends_at for slot in slots):
        raise Rejection("schedule.slot-ends-before-it-starts", "A slot must end after it starts.", "Mend its times.")
    if any(earlier.ends_at > later.starts_at for earlier, later in pairwise(slots)):
        raise Rejection(
            "schedule.slots-overlap", "Each slot must start when the one before has ended.", "Mend their times."
        )
    zone = ZoneInfo(time_zone)
    if any(_day(moment, zone) != date for slot in slots for moment in (slot.starts_at, slot.ends_at)):
        raise Rejection(
            "schedule.slot-on-another-day",
            "Every slot must lie on the day of the fair, in the fair's time zone.",
            "Mend the times, or reschedule the fair to that day.",
        )
    if schedule.lunch_after is not None and schedule.lunch_after >= len(slots):
        raise Rejection(
            "schedule.lunch-after-last-slot", "Lunch must lie between two slots.", "Name a slot before the last one."
        )
    if schedule.answers_due_at > slots[0].starts_at:
        raise Rejection(
            "schedule.answers-due-too-late",
            "Answers must be due before the first slot starts.",
            "Choose an earlier due time.",
        )


def _day(moment: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(moment).astimezone(zone).date().isoformat()
