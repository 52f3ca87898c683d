"""Demands and offers written from hidden topics: those of the synthetic fair, with the noise of people who type.

Each text speaks of one or two things of its topic. Then words are run together, put into another grammatical form,
mistyped by one letter, or dressed with words that every title has. Who shares a thing fits well (2), who shares the
topic only fits a little (1). Drawn from a seed; no word of the synonyms' table is exchanged for another.
"""

import random
import sys
from dataclasses import dataclass
from pathlib import Path

from services.matching.scoring.jamo import FINALS, FIRST_SYLLABLE, INITIALS, MEDIALS, is_hangul, parts

sys.path.insert(0, str(Path(__file__).parents[2] / "data/fair-2023"))
from vocabulary import QUALIFIERS, TOPICS

DEMANDS, OFFERS = 150, 250
RUN_TOGETHER, MISTYPED, SECOND_THING, INFLECTED = 0.25, 0.15, 0.3, 0.3
DEMAND_ENDS = ("협력 개발", "공동 개발", "국내 공급사 발굴", "도입 희망", "개발 협력사 모집")
OFFER_ENDS = ("기술", "솔루션 제안", "양산 기술", "시제품 보유", "")
GRADES = {"thing": 2, "topic": 1}


@dataclass(frozen=True)
class Written:
    """A text with what it is about; that is hidden from whoever ranks."""

    id: str
    text: str
    topic: str
    things: frozenset[str]


def write(seed: int) -> tuple[list[Written], list[Written]]:
    """Demands and offers."""
    rng = random.Random(seed)
    demands = [_written(rng, f"d{number:03}", DEMAND_ENDS) for number in range(DEMANDS)]
    offers = [_written(rng, f"o{number:03}", OFFER_ENDS) for number in range(OFFERS)]
    return demands, offers


def grades(query: Written, among: list[Written]) -> dict[str, int]:
    """What fits the query, and how well."""
    return {
        other.id: GRADES["thing" if query.things & other.things else "topic"]
        for other in among
        if query.topic == other.topic
    }


def _written(rng: random.Random, name: str, ends: tuple[str, ...]) -> Written:
    topic = rng.choice(list(TOPICS))
    things = rng.sample(TOPICS[topic], 2 if rng.random() < SECOND_THING else 1)
    words = " 및 ".join(_inflected(rng, thing) if rng.random() < INFLECTED else thing for thing in things)
    text = f"{rng.choice([*QUALIFIERS, ''])} {words} {rng.choice(ends)}".strip()
    if rng.random() < RUN_TOGETHER:
        place = rng.choice([place for place, letter in enumerate(text) if letter == " "] or [len(text)])
        text = text[:place] + text[place + 1 :]
    if rng.random() < MISTYPED:
        text = _mistyped(rng, text)
    return Written(name, text, topic, frozenset(things))


def _inflected(rng: random.Random, thing: str) -> str:
    """The last word set apart by a particle or a clause."""
    head, _, last = thing.rpartition(" ")
    if not head:
        return thing
    return rng.choice((f"{head}용 {last}", f"{head}을 위한 {last}", f"{head}에 쓰는 {last}", f"{last}({head})"))


def _mistyped(rng: random.Random, text: str) -> str:
    """One letter of one syllable is another one."""
    places = [place for place, letter in enumerate(text) if is_hangul(letter)]
    place = rng.choice(places)
    initial, medial, final = parts(text[place])
    match rng.randrange(3):
        case 0:
            initial = rng.choice(INITIALS)
        case 1:
            medial = rng.choice(MEDIALS)
        case _:
            final = rng.choice(FINALS)
    code = (INITIALS.index(initial) * 21 + MEDIALS.index(medial)) * 28 + FINALS.index(final)
    return text[:place] + chr(FIRST_SYLLABLE + code) + text[place + 1 :]
