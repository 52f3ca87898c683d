"""The columns of each kind of import, with the headers that name them."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from services.chassis.tabular import ColumnSpec

Kind = Literal["buyers", "smes", "requests"]
KINDS: Final[tuple[Kind, ...]] = ("buyers", "smes", "requests")
BUSINESS_NUMBER: Final = re.compile(r"[0-9]{3}-?[0-9]{2}-?[0-9]{5}", re.ASCII)
BUYER_KINDS: Final[Mapping[str, Sequence[str]]] = {
    "large": ("대기업",),
    "mid-sized": ("중견기업", "중견"),
    "public-institution": ("공공기관", "공공"),
}

# A title, though it goes into no event: ids are derived from it, and nobody's phone number shall be guessed from one.
_EXTERNAL_ID: Final = ColumnSpec("external_id", "title", ("관리번호", "id"), required=False, max_length=64, unique=True)
_NAME: Final = ColumnSpec("name", "title", ("기업명", "회사명", "상호"))
_NUMBER: Final = ColumnSpec(
    "business_number",
    aliases=("사업자등록번호", "사업자번호"),
    required=False,
    pattern=BUSINESS_NUMBER,
    example="123-45-67890",
)
_SLOTS: Final = ColumnSpec(
    "available_slots", "list", ("가능 시간대",), required=False, items="integer", least=1, most=99
)
_TOPICS: Final = ColumnSpec("topics", "list", ("기술 분야", "분야"), required=False, default=())
_APPROVED: Final = ColumnSpec("approved", "boolean", ("승인",), required=False)
_SYNTHETIC: Final = ColumnSpec("synthetic", "boolean", ("가상",), required=False, default=False)
_SOURCE: Final = ColumnSpec("source", "code", ("출처",), required=False, default="import")

COLUMNS: Final[Mapping[Kind, tuple[ColumnSpec, ...]]] = {
    "buyers": (
        _EXTERNAL_ID,
        _NAME,
        ColumnSpec("kind", "code", ("구분", "기업 규모"), choices=BUYER_KINDS),
        _NUMBER,
        ColumnSpec("tables", "integer", ("테이블 수",), required=False, default=1, least=1, most=20),
        _SLOTS,
        _APPROVED,
        _SYNTHETIC,
        _SOURCE,
    ),
    "smes": (
        _EXTERNAL_ID,
        _NAME,
        _NUMBER,
        ColumnSpec("region", "code", ("지역",), required=False),
        ColumnSpec("max_meetings", "integer", ("최대 상담 수",), required=False, least=1, most=99),
        _SLOTS,
        _TOPICS,
        _APPROVED,
        _SYNTHETIC,
        _SOURCE,
    ),
    "requests": (
        _EXTERNAL_ID,
        ColumnSpec("sme", aliases=("중소기업",)),
        ColumnSpec("buyer", aliases=("수요기업",)),
        ColumnSpec("technology", "title", ("협력기술 수요", "기술명")),
        _TOPICS,
        _SYNTHETIC,
        _SOURCE,
    ),
}
UNUSED: Final[Mapping[Kind, tuple[str, ...]]] = {"buyers": (), "smes": ("topics",), "requests": ("source",)}
"""Columns that lists carry for other readers: taken without complaint, not recorded, and named in the report."""


def described(kind: Kind) -> str:
    """The headers of a kind in one line; those marked * have to be there."""
    names = (f"{column.label}{'*' if column.required else ''}" for column in COLUMNS[kind])
    return f"{kind}: {', '.join(names)}"
