"""What a plan's proof means, in words for the organiser."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

Status = Literal["optimal", "feasible", "infeasible"]
Language = Literal["ko", "en"]
_HUNDREDTHS: Final = 100
TEXTS: Final[Mapping[Language, Mapping[str, str]]] = {
    "ko": {
        "infeasible": "불가능: 이 조건을 모두 지키는 시간표는 없습니다. 고정한 상담이나 필수 상담의 조건을 바꾸세요.",
        "optimal": "최적: 이 회신 조건에서 더 높은 값을 갖는 시간표는 없습니다 (필수 상담 {must:,}건, 값 {value:,}).",
        "feasible": (
            "최적에 가까움: 이 시간표의 값 {value:,}은 최선보다 많아야 {percent} % 낮습니다 "
            "(필수 상담 {must:,}건은 최대이고, 값은 {value_bound:,}을 넘을 수 없음)."
        ),
        "must-open": (
            "증명이 끝나지 않음: 필수 상담 {must:,}건을 배정했고, 어떤 시간표도 {must_bound:,}건을 넘을 수 없습니다 "
            "(이 시간표의 값 {value:,})."
        ),
        "breaks": "상담 사이 빈 시간 {breaks:,}곳.",
        "breaks-optimal": "상담 사이 빈 시간 {breaks:,}곳: 같은 값에서 더 줄일 수 없습니다.",
        "breaks-bound": "상담 사이 빈 시간 {breaks:,}곳: 같은 값에서 {breaks_bound:,}곳 밑으로는 줄일 수 없습니다.",
    },
    "en": {
        "infeasible": "Infeasible: no timetable keeps all conditions. Change those of fixed or must-have meetings.",
        "optimal": (
            "Optimal: no timetable under these answers places a higher value "
            "({must:,} must-have meetings, value {value:,})."
        ),
        "feasible": (
            "Near optimal: the value {value:,} of this timetable is at most {percent} % below the best "
            "({must:,} must-have meetings are the most possible, and no value passes {value_bound:,})."
        ),
        "must-open": (
            "Proof unfinished: {must:,} must-have meetings are placed, and no timetable places more than "
            "{must_bound:,} (value {value:,})."
        ),
        "breaks": "{breaks:,} breaks between meetings.",
        "breaks-optimal": "{breaks:,} breaks between meetings: no timetable of the same value has fewer.",
        "breaks-bound": (
            "{breaks:,} breaks between meetings: no timetable of the same value has fewer than {breaks_bound:,}."
        ),
    },
}


@dataclass(frozen=True, slots=True)
class Certificate:
    """The figures of a plan, and the bounds that no plan under the same answers can pass.

    `must` and `value` are to be high. `value_bound` holds for plans with `must_bound` musts. `breaks` are to be few;
    `breaks_bound` holds for plans of the best must and value, and is None as long as nothing is proven of them. Of an
    infeasible problem the figures say nothing.

    Raises:
        ValueError: the figures contradict each other, so that nothing was proven.
    """

    status: Status
    must: int = 0
    must_bound: int = 0
    value: int = 0
    value_bound: int = 0
    breaks: int = 0
    breaks_bound: int | None = None

    def __post_init__(self) -> None:
        if self.status == "infeasible":
            return
        if self.must > self.must_bound or (self.must == self.must_bound and self.value > self.value_bound):
            raise ValueError("a bound lies below what was reached")
        if self.status == "optimal" and not self.proven:
            raise ValueError("an optimal plan reaches the bounds of its must and its value")
        if self.proven and self.breaks_bound is not None and self.breaks < self.breaks_bound:
            raise ValueError("the plan has fewer breaks than its bound allows")

    @property
    def proven(self) -> bool:
        """Whether no plan is better in must and value, whatever `status` the planner gave."""
        return (self.must, self.value) == (self.must_bound, self.value_bound)


def in_words(certificate: Certificate, language: Language = "ko") -> tuple[str, ...]:
    """One sentence a line. What is not proven is never called so; distances are rounded up, never down."""
    texts = TEXTS[language]
    if certificate.status == "infeasible":
        return (texts["infeasible"],)
    figures = {
        "must": certificate.must, "must_bound": certificate.must_bound, "value": certificate.value,
        "value_bound": certificate.value_bound, "breaks": certificate.breaks, "breaks_bound": certificate.breaks_bound,
        "percent": percentage(certificate.value, certificate.value_bound),
    }  # fmt: skip
    return tuple(texts[name].format(**figures) for name in (_sentence(certificate), _about_breaks(certificate)))


def _sentence(certificate: Certificate) -> str:
    if certificate.proven:
        return "optimal"
    return "feasible" if certificate.must == certificate.must_bound else "must-open"


def _about_breaks(certificate: Certificate) -> str:
    if certificate.breaks_bound is None or not certificate.proven:
        # Plans of another value are not what the bound is about.
        return "breaks"
    return "breaks-optimal" if certificate.breaks == certificate.breaks_bound else "breaks-bound"


def percentage(value: int, bound: int) -> str:
    """How far `value` may lie below `bound`, in per cent of the bound, rounded up to two digits behind the point."""
    if bound <= 0:
        return "0"
    hundredths = max(0, -(-Fraction(bound - value, bound) * 100 * _HUNDREDTHS // 1))
    return f"{hundredths // _HUNDREDTHS}.{hundredths % _HUNDREDTHS:02d}".rstrip("0").rstrip(".")
