"""Lines over time as one SVG: panels under each other, all on the same minutes, each line named where it ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

Line = Sequence[tuple[float, float]]
"""Minutes and values, in order of the minutes."""
COLOURS: Final = ("#1f6fb4", "#c2410c", "#15803d", "#7c3aed", "#b91c1c", "#0e7490", "#854d0e", "#475569")
WIDTH, LEFT, RIGHT, TOP, GAP, HEIGHT, FOOT = 960, 64, 190, 56, 44, 112, 40
LABEL_HEIGHT: Final = 12
FONT: Final = 'font-family="system-ui, sans-serif" font-size="11"'
STEPS: Final = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Panel:
    """One picture: its title says the unit, too. A name that ends with `-worker` is drawn dashed, in the colour of the
    name without it and without `-api`.
    """

    title: str
    lines: Mapping[str, Line]


def svg(title: str, panels: Sequence[Panel]) -> str:
    """The whole file."""
    height = TOP + len(panels) * (HEIGHT + GAP) - GAP + FOOT
    minutes = max((line[-1][0] for panel in panels for line in panel.lines.values() if line), default=1.0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {FONT} fill="#1e293b">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="24" font-size="15" font-weight="600">{escape(title)}</text>',
    ]
    for number, panel in enumerate(panels):
        parts += _panel(panel, TOP + number * (HEIGHT + GAP), minutes, last=number == len(panels) - 1)
    return "\n".join([*parts, "</svg>\n"])


def ticks(highest: float, count: int = 3) -> list[float]:
    """Round values from 0 to the first one that is not below the highest."""
    rough = max(highest, 1e-9) / count
    power = 10.0 ** _exponent(rough)
    step = next(step * power for step in STEPS if step * power >= rough * (1 - 1e-9))
    found = [0.0]
    while found[-1] < highest:
        found.append(round(found[-1] + step, 10))
    return found


def _exponent(value: float) -> int:
    exponent = 0
    while value >= 10:
        value, exponent = value / 10, exponent + 1
    while value < 1:
        value, exponent = value * 10, exponent - 1
    return exponent


def _panel(panel: Panel, top: float, minutes: float, *, last: bool) -> list[str]:
    marks = ticks(max((value for line in panel.lines.values() for _, value in line), default=1.0))
    right, bottom = WIDTH - RIGHT, top + HEIGHT

    def across(minute: float) -> float:
        return LEFT + (right - LEFT) * minute / minutes

    def up(value: float) -> float:
        return bottom - HEIGHT * value / marks[-1]

    parts = [f'<text x="{LEFT}" y="{top - 8}" font-weight="600">{escape(panel.title)}</text>']
    for mark in marks:
        parts += [
            f'<path d="M{LEFT} {up(mark):.1f}H{right}" stroke="#cbd5e1" stroke-width="0.6"/>',
            f'<text x="{LEFT - 6}" y="{up(mark) + 4:.1f}" text-anchor="end">{mark:g}</text>',
        ]
    for minute in ticks(minutes, 6):
        if minute <= minutes:
            parts.append(f'<path d="M{across(minute):.1f} {top}V{bottom}" stroke="#e2e8f0" stroke-width="0.6"/>')
            if last:
                parts.append(
                    f'<text x="{across(minute):.1f}" y="{bottom + 16}" text-anchor="middle">{minute:g} min</text>'
                )
    colours = _colours(panel.lines)
    ends = []
    for name, line in panel.lines.items():
        if line:
            path = "L".join(f"{across(minute):.1f} {up(value):.1f}" for minute, value in line)
            dashes = ' stroke-dasharray="5 3"' if name.endswith("-worker") else ""
            parts.append(f'<path d="M{path}" fill="none" stroke="{colours[name]}" stroke-width="1.4"{dashes}/>')
            ends.append((up(line[-1][1]), name, line[-1][1]))
    for place, (_, name, value) in zip(_apart([end for end, _, _ in sorted(ends)], top), sorted(ends), strict=True):
        parts.append(
            f'<text x="{right + 8}" y="{place + 4:.1f}" fill="{colours[name]}">{escape(name)} {value:,.4g}</text>'
        )
    return parts


def _colours(names: Mapping[str, Line]) -> dict[str, str]:
    kinds = list(dict.fromkeys(_kind(name) for name in names))
    return {name: COLOURS[kinds.index(_kind(name)) % len(COLOURS)] for name in names}


def _kind(name: str) -> str:
    return name.removesuffix("-worker").removesuffix("-api")


def _apart(places: Sequence[float], top: float) -> list[float]:
    """Labels that would lie on each other, moved apart; none above the panel."""
    found: list[float] = []
    # Room is made upwards, so that the lowest stays where its line ends.
    for place in reversed(places):
        found.append(min(place, found[-1] - LABEL_HEIGHT) if found else place)
    found.reverse()
    shift = max(0.0, top - found[0]) if found else 0.0
    return [place + shift for place in found]
