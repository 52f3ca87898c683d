"""What has to be assumed to run the day: slots, tables, seats, shares, programme terms. Nothing here is a fact."""  # noqa: INP001 - scripts, not a package

SOURCE = "synthetic-2023"
ASSUMED = {"synthetic": "true", "source": SOURCE}

SLOTS = 6
LUNCH_AFTER = 2
SLOT_TIMES = (
    ("11:00", "11:30"), ("11:30", "12:00"),
    ("13:00", "13:30"), ("13:30", "14:00"), ("14:00", "14:30"), ("14:30", "15:00"),
)  # fmt: skip
TABLES = ((1, 2, 3), (0.85, 0.11, 0.04))
REQUEST_QUOTA = 15
ON_SITE_REQUESTS = 60

ANSWER_SHARES = {"must-meet": 5, "accept": 45, "decline": 35, "none": 15}
ATTENDANCE_SHARES = {"held": 94, "sme": 3, "buyer": 2, "both": 1}
RATING_SHARES = {1: 2, 2: 8, 3: 25, 4: 40, 5: 25}
RATED_PERCENT = 85
OUTCOME_SHARES = {
    "development-commitment": 8,
    "purchase-intent": 12,
    "sample-or-test": 15,
    "further-talks": 35,
    "information-exchanged": 22,
    "no-interest": 8,
}
CO_INVESTMENT_PERCENT = 60

FAIR: dict[str, object] = {
    "synthetic": True,
    "source": SOURCE,
    "time_zone": "Asia/Seoul",
    "request_quota": REQUEST_QUOTA,
    "slots": [
        {"slot": n, "starts_at": f"2023-11-21T{start}:00+09:00", "ends_at": f"2023-11-21T{end}:00+09:00"}
        for n, (start, end) in enumerate(SLOT_TIMES, 1)
    ],
    "lunch_after": LUNCH_AFTER,
    "hall_tables": None,
    "answers_due_at": "2023-11-14T18:00:00+09:00",
    "milestones": {
        "fair_opened_at": "2023-10-04T09:00:00+09:00",
        "buyers_registered_at": "2023-10-10T10:00:00+09:00",
        "smes_registered_at": "2023-10-16T10:00:00+09:00",
        "requests_registered_at": "2023-10-30T10:00:00+09:00",
        "registration_closed_at": "2023-11-03T18:00:00+09:00",
        "buyers_answered_at": "2023-11-10T10:00:00+09:00",
        "timetable_drafted_at": "2023-11-15T10:00:00+09:00",
        "timetable_published_at": "2023-11-16T10:00:00+09:00",
        "doors_open_at": "2023-11-21T10:30:00+09:00",
        "applications_submitted_at": "2023-12-04T10:00:00+09:00",
        "applications_evaluated_at": "2024-01-15T10:00:00+09:00",
        "agreements_signed_at": "2024-02-01T10:00:00+09:00",
        "first_payments_made_at": "2024-02-15T10:00:00+09:00",
    },
    "answer_shares_percent": ANSWER_SHARES,
    "attendance_shares_percent": ATTENDANCE_SHARES,
    "rating_shares_percent": {str(score): share for score, share in RATING_SHARES.items()},
    "rated_percent": RATED_PERCENT,
    "outcome_shares_percent": OUTCOME_SHARES,
    "on_site_requests": ON_SITE_REQUESTS,
}

BRIEFING_SETTINGS: list[dict[str, object]] = [
    {
        "briefing": "briefing-technology",
        "starts_at": "2023-11-21T13:30:00+09:00",
        "ends_at": "2023-11-21T14:30:00+09:00",
        "seats": 120,
        **ASSUMED,
    },
    {
        "briefing": "briefing-purchasing",
        "starts_at": "2023-11-21T14:40:00+09:00",
        "ends_at": "2023-11-21T15:40:00+09:00",
        "seats": 120,
        **ASSUMED,
    },
]

PROGRAMMES: list[dict[str, object]] = [
    {
        "external_id": "co-investment-2023",
        "kind": "co-investment",
        "name": "공동투자형 기술개발사업",
        "year": 2023,
        "max_grant_krw": 2_400_000_000,
        "max_grant_source": "press-release-2023",
        "max_months": 36,
        "max_months_source": "press-release-2023",
        "max_government_share_bp": 8000,
        "max_government_share_source": "press-2022",
        "min_own_cash_bp": 1000,
        "min_own_cash_source": "decree-annex-1",
        "budget_krw": 30_000_000_000,
        "budget_source": SOURCE,
        "opens_at": "2023-11-22T09:00:00+09:00",
        "closes_at": "2023-12-29T18:00:00+09:00",
        "call_period_source": SOURCE,
        **ASSUMED,
    },
    {
        "external_id": "purchase-conditional-2023",
        "kind": "purchase-conditional",
        "name": "구매조건부신제품개발사업",
        "year": 2023,
        "max_grant_krw": 500_000_000,
        "max_grant_source": "ministry-notice-2021-79",
        "max_months": 24,
        "max_months_source": "ministry-notice-2021-79",
        "max_government_share_bp": 7500,
        "max_government_share_source": "decree-annex-1",
        "min_own_cash_bp": 1000,
        "min_own_cash_source": "decree-annex-1",
        "budget_krw": 257_000_000_000,
        "budget_source": "press-release-2023",
        "opens_at": "2023-11-22T09:00:00+09:00",
        "closes_at": "2023-12-29T18:00:00+09:00",
        "call_period_source": SOURCE,
        **ASSUMED,
    },
]
