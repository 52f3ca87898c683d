"""How much room a text takes, without a font at hand, and what of it can be written at all."""

import re
import unicodedata
from typing import Final

ELLIPSIS: Final = "…"
# What XML 1.0 cannot hold, not even escaped: section 2.2, production Char.
_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT: Final = "\ufffd"


def writable(text: str) -> str:
    """The text with U+FFFD for every character that neither XML nor a calendar can hold."""
    return _ILLEGAL.sub(_REPLACEMENT, text)


def width(text: str) -> float:
    """The width in em, rather too much than too little: Hangul is square, Latin depends on the font."""
    return sum(_width(character) for character in text)


def fitted(text: str, room: float) -> str:
    """As much of the text as fits into `room` em, with an ellipsis where some is left out; "" if nothing fits."""
    if width(text) <= room:
        return text
    kept, used = "", width(ELLIPSIS)
    for character in text:
        used += _width(character)
        if used > room:
            break
        kept += character
    kept = kept.rstrip()
    return kept + ELLIPSIS if kept else ""


def _width(character: str) -> float:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Mn", "Me"}:
        return 0
    if unicodedata.east_asian_width(character) in {"W", "F"}:
        return 1
    if character in "MWmw@%":
        return 0.9
    if character.isupper() or unicodedata.east_asian_width(character) == "A":
        return 0.7
    if character in " .,:;'|!()[]ijlt-":
        return 0.36
    return 0.58
