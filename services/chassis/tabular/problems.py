"""What is wrong with a table and how to mend it, in Korean and English, without ever quoting what a cell holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

MESSAGES: Final[dict[str, tuple[str, str]]] = {
    # the file
    "file-too-large": (
        "파일이 {most}바이트보다 큽니다. 여러 파일로 나누어 올리세요.",
        "The file is larger than {most} bytes. Split it into several files.",
    ),
    "file-empty": (
        "파일이 비어 있습니다. 첫 행에 제목, 그 아래에 자료를 넣으세요.",
        "The file is empty. Put the headers into the first row and the data below.",
    ),
    "format-unknown": (
        "읽을 수 없는 형식입니다. CSV 또는 XLSX로 저장하여 올리세요.",
        "This is not a format that can be read. Save the table as CSV or XLSX.",
    ),
    "format-old-excel": (
        "옛 엑셀 형식(.xls)은 읽지 않습니다. 엑셀에서 '다른 이름으로 저장' > XLSX를 고르세요.",
        "The old Excel format (.xls) is not read. In Excel choose Save as > XLSX.",
    ),
    "file-encrypted": (
        "암호가 걸린 파일입니다. 암호를 풀고 다시 저장하여 올리세요.",
        "The file is protected by a password. Remove the password, save it and upload it again.",
    ),
    "file-with-macros": (
        "매크로가 든 파일은 받지 않습니다. 매크로 없는 XLSX로 저장하세요.",
        "Files with macros are not taken. Save the table as XLSX without macros.",
    ),
    "file-damaged": (
        "파일이 손상되어 열 수 없습니다. 엑셀에서 열어 XLSX로 다시 저장하세요.",
        "The file is damaged and cannot be opened. Open it in Excel and save it again as XLSX.",
    ),
    "file-unpacks-too-large": (
        "압축을 풀면 허용 크기({most}바이트)를 넘습니다. 자료만 새 파일에 옮겨 올리세요.",
        "Unpacked, the file passes the limit of {most} bytes. Copy the data alone into a new file.",
    ),
    "encoding-broken": (
        "UTF-8 파일이 {line}번째 줄에서 깨져 있습니다. 원본을 UTF-8 CSV로 다시 저장하세요.",
        "The file is UTF-8 but broken in line {line}. Save the original again as CSV UTF-8.",
    ),
    "encoding-unknown": (
        "UTF-8도 CP949도 아닌 문자 집합입니다(추정: {guess}). UTF-8 CSV로 저장하세요.",
        "The text is neither UTF-8 nor CP949 (it looks like {guess}). Save it as CSV UTF-8.",
    ),
    "several-sheets": (
        "자료가 든 시트가 둘 이상입니다. 한 파일에는 한 시트만 남기세요.",
        "More than one sheet holds data. Keep one sheet in a file.",
    ),
    "too-many-rows": (
        "자료가 {most}행보다 많습니다. 여러 파일로 나누어 올리세요.",
        "There are more than {most} rows of data. Split them into several files.",
    ),
    "too-many-columns": (
        "열이 {most}개보다 많습니다. 필요한 열만 남기세요.",
        "There are more than {most} columns. Keep those that are needed.",
    ),
    "too-many-problems": (
        "문제가 {most}건을 넘어 그 뒤는 보고하지 않습니다. 보고된 것을 고치고 다시 올리세요.",
        "There are more than {most} problems; the rest is not reported. Mend these and upload the file again.",
    ),
    "broken-quotes": (
        '큰따옴표가 맞지 않아 이 행부터 읽을 수 없습니다. 따옴표를 짝 맞추거나 두 번("") 쓰세요.',
        'Quotation marks do not match, so nothing can be read from this row on. Close them, or double them ("").',
    ),
    # the header
    "header-missing": (
        "'{name}' 열이 없습니다. 첫 행에 이 제목을 넣으세요(가능한 제목: {names}).",
        "The column '{name}' is missing. Put it into the first row (accepted: {names}).",
    ),
    "header-duplicated": (
        "'{name}' 열이 두 번 있습니다. 하나만 남기세요.",
        "The column '{name}' is there twice. Keep one.",
    ),
    "header-unknown": (
        "이 열의 제목을 알 수 없습니다. 지우거나 다음 중 하나로 바꾸세요: {names}.",
        "The header of this column is not known. Remove the column or name it one of: {names}.",
    ),
    # a row
    "cells-beyond-header": (
        "제목이 없는 열에 값이 있습니다. 구분자를 확인하거나 값을 지우세요.",
        "There is a value in a column without a header. Check the separators or remove the value.",
    ),
    "value-missing": ("값이 비어 있습니다. 채워 넣으세요.", "The cell is empty. Fill it in."),
    "value-duplicated": (
        "{earlier}행과 같은 값입니다. 서로 다른 값을 쓰세요.",
        "The value is the same as in row {earlier}. Every row needs its own.",
    ),
    "formula": (
        "수식은 읽지 않습니다. 값으로 바꾸어(복사 > 값 붙여넣기) 저장하세요.",
        "Formulas are not read. Replace it by its value (copy > paste values).",
    ),
    "cell-error": (
        "엑셀 오류 값입니다. 올바른 값을 넣으세요.",
        "The cell holds an Excel error. Put in the right value.",
    ),
    "not-text": (
        "글자가 아닙니다. 셀 서식을 '텍스트'로 바꾸고 다시 입력하세요.",
        "This is not text. Format the cell as Text and type it again.",
    ),
    "too-long": ("{most}자를 넘습니다. 줄여 쓰세요.", "There are more than {most} characters. Shorten the text."),
    "control-character": (
        "줄바꿈이나 보이지 않는 문자가 있습니다. 지우고 한 줄로 쓰세요.",
        "There is a line break or an invisible character. Remove it and write one line.",
    ),
    "personal-data": (
        "전화번호, 전자우편 주소나 주민등록번호가 들어 있습니다. 이 열에서는 지우세요.",
        "There is a phone number, an e-mail address or a resident number. Remove it from this column.",
    ),
    "pattern": ("형식이 다릅니다. 예: {example}", "The form is not right. Example: {example}"),
    "not-code": (
        "영문 소문자, 숫자와 붙임표만 쓰세요. 예: ai-data",
        "Use lower-case letters, digits and hyphens only, for example ai-data.",
    ),
    "not-in-list": ("다음 중 하나를 쓰세요: {names}.", "Use one of: {names}."),
    "not-integer": ("정수를 쓰세요. 예: 3", "Write a whole number, for example 3."),
    "out-of-range": ("{least}부터 {most}까지의 수를 쓰세요.", "Write a number from {least} to {most}."),
    "not-boolean": ("예 또는 아니요(true, false)를 쓰세요.", "Write true or false (예, 아니요)."),
    "list-duplicated": ("같은 항목이 두 번 있습니다. 하나만 남기세요.", "An item is there twice. Keep one."),
}
"""Rule -> (Korean, English). The rules are stable names; braces take figures and names of ours, never what was read."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing to mend. `row` counts from 1 as the spreadsheet shows it, `column` is its letter, `header` our name.

    `row` None: the file as a whole.
    """

    rule: str
    korean: str
    english: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    header: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "header": self.header,
            "message": {"ko": self.korean, "en": self.english},
        }


class CellError(ValueError):
    """A cell breaks a rule; the place is added by whoever knows it."""

    def __init__(self, rule: str, **details: object) -> None:
        super().__init__(rule)
        self.rule = rule
        self.details = details


class UnreadableError(ValueError):
    """No rows can be read from the file at all."""

    def __init__(self, rule: str, *, row: int | None = None, sheet: str | None = None, **details: object) -> None:
        super().__init__(rule)
        self.problem = problem(rule, details, sheet=sheet, row=row)


def problem(
    rule: str,
    details: Mapping[str, object] | None = None,
    *,
    sheet: str | None = None,
    row: int | None = None,
    column: int | None = None,
    header: str | None = None,
) -> RowProblem:
    """A problem with its messages; `column` counts from 0, `details` fill the braces of the messages."""
    korean, english = (text.format(**(details or {})) for text in MESSAGES[rule])
    return RowProblem(rule, korean, english, sheet, row, None if column is None else letter(column), header)


def letter(column: int) -> str:
    """The spreadsheet's name of a column that counts from 0: A, B, ..., Z, AA, ..."""
    name, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        name = chr(ord("A") + digit) + name
    return name
