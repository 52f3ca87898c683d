"""The Korean words that pictures, sheets and calendars share."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from services.matching.rendering.day import Day, Seat

KIND_NAMES: Final[Mapping[str | None, str]] = {
    "large": "대기업",
    "mid-sized": "중견기업",
    "public-institution": "공공기관",
    None: "기타",
}
KIND_MARKS: Final[Mapping[str | None, str]] = {"large": "대", "mid-sized": "견", "public-institution": "공", None: "기"}
"""One letter each, so that the kinds are told apart without colour."""
STATUSES: Final[Mapping[str, str]] = {
    "requested": "작성 중",
    "drafted": "초안",
    "published": "확정",
    "superseded": "대체됨",
    "withdrawn": "철회됨",
}
CAUSES: Final[Mapping[str, str]] = {
    "buyer-withdrew": "수요기업 불참",
    "sme-withdrew": "중소기업 불참",
    "request-withdrawn": "신청 철회",
    "pair-excluded": "상대 제외",
    "answer-changed": "답변 변경",
    "organiser": "주최 측 취소",
    "fair-cancelled": "박람회 취소",
    "fair-rescheduled": "박람회 일정 변경",
    "superseded": "새 시간표로 대체",
}
SYNTHETIC: Final = "(가상)"
_WEEKDAYS: Final = "월화수목금토일"


def day_name(iso_date: str) -> str:
    """2023-11-21 (화)."""
    return f"{iso_date} ({_WEEKDAYS[date.fromisoformat(iso_date).weekday()]})"


def status_of(day: Day) -> str:
    """초안, 확정, or with the number of its revision 확정 · 3판."""
    word = STATUSES.get(day.status, day.status)
    return f"{word} · {day.revision}판" if day.revision is not None and day.revision > 1 else word


def counted(day: Day) -> str:
    """How many meetings there are, by the way they came about."""
    on_site = sum(seat.on_site for seat in day.seats)
    return f"상담 {len(day.seats)}건 (사전 {len(day.seats) - on_site} · 현장 {on_site})"


def marks_of(seat: Seat) -> str:
    """What stands before the name: ★ asked for at the fair, × ended by a no-show."""
    return ("★" if seat.on_site else "") + ("×" if seat.released else "")


def company_name(name: str, *, synthetic: bool) -> str:
    """The name of a made-up company says so."""
    return f"{SYNTHETIC} {name}" if synthetic and "가상" not in name else name
