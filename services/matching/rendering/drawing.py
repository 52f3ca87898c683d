"""Shapes and letters of an SVG picture, in millimetres.

All looks are presentation attributes: a page's security policy, which forbids styles, has no say over them, and
programs without style sheets show the same. The only style tells printers the size of a sheet.
"""

# Only written with, nothing is parsed.
from xml.etree import ElementTree as ET

from services.matching.rendering.lettering import fitted, writable
from services.matching.rendering.lettering import width as width_of

FONTS = "'Noto Sans KR','Noto Sans CJK KR','Apple SD Gothic Neo','Malgun Gothic','NanumGothic',sans-serif"
INK = "#1a202c"
FAINT = "#4a5568"
GRID = "#a0aec0"
WHITE = "#ffffff"


class Drawing:
    """A picture of sheets below each other that grows by what is drawn; later covers earlier."""

    def __init__(self, width: float, sheet_height: float, sheets: int, title: str, description: str) -> None:
        height = sheet_height * sheets
        size = {"width": f"{_number(width)}mm", "height": f"{_number(height)}mm"}
        box = {"viewBox": f"0 0 {_number(width)} {_number(height)}"}
        about = {"role": "img", "aria-labelledby": "title description", "font-family": FONTS, "fill": INK}
        self._root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size, **box, **about})
        ET.SubElement(self._root, "title", {"id": "title"}).text = writable(title)
        ET.SubElement(self._root, "desc", {"id": "description"}).text = writable(description)
        paper = f"@page{{size:{_number(width)}mm {_number(sheet_height)}mm;margin:0}}"
        ET.SubElement(self._root, "style").text = paper
        self._definitions = ET.SubElement(self._root, "defs")
        self._here = self._root
        self.box(0, 0, width, height, WHITE, line=None)

    def pattern(self, name: str, ground: str, mark: str, path: str, *, size: float, filled: bool = False) -> str:
        """Declare a repeated ground of `size` by `size`; what to fill with it."""
        side = _number(size)
        area = {"id": name, "width": side, "height": side, "patternUnits": "userSpaceOnUse"}
        tile = ET.SubElement(self._definitions, "pattern", area)
        ET.SubElement(tile, "rect", {"width": side, "height": side, "fill": ground})
        look = {"fill": mark} if filled else {"fill": "none", "stroke": mark, "stroke-width": "0.18"}
        ET.SubElement(tile, "path", {"d": path, **look})
        return f"url(#{name})"

    def sheet(self, top: float) -> None:
        """What follows is drawn that much lower down."""
        self._here = ET.SubElement(self._root, "g", {"transform": f"translate(0 {_number(top)})"})

    def box(
        self, left: float, top: float, width: float, height: float, fill: str, *, line: str | None = GRID,
        thick: float = 0.15, tip: str = "",
    ) -> None:  # fmt: skip
        """A rectangle; `tip` is shown to who points at it, and read aloud."""
        place = {"x": left, "y": top, "width": width, "height": height}
        look = {"fill": fill} if line is None else {"fill": fill, "stroke": line, "stroke-width": _number(thick)}
        drawn = ET.SubElement(self._here, "rect", {**{name: _number(value) for name, value in place.items()}, **look})
        if tip:
            ET.SubElement(drawn, "title").text = writable(tip)

    def line(self, left: float, top: float, right: float, bottom: float, *, thick: float = 0.4, ink: str = INK) -> None:
        ends = {"x1": left, "y1": top, "x2": right, "y2": bottom}
        places = {name: _number(value) for name, value in ends.items()}
        ET.SubElement(self._here, "line", {**places, "stroke": ink, "stroke-width": _number(thick)})

    def text(
        self, left: float, base: float, text: str, size: float, *, room: float | None = None,
        least: float | None = None, bold: bool = False, ink: str | None = None, anchor: str = "start",
    ) -> float:  # fmt: skip
        """Write on the line `base`, cut to `room` but made smaller before, down to `least`; the width it takes."""
        shown = writable(text)
        if room is not None:
            if least is not None:
                size = max(least, min(size, room / max(width_of(shown), 1)))
            shown = fitted(shown, room / size)
        if not shown:
            return 0
        look = {"font-size": _number(size)}
        if bold:
            look["font-weight"] = "700"
        if ink is not None:
            look["fill"] = ink
        if anchor != "start":
            look["text-anchor"] = anchor
        ET.SubElement(self._here, "text", {"x": _number(left), "y": _number(base), **look}).text = shown
        return width_of(shown) * size

    def written(self) -> bytes:
        """The document in UTF-8."""
        content: bytes = ET.tostring(self._root, encoding="utf-8", xml_declaration=True)
        return content


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
