"""What comes of a request if it is placed, and of a commitment: one draw per request, whatever the timetable."""  # noqa: INP001 - scripts, not a package

from assumptions import ASSUMED, ATTENDANCE_SHARES, CO_INVESTMENT_PERCENT, OUTCOME_SHARES, RATED_PERCENT, RATING_SHARES
from draws import drawn, rng_for
from release import Row
from vocabulary import NOTES

MILLION = 1_000_000


def day(asked: list[Row]) -> list[Row]:
    """What comes of each request if it is placed: drawn per request, whatever the timetable."""
    return [_fate(row) for row in asked]


def _fate(row: Row) -> Row:
    rng = rng_for("day", str(row["external_id"]))
    attendance = drawn(rng, ATTENDANCE_SHARES)
    held = attendance == "held"
    ratings = [drawn(rng, RATING_SHARES) if rng.randrange(100) < RATED_PERCENT else "" for _ in ("buyer", "sme")]
    outcome = str(drawn(rng, OUTCOME_SHARES))
    co_investment = rng.randrange(100) < CO_INVESTMENT_PERCENT
    total = (rng.randrange(400, 3000, 50) if co_investment else rng.randrange(200, 700, 20)) * MILLION
    committed = held and outcome == "development-commitment"
    return {
        "request": row["external_id"],
        "attendance": "held" if held else "no-show",
        "absent": "" if held else attendance,
        "buyer_rating": ratings[0] if held else "",
        "sme_rating": ratings[1] if held else "",
        "outcome": outcome if held else "",
        "note_by": rng.choice(("buyer", "sme")) if held else "",
        "note": f"(가상) {rng.choice(NOTES[outcome])}" if held else "",
        "commitment_programme": ("co-investment" if co_investment else "purchase-conditional") if committed else "",
        "commitment_total_krw": total if committed else "",
        **ASSUMED,
    }


def applications(fates: list[Row], programmes: list[Row]) -> list[Row]:
    """What each commitment would apply for, within the limits of its programme."""
    limits = {row["kind"]: row for row in programmes}
    rows = []
    for fate in fates:
        if not fate["commitment_programme"]:
            continue
        rng = rng_for("application", str(fate["request"]))
        limit = limits[fate["commitment_programme"]]
        total = int(str(fate["commitment_total_krw"]))
        most = min(int(str(limit["max_grant_krw"])), total * int(str(limit["max_government_share_bp"])) // 10_000)
        grant = most * rng.randint(85, 100) // 100 // MILLION * MILLION
        cash = (total - grant) * rng.randint(20, 60) // 100
        rows.append(
            {
                "request": fate["request"],
                "programme": limit["external_id"],
                "total_krw": total,
                "grant_krw": grant,
                "own_cash_krw": cash,
                "own_in_kind_krw": total - grant - cash,
                "months": rng.randrange(12, int(str(limit["max_months"])) + 1, 6),
                "buyer_consent": "true",
                "score": rng.randint(55, 95),
                **ASSUMED,
            }
        )
    return rows
