"""Loan words in two scripts: filter and 필터 have the same row of consonants once both are written by their sound."""

import re
from typing import Final

from services.matching.scoring.jamo import is_hangul, parts

LEAST: Final = 3
"""With fewer consonants too many words of other meanings sound alike."""
_INITIALS: Final = dict(zip("ㄱㄲㅋㄴㄷㄸㅌㄹㅁㅂㅃㅍㅅㅆㅈㅉㅊㅎ", "kkkntttlmpppsssssh", strict=True))
_FINALS: Final = {
    **dict.fromkeys("ㄱㄲㅋㄳ", "k"), **dict.fromkeys("ㄴㄵㄶ", "n"), **dict.fromkeys("ㄷㅌㅅㅆㅈㅊ", "t"),
    **dict.fromkeys("ㄹㄺㄻㄼㄽㄾㅀ", "l"), "ㅁ": "m", **dict.fromkeys("ㅂㅍㅄㄿ", "p"), "ㅇ": "N", "ㅎ": "",
}  # fmt: skip
_SPELLINGS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^kn", "n"), (r"^ps", "s"), (r"mb$", "m"), (r"ture$", "S"), (r"(?<=[aeiou])re$", ""),
        (r"ssion|tion|cian|sion", "Sn"), (r"tch|ch|dge|sh", "S"), (r"ph", "p"), (r"th$", "S"), (r"th", "t"),
        (r"gh", ""), (r"ck|cc(?![eiy])|qu", "k"), (r"x", "kS"), (r"c(?=[eiy])", "S"), (r"c", "k"),
        (r"g(?=[eiy])(?!ear)", "S"), (r"ng(?![aeiou])", "N"), (r"r(?![aeiouy])", ""), (r"(?<=[aeiou])h(?![aeiou])", ""),
        (r"[fvb]", "p"), (r"d", "t"), (r"r", "l"), (r"[gq]", "k"), (r"[szj]", "S"),
    )
)  # fmt: skip
"""In this order, each over what the ones before left; S stands for every hiss (s, z, j, ch), which Korean mixes."""


def of_latin(word: str) -> str:
    """The consonants of an English word as Korean writes them."""
    sound = word
    for pattern, replacement in _SPELLINGS:
        sound = pattern.sub(replacement, sound)
    return _once(re.sub(r"[^a-zNS]|[wy]", "", sound), "aeiou")


def of_hangul(word: str) -> str:
    """The consonants of a Hangul word; vowels are left out, as they differ most between the two."""
    sound = []
    for syllable in word:
        if not is_hangul(syllable):
            return ""
        initial, _, final = parts(syllable)
        sound.append(_INITIALS.get(initial, "") + "a" + _FINALS.get(final, ""))
    return _once("".join(sound), "a")


def _once(sound: str, vowels: str) -> str:
    """Doubled consonants are heard once, unless a vowel stands between them."""
    heard = re.sub(f"[{vowels}]", "", re.sub(r"([^aeiou])\1+", r"\1", sound))
    return heard.replace("S", "s").replace("Nk", "nk")
