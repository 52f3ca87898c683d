"""Latin abbreviations spelled out in Hangul by the names of their letters: 에이아이 is AI, 아이오티 is IoT."""

import re
from typing import Final

from services.matching.scoring.jamo import is_hangul

NAMES: Final[dict[str, str]] = {
    "에이치": "h", "더블유": "w", "더블류": "w", "에이": "a", "에프": "f", "제이": "j", "케이": "k", "아이": "i",
    "에스": "s", "엑스": "x", "와이": "y", "제트": "z", "비": "b", "씨": "c", "시": "c", "디": "d", "이": "e",
    "지": "g", "엘": "l", "엠": "m", "엔": "n", "오": "o", "피": "p", "큐": "q", "알": "r", "아르": "r", "티": "t",
    "유": "u", "브이": "v",
}  # fmt: skip
LEAST_SYLLABLES: Final = 3
"""Two syllables are ordinary words too often: 유지 is upkeep, not UG."""
TELLING: Final = frozenset("씨큐엘엠엔피티")
"""Names of one syllable that few other words are made of; 유지비 (upkeep cost) and 비디오 (video) have none of them."""
PARTICLES: Final = frozenset({"을", "를", "이", "가", "은", "는", "의", "와", "과", "로", "에", "용", "형"})
_LONGEST: Final = sorted(NAMES, key=len, reverse=True)
_NAMES: Final = re.compile(f"(?:{'|'.join(_LONGEST)}){{2,}}")
_ONE: Final = re.compile("|".join(_LONGEST))
_WORD: Final = re.compile("[가-힣]+")


def abbreviated(text: str) -> str:
    """The text with abbreviations that were spelled out written in Latin letters, apart from what follows them.

    A word counts as one where it begins with at least three syllables of letter names and nothing follows, or a
    particle, or another word of two syllables at least: 아이디어 (idea) stays what it is.
    """
    return _WORD.sub(lambda found: _word(found.group()), text)


def _word(word: str) -> str:
    found = _NAMES.match(word)
    if found is None:
        return word
    names, rest = found.group(), word[found.end() :]
    spelled = _ONE.findall(names)
    if len(names) < LEAST_SYLLABLES or not any(len(name) > 1 or name in TELLING for name in spelled):
        return word
    if len(rest) == 1 and rest not in PARTICLES and is_hangul(rest):
        return word
    return "".join(NAMES[name] for name in spelled) + (f" {rest}" if rest else "")
