"""CSV files as spreadsheets write them: UTF-8 with or without a mark, CP949; comma, semicolon or tab."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Final

import charset_normalizer

from services.chassis.tabular.columns import ColumnSpec, header_key
from services.chassis.tabular.grid import Grid, GridRow
from services.chassis.tabular.problems import UnreadableError

_DELIMITERS: Final = (",", ";", "\t")
_DECLARED: Final = re.compile(r'\A"?sep=([,;\t])"?\r?\n')
_SAMPLE_BYTES: Final = 64 * 1024
_HANGUL: Final = re.compile(r"[가-힣ㄱ-ㅣ]")
_FOREIGN: Final = re.compile(r"[^\W\d_a-zA-Z]")
_KOREAN: Final = frozenset({"cp949", "euc_kr", "johab", "iso2022_kr"})
_DAMAGE: Final = "\ufffd"


def read_csv(content: bytes, headers: Mapping[str, ColumnSpec]) -> Grid:
    """The rows of a CSV file; `headers` (by header key) tell which separator makes sense.

    Raises:
        UnreadableError: the character set is not one of those above.
    """
    text = decoded(content)
    declared = _DECLARED.match(text)
    if declared:
        text = text[declared.end() :]
    delimiter = declared[1] if declared else _delimiter(text, headers)
    return Grid(None, _rows(text, delimiter))


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8 if it is that, else CP949 if it is that and reads as Korean.

    A UTF-8 file with a broken byte is often valid CP949 as well, of no sense: it is told apart by the Hangul that is
    still readable as UTF-8, and never taken as CP949.

    Raises:
        UnreadableError: it is neither.
    """
    if b"\x00" in content:
        raise UnreadableError("encoding-unknown", guess=_guess(content))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken_at = error.start
    lenient = content.decode("utf-8", errors="replace")
    if len(_HANGUL.findall(lenient)) > lenient.count(_DAMAGE):
        raise UnreadableError("encoding-broken", line=content.count(b"\n", 0, broken_at) + 1)
    try:
        text = content.decode("cp949")
    except UnicodeDecodeError:
        raise UnreadableError("encoding-unknown", guess=_guess(content)) from None
    if 2 * len(_HANGUL.findall(text)) < len(_FOREIGN.findall(text)) and _guess(content) not in _KOREAN:
        raise UnreadableError("encoding-unknown", guess=_guess(content))
    return text


def _guess(content: bytes) -> str:
    best = charset_normalizer.from_bytes(content[:_SAMPLE_BYTES]).best()
    return best.encoding if best else "?"


def _delimiter(text: str, headers: Mapping[str, ColumnSpec]) -> str:
    """The separator that makes the most known headers of the first row with content, or else the most columns."""
    line = next((line for line in text.splitlines() if line.strip()), "")

    def rank(delimiter: str) -> tuple[int, int]:
        # not strict: a header cell may go on over several lines
        cells = next(csv.reader([line], delimiter=delimiter), [])
        return sum(header_key(cell) in headers for cell in cells), len(cells)

    return max(_DELIMITERS, key=rank)


def _rows(text: str, delimiter: str) -> Iterator[GridRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise UnreadableError("broken-quotes", row=number) from None
        yield GridRow(number, cells)
