"""The picture of a day: everybody is on it once, on paper of the right size, whatever names hold."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rendering_given import booth, day, large_day, seat

from services.matching.rendering.lettering import fitted, width, writable
from services.matching.rendering.paper import HIGHEST, LOWEST, MARGIN, NARROWEST, PAPERS, pages_of
from services.matching.rendering.picture import NoSuchPageError, picture

SVG = "{http://www.w3.org/2000/svg}"


def drawn(content: bytes) -> ET.Element:
    root = ET.fromstring(content)  # noqa: S314 - our own picture
    assert root.tag == f"{SVG}svg"
    return root


def texts(content: bytes) -> list[str]:
    return [element.text or "" for element in drawn(content).iter(f"{SVG}text")]


def tips(content: bytes) -> list[str]:
    return [element.text or "" for element in drawn(content).findall(f".//{SVG}rect/{SVG}title")]


def test_every_meeting_is_drawn_once_and_told_in_full():
    booths = (booth("한국가스공사", "public-institution", 2), booth("케이티"), booth("풍산", "mid-sized"))
    seats = (
        seat("케이티", 1, "㈜바이컴", technology="수전해 스택"),
        seat("한국가스공사", 1, "가온소재", table=2, on_site=True),
        seat("풍산", 4, "라온바이오", released=True, synthetic=True),
    )
    content = picture(day(booths, seats, lunch_after=2))
    assert [text for text in texts(content) if text.lstrip("★×") in {"㈜바이컴", "가온소재", "라온바이오"}] == [
        "㈜바이컴", "×라온바이오", "★가온소재",
    ]  # fmt: skip
    told = [tip for tip in tips(content) if tip[:2].isdigit()]
    assert told == [
        "10:00–10:30 케이티 테이블 1: ㈜바이컴 / 수전해 스택",
        "11:30–12:00 풍산 테이블 1: ×라온바이오 / 촉매",
        "10:00–10:30 한국가스공사 테이블 2: ★가온소재 / 촉매",
    ]
    shown = texts(content)
    for words in (
        "상생 기술협력 박람회",
        "확정 · 1 / 1 쪽",
        "상담 시간표 · 2023-11-21 (화) · 상담 3건 (사전 2 · 현장 1)",
    ):
        assert words in shown
    assert {"점", "심", "10:00–10:30", "11:30–12:00", "대기업", "중견기업", "공공기관"} <= set(shown)
    assert any("가상 자료" in text for text in shown)


def test_kinds_are_told_apart_by_letter_and_by_ground():
    booths = (booth("가", "large"), booth("나", "mid-sized"), booth("다", "public-institution"), booth("라", None))
    seats = tuple(seat(one.name, 1, f"중소 {one.name}") for one in booths)
    root = drawn(picture(day(booths, seats)))
    labels = [element.text for element in root.iter(f"{SVG}text") if element.get("fill") == "#ffffff"]
    assert labels == ["대", "견", "공", "기", "대", "견", "공"]
    grounds = [
        rect.get("fill") for rect in root.iter(f"{SVG}rect")
        if (title := rect.find(f"{SVG}title")) is not None and "중소" in (title.text or "")
    ]  # fmt: skip
    assert len(set(grounds)) == 4
    declared = {f"url(#{pattern.get('id')})" for pattern in root.iter(f"{SVG}pattern")}
    assert {ground for ground in grounds if ground.startswith("url")} <= declared


def test_names_cannot_break_out_of_the_document():
    wicked = "<script>alert('1')</script>&amp;]]>\"\x00\x0b\ud800"
    content = picture(day((booth(wicked),), (seat(wicked, 1, wicked),), fair_name=wicked, time_zone=wicked))
    root = drawn(content)
    assert not list(root.iter(f"{SVG}script"))
    assert b"<script" not in content
    assert any(wicked[:20] in (title.text or "") for title in root.iter(f"{SVG}title"))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "desc", "style", "defs", "pattern", "path", "rect", "g", "text", "line",
    }  # fmt: skip


@pytest.mark.parametrize("nothing", [day(), day((booth("케이티"),), slots=0), day(slots=0, status="requested")])
def test_an_empty_day_says_so(nothing):
    assert any("아직 정해진" in text for text in texts(picture(nothing)))
    assert len(pages_of(nothing, PAPERS["a4"])) == 1


def test_a_table_given_on_after_a_no_show_shows_who_sits_there_now():
    seats = (seat("케이티", 1, "온 기업", on_site=True), seat("케이티", 1, "안 온 기업", released=True))
    for order in (seats, seats[::-1]):
        shown = texts(picture(day((booth("케이티"),), order)))
        assert "★온 기업" in shown
        assert "×안 온 기업" not in shown


def test_closed_slots_are_hatched_unless_somebody_sits_there():
    content = picture(day((booth("케이티", closed=frozenset({1, 2})),), (seat("케이티", 2, "가온소재"),)))
    hatched = [rect for rect in drawn(content).iter(f"{SVG}rect") if rect.get("fill") == "url(#closed)"]
    assert len(hatched) == 2, "slot 1, and the one of the legend"


@pytest.mark.parametrize("paper", ["a3", "a4"])
@pytest.mark.parametrize(("buyers", "slots", "tables"), [(39, 6, 1), (39, 6, 3), (400, 8, 1), (3, 40, 2), (1, 1, 20)])
def test_large_days_take_several_sheets_and_lose_nobody(paper, buyers, slots, tables):
    told = large_day(buyers, slots, tables)
    sheet = PAPERS[paper]
    pages = pages_of(told, sheet)
    shown = [
        (line.booth.buyer_id, line.table, period.number)
        for page in pages for line in page.lines for period in page.periods
    ]  # fmt: skip
    assert len(shown) == len(set(shown)) == buyers * slots * tables
    for page in pages:
        assert LOWEST <= page.row_height <= HIGHEST
        assert page.slot_width >= NARROWEST
        assert page.left_of(len(page.periods)) <= sheet.width - MARGIN + 0.01
        assert page.top_of(len(page.lines)) <= sheet.height - MARGIN
    root = drawn(picture(told, paper))
    assert root.get("height") == f"{sheet.height * len(pages):g}mm"
    assert root.get("viewBox") == f"0 0 {sheet.width:g} {sheet.height * len(pages):g}"
    each = [picture(told, paper, number) for number in range(1, len(pages) + 1)]
    assert all(drawn(content).get("height") == f"{sheet.height:g}mm" for content in each)
    assert sum(sum("중소기업" in tip for tip in tips(content)) for content in each) == buyers * slots * tables
    with pytest.raises(NoSuchPageError) as refused:
        picture(told, paper, len(pages) + 1)
    assert refused.value.pages == len(pages)


def test_a_booth_is_named_on_every_sheet_that_shows_a_table_of_it():
    told = large_day(30, 4, 3)
    for page in pages_of(told, PAPERS["a4"]):
        names = {line.booth.name for line in page.lines if line.first}
        assert names == {line.booth.name for line in page.lines}
        assert sum(line.of for line in page.lines if line.first) == len(page.lines)


@given(st.text(max_size=60), st.floats(0, 40))
def test_what_fits_is_whole_and_what_does_not_is_cut_with_a_mark(text, room):
    shown = fitted(text, room)
    assert width(shown) <= room + 1e-9 or shown == ""
    if width(text) <= room:
        assert shown == text
    elif shown:
        assert shown.endswith("…")
        assert text.startswith(shown[:-1])


@given(st.text(max_size=40))
def test_any_text_can_be_written(text):
    name = writable(text)
    told = day((booth("케이티"),), (seat("케이티", 1, text, technology=text),))
    # A parser takes every line break for a line feed.
    plain = name.replace("\r\n", "\n").replace("\r", "\n")
    assert any(
        tip.replace("\r\n", "\n").replace("\r", "\n").endswith(f"{plain} / {plain}") for tip in tips(picture(told))
    )
