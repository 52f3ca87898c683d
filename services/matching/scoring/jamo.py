"""Hangul syllables taken apart into letters (jamo): a slip of one letter then changes one letter, not a syllable."""

import unicodedata
from functools import lru_cache
from typing import Final

FIRST_SYLLABLE: Final = 0xAC00
SYLLABLES: Final = 11_172
INITIALS: Final = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
MEDIALS: Final = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS: Final = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")


def normal(text: str) -> str:
    """Compatibility forms composed (full width, half width, decomposed Hangul), in lower case."""
    return unicodedata.normalize("NFKC", text).casefold()


def is_hangul(character: str) -> bool:
    """Whether it is one composed syllable."""
    return 0 <= ord(character) - FIRST_SYLLABLE < SYLLABLES


def parts(syllable: str) -> tuple[str, str, str]:
    """Initial, medial and final letter of a composed syllable; the final one may be empty."""
    code = ord(syllable) - FIRST_SYLLABLE
    return INITIALS[code // 588], MEDIALS[code % 588 // 28], FINALS[code % 28]


def letters(text: str) -> str:
    """The text as a row of letters and digits: syllables taken apart, everything that is neither left out."""
    return "".join(map(_apart, normal(text)))


# A fair has few different syllables and writes them often.
@lru_cache(maxsize=4096)
def _apart(character: str) -> str:
    if is_hangul(character):
        return "".join(parts(character))
    return character if character.isalnum() else ""


def grams(text: str, size: int = 3) -> list[str]:
    """Every run of `size` letters, the ends marked; empty for a text without letters."""
    row = letters(text)
    if not row:
        return []
    marked = f"^{row}$"
    return [marked[start : start + size] for start in range(max(1, len(marked) - size + 1))]
