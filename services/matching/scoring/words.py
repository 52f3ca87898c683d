"""Korean text into the words that carry its meaning: synonyms first, then morphemes of what is left.

The analyser (Kiwi) takes a second of computing and 300 MB. It is loaded with the first text that needs it, once per
process; comparing words needs none of it, so that only processes that take texts in bear it.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Final, Protocol

from services.matching.scoring.jamo import normal
from services.matching.scoring.letter_names import abbreviated
from services.matching.scoring.synonyms import SYNONYMS

VERSION: Final = 1
"""Raise it when the same text comes out as other words; the synonyms and Kiwi's own version count by themselves."""
KEPT: Final = frozenset({"NNG", "NNP", "XR", "SL", "SN", "SH", "W_SERIAL"})
STEMS: Final = ("VV", "VA")
EMPTY: Final = frozenset({"위하", "대하", "통하", "의하", "따르", "있", "없", "하", "되", "같", "이루어지"})
"""Verbs and adjectives that hold a sentence together and say nothing of its matter."""
_PARTICLE: Final = re.compile(r"(?:으로|에서|을|를|이|가|은|는|의|와|과|로|에|용)(?=\s|$)")
"""What may follow a known word directly; alone, the analyser would take it for a word."""
_LATIN: Final = re.compile(r"[0-9a-z]")


class Morpheme(Protocol):
    """What is read of a morpheme: its form, its tag of the Sejong set, where it begins and how long it is."""

    @property
    def form(self) -> str: ...
    @property
    def tag(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def len(self) -> int: ...


class Analyser(Protocol):
    """Splits a text into morphemes, the same ones each time."""

    def tokenize(self, text: str) -> list[Morpheme]: ...


@lru_cache(maxsize=4096)
def terms(text: str) -> tuple[str, ...]:
    """The words of a title or a technology's name, in order, doubled ones as often as they stand there.

    Remembered for a while, as one technology goes to several buyers. Deterministic for one version of Kiwi and one
    table of synonyms. A text without words gives none.
    """
    return tuple(_terms(normal(text), _compiled()))


def terms_without_synonyms(text: str) -> tuple[str, ...]:
    """The same without the table, to measure what it does."""
    return tuple(_terms(normal(text), None))


def _terms(text: str, known: "_Known | None") -> Iterator[str]:
    text = abbreviated(text)
    if known is None:
        yield from _morphemes(text)
        return
    pattern, read_as = known
    end = 0
    for found in pattern.finditer(text):
        yield from _morphemes(text[end : found.start()])
        yield from read_as[_without_blanks(found.group())]
        particle = _PARTICLE.match(text, found.end())
        end = particle.end() if particle else found.end()
    yield from _morphemes(text[end:])


def _morphemes(text: str) -> Iterator[str]:
    """Letters and digits that stand together are one word: 5g, v2x."""
    if not text.strip():
        return
    joined, end = "", -1
    for morpheme in _analyser().tokenize(text):
        latin = morpheme.tag in {"SL", "SN", "W_SERIAL"}
        if joined and not (latin and morpheme.start == end):
            yield joined
            joined = ""
        if latin:
            joined, end = joined + morpheme.form, morpheme.start + morpheme.len
        elif morpheme.tag in KEPT or (morpheme.tag.startswith(STEMS) and morpheme.form not in EMPTY):
            yield morpheme.form
    if joined:
        yield joined


_Known = tuple[re.Pattern[str], Mapping[str, tuple[str, ...]]]


@cache
def _compiled() -> _Known:
    read_as: dict[str, tuple[str, ...]] = {}
    for words, forms in SYNONYMS:
        for form in (words, *forms):
            read_as.setdefault(_without_blanks(form), tuple(words.split()))
    longest = sorted({form for words, forms in SYNONYMS for form in (words, *forms)}, key=lambda f: (-len(f), f))
    return re.compile("|".join(_form(form) for form in longest)), read_as


def _form(form: str) -> str:
    pattern = r"\s*".join(map(re.escape, form.split()))
    before = "(?<![0-9a-z])" if _LATIN.match(form[0]) else ""
    return before + pattern + ("(?![0-9a-z])" if _LATIN.match(form[-1]) else "")


def _without_blanks(text: str) -> str:
    return "".join(text.split())


@cache
def _analyser() -> Analyser:
    # Deferred, as it costs memory that most processes do without. The dictionary of names of many words (works, places,
    # persons) would cost 190 MB more, and titles of technologies hold none. One worker: texts come one by one.
    from kiwipiepy import Kiwi  # type: ignore[import-untyped]  # it ships without types

    analyser: Analyser = Kiwi(num_workers=1, load_multi_dict=False)
    return analyser
