"""A day to draw: buyers with tables, half-hour slots in Seoul, and who sits where."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.matching.rendering.day import KINDS, Booth, Day, Period, Seat

SEOUL = ZoneInfo("Asia/Seoul")
TEN = datetime(2023, 11, 21, 10, 0, tzinfo=SEOUL)
HALF_HOUR = timedelta(minutes=30)


def periods(number: int) -> tuple[Period, ...]:
    begins = [TEN + HALF_HOUR * n for n in range(number)]
    return tuple(Period(n, at, at + HALF_HOUR) for n, at in enumerate(begins, 1))


def booth(name: str, kind: str | None = "large", tables: int = 1, closed: frozenset[int] = frozenset()) -> Booth:
    return Booth(f"id-{name}", name, kind, tables, closed)


def seat(buyer: str, slot: int, sme: str, table: int = 1, **more) -> Seat:
    return Seat(
        f"m-{buyer}-{table}-{slot}-{sme}", f"id-{buyer}", table, slot, sme, more.pop("technology", "촉매"), **more
    )


def day(booths: tuple[Booth, ...] = (), seats: tuple[Seat, ...] = (), slots: int = 4, **more) -> Day:
    told = {
        "fair_name": "상생 기술협력 박람회", "date": "2023-11-21", "time_zone": "Asia/Seoul", "status": "published",
        "revision": 1, "periods": periods(slots), **more,
    }  # fmt: skip
    return Day(booths=booths, seats=seats, **told)


def large_day(buyers: int, slots: int, tables: int = 1) -> Day:
    """Every table taken in every slot."""
    booths = tuple(booth(f"수요기업 {n:04}", KINDS[n % 3], tables) for n in range(buyers))
    seats = tuple(
        seat(one.name, slot, f"중소기업 {n:05}", table)
        for n, one in enumerate(booths)
        for slot in range(1, slots + 1)
        for table in range(1, tables + 1)
    )
    return day(booths, seats, slots)
