"""Why a request is not in the timetable and what would help, in words for those who asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

_REASONS: Final[Mapping[str, str]] = {
    "withdrawn": "신청이나 참가가 철회되었습니다.",
    "excluded": "두 기업은 이번 박람회에서 서로 만나지 않기로 했습니다.",
    "declined": "수요기업이 상담을 거절했습니다.",
    "expired": "수요기업의 답변 기한이 지났습니다.",
    "unanswered": "수요기업이 아직 답변하지 않았습니다.",
    "pair-already-met": "같은 두 기업의 다른 신청이 이미 배정되었습니다.",
    "no-common-slot": "두 기업이 함께 참석하는 시간대가 없습니다.",
    "sme-full": "중소기업의 상담 한도나 함께 참석하는 시간대가 모두 찼습니다.",
    "buyer-full": "수요기업의 테이블이 다른 상담으로 모두 찼습니다.",
    "hall-full": "가능한 시간대에 상담장이 모두 찼습니다.",
}
_SHORT: Final = "자리를 내줄 수 있는 상담보다 {points}점 부족했습니다."
_CHANGES: Final[Mapping[str, str]] = {
    "buyer-accepts": "수요기업이 수락하면 {time}에 만날 수 있습니다.",
    "buyer-slot": "수요기업이 {time} 시간대에도 참석하면 만날 수 있습니다.",
    "sme-slot": "중소기업이 {time} 시간대에도 참석하면 만날 수 있습니다.",
    "buyer-table": "{time}에 수요기업의 테이블이 하나 더 있으면 만날 수 있습니다.",
    "hall-table": "{time}에 상담장 테이블이 하나 더 있으면 만날 수 있습니다.",
    "sme-limit": "중소기업이 상담을 한 건 더 받으면 {time}에 만날 수 있습니다.",
}


def explanation(left: Mapping[str, Any]) -> str:
    """The reason, and by how much the request was short where that is known; a code without words as it is."""
    said = _REASONS.get(left["reason"], left["reason"])
    return f"{said} {_SHORT.format(points=left['short_by'])}" if left["short_by"] else said


def advice(left: Mapping[str, Any], slots: Sequence[Mapping[str, Any]], time_zone: str) -> list[str]:
    """What alone would place the request, one sentence each, with the time of day where the fair is."""
    zone = ZoneInfo(time_zone)
    begins = {slot["slot"]: datetime.fromisoformat(slot["starts_at"]).astimezone(zone) for slot in slots}
    return [
        _CHANGES[change["change"]].format(time=f"{begins[change['slot']]:%H:%M}")
        for change in left["changes"] or ()
        if change["change"] in _CHANGES and change["slot"] in begins
    ]
