"""What keeps a row out after its cells were read: things it names that are not there, and rules that say no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from contracts.rejection import Rejection
from services.chassis.access import ForbiddenError
from services.chassis.refusals import Refusal
from services.chassis.tabular import ColumnSpec, RowProblem, TableRow

SIDES: Final[Mapping[str, tuple[str, str]]] = {"buyer": ("수요기업", "buyer"), "sme": ("중소기업", "SME")}
KOREAN: Final[Mapping[str, str]] = {
    "availability.slot-unknown": "박람회 일정에 없는 시간대입니다. 일정에 있는 번호만 쓰세요.",
    "company.business-number-malformed": "사업자등록번호는 숫자 열 자리입니다. 고쳐 쓰세요.",
    "company.id-follows-from-number": "이 번호의 기업 기록이 정정된 적이 있습니다. 이 기업은 화면에서 따로 등록하세요.",
    "company.recorded-otherwise": "같은 관리번호로 다른 내용의 기업이 있습니다. 새 번호를 쓰거나 기록을 정정하세요.",
    "company.unknown": "등록되지 않은 기업입니다. 기업을 먼저 등록하세요.",
    "fair.cancelled": "취소된 박람회입니다. 더 등록할 수 없습니다.",
    "fair.not-scheduled": "박람회 일정이 아직 없습니다. 일정을 먼저 정하거나 가능 시간대를 비워 두세요.",
    "fair.registration-closed": "등록이 마감되었습니다. 현장 신청을 이용하세요.",
    "participation.already-approved": "다른 테이블 수로 이미 승인되었습니다. 참가 정보를 정정하세요.",
    "participation.not-approved": "아직 승인되지 않은 참가기업입니다. 승인한 뒤 다시 올리세요.",
    "participation.recorded-otherwise": "다른 내용으로 이미 신청되어 있습니다. 기록된 내용에 맞추거나 정정하세요.",
    "participation.rejected": "반려된 참가 신청입니다. 이 행을 빼세요.",
    "participation.withdrawn": "참가를 철회한 기업입니다. 이 행을 빼세요.",
    "request.asked-already": "이 수요기업에 같은 기술로 이미 신청했습니다. 이 행을 빼거나 기술명을 바꾸세요.",
    "request.buyer-not-approved": "승인되지 않은 수요기업입니다. 승인된 수요기업을 쓰세요.",
    "request.buyer-unknown": "이 박람회에 없는 수요기업입니다. 참가 수요기업을 쓰세요.",
    "request.own-company": "자기 회사에는 신청할 수 없습니다. 다른 수요기업을 쓰세요.",
    "request.quota-reached": "기업당 신청 한도를 넘었습니다. 이 행을 빼거나 다른 신청을 철회하세요.",
    "request.recorded-otherwise": "같은 관리번호로 다른 내용의 신청이 있습니다. 새 번호를 쓰세요.",
    "request.sme-unknown": "이 박람회에 없는 중소기업입니다. 참가 중소기업을 쓰세요.",
}
"""What each rule means to whoever mends the file. Rules not named here are told in English with a Korean hint."""
_OTHERWISE: Final = "등록 규칙에 맞지 않습니다. 영문 설명을 보고 고치세요."
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "availability.slot-unknown": ("available_slots",),
    "company.business-number-malformed": ("business_number",),
    "company.id-follows-from-number": ("business_number",),
    "company.recorded-otherwise": ("external_id",),
    "fair.not-scheduled": ("available_slots",),
    "participation.already-approved": ("tables",),
    "participation.not-approved": ("sme", "name"),
    "participation.recorded-otherwise": ("name",),
    "participation.rejected": ("sme", "name"),
    "participation.withdrawn": ("sme", "name"),
    "request.asked-already": ("technology",),
    "request.buyer-not-approved": ("buyer",),
    "request.buyer-unknown": ("buyer",),
    "request.own-company": ("buyer",),
    "request.quota-reached": ("sme",),
    "request.recorded-otherwise": ("external_id",),
    "request.sme-unknown": ("sme",),
}
"""The column to look at: the first of these that the kind of import has."""


@dataclass(frozen=True)
class Fault:
    """Why a row cannot be taken. Says nothing of what its cells hold."""

    row: TableRow
    rule: str
    korean: str
    english: str
    column: str | None = None

    def as_problem(self, columns: Sequence[ColumnSpec], letters: Mapping[str, str]) -> RowProblem:
        label = next((column.label for column in columns if column.name == self.column), None)
        return RowProblem(
            self.rule, self.korean, self.english, self.row.sheet, self.row.number, letters.get(self.column or ""), label
        )


def not_in_fair(row: TableRow, side: str) -> Fault:
    korean, english = SIDES[side]
    return Fault(
        row,
        "company-not-in-fair",
        f"이 박람회의 {korean}에 없는 기업입니다. 이름이나 사업자등록번호를 확인하거나 참가기업을 먼저 올리세요.",
        f"No {english} of this fair is called so. Check the name or business number, or import the participants first.",
        side,
    )


def ambiguous(row: TableRow, side: str) -> Fault:
    korean, english = SIDES[side]
    return Fault(
        row,
        "company-ambiguous",
        f"이름이 같은 {korean}이 둘 이상입니다. 사업자등록번호로 쓰세요.",
        f"More than one {english} of this fair has that name. Write its business number instead.",
        side,
    )


def repeated(row: TableRow, earlier: int, column: str) -> Fault:
    return Fault(
        row,
        "row-repeated",
        f"{earlier}행과 같은 내용입니다. 한 행만 남기세요.",
        f"This says the same as row {earlier}. Keep one of the two.",
        column,
    )


def of_refusal(row: TableRow, refusal: Refusal, columns: Sequence[ColumnSpec]) -> Fault:
    """The fault of a row whose commands were refused."""
    if isinstance(refusal, Rejection):
        rule, english = refusal.rule, f"{refusal.detail} {refusal.remedy}"
    else:
        rule, english = ("access" if isinstance(refusal, ForbiddenError) else "not-found"), str(refusal)
    names = {column.name for column in columns}
    column = next((name for name in _COLUMNS.get(rule, ()) if name in names), None)
    return Fault(row, rule, KOREAN.get(rule, _OTHERWISE), english, column)
