"""How kinds of buyers look: a colour for the eye, a pattern for paper without colour, and the explanation below."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.matching.rendering.drawing import FAINT, WHITE, Drawing
from services.matching.rendering.lettering import width
from services.matching.rendering.wording import KIND_MARKS, KIND_NAMES


@dataclass(frozen=True, slots=True)
class Grounds:
    """What to fill a cell with, by kind of buyer; `dark` for the mark of the kind; `closed` where nobody can sit."""

    light: Mapping[str | None, str]
    dark: Mapping[str | None, str]
    closed: str


def grounds_of(drawing: Drawing) -> Grounds:
    """Declare them in a drawing."""
    return Grounds(
        light={
            "large": "#cfe3f7",
            "mid-sized": drawing.pattern("mid", "#ffecc7", "#e0a94a", "M-1 1 1 -1M0 3 3 0M2 4 4 2", size=3),
            "public-institution": drawing.pattern(
                "public", "#dcf3dd", "#8ac48f", "M.75 .5a.25 .25 0 1 0 .001 0M2.25 2a.25 .25 0 1 0 .001 0", size=3,
                filled=True,
            ),
            None: WHITE,
        },
        dark={"large": "#1d4f91", "mid-sized": "#8a5a00", "public-institution": "#1e6b34", None: FAINT},
        closed=drawing.pattern("closed", "#f1f3f5", "#aab4c0", "M0 0 2 2M0 2 2 0", size=2),
    )  # fmt: skip


def explain(drawing: Drawing, grounds: Grounds, left: float, top: float, room: float, *, synthetic: bool) -> None:
    """The legend, in one line of swatches and one of words."""
    x = left
    for kind in ("large", "mid-sized", "public-institution"):
        drawing.box(x, top, 8, 4.2, grounds.light[kind])
        drawing.box(x, top, 4.2, 4.2, grounds.dark[kind], line=None)
        drawing.text(x + 2.1, top + 3.2, KIND_MARKS[kind], 3, bold=True, ink=WHITE, anchor="middle")
        drawing.text(x + 9.2, top + 3.2, KIND_NAMES[kind], 3)
        x += 9.2 + 3 * width(KIND_NAMES[kind]) + 5
    for ground, words in ((WHITE, "빈자리"), (grounds.closed, "수요기업 참가 불가")):
        drawing.box(x, top, 8, 4.2, ground)
        drawing.text(x + 9.2, top + 3.2, words, 3)
        x += 9.2 + 3 * width(words) + 5
    drawing.text(x, top + 3.2, "★ 현장연계 · × 불참으로 끝남", 3, room=left + room - x)
    if synthetic:
        drawing.text(
            left,
            top + 8.2,
            "신청·배정에 가상 자료가 들어 있습니다. (가상)이라고 적힌 기업은 실제 기업이 아닙니다.",
            2.8,
            ink=FAINT,
        )
