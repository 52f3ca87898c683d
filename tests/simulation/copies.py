"""Each service's copy of another's data, against the source: equal once everything has arrived."""

from collections.abc import Iterator

from tests.simulation.watch import Watch

PARTICIPANT = "participation_id, company_id, side, status, tables, max_meetings, CAST(availability AS TEXT)"
COPIES = (
    # source, its table and columns; copy, its table and columns
    ("registration", "fairs", "fair_id, name, date, status, hall_tables, answers_due_at",
     "matching", "fairs", "fair_id, name, date, status, hall_tables, answers_due_at"),
    ("registration", "fairs", "fair_id, name, date", "consultation", "fairs", "fair_id, name, date"),
    ("registration", "companies", "company_id, name", "matching", "companies", "company_id, name"),
    ("registration", "companies", "company_id, name", "consultation", "companies", "company_id, name"),
    ("registration", "companies", "company_id, name", "grants", "companies", "company_id, name"),
    ("registration", "participations", PARTICIPANT, "matching", "participants", PARTICIPANT),
    ("registration", "consultation_requests",
     "request_id, sme_participation_id, buyer_participation_id, technology, requested_at",
     "matching", "requests", "request_id, sme_participation_id, buyer_participation_id, technology, requested_at"),
    ("registration", "demands", "demand_id, participation_id, title", "matching", "demands",
     "demand_id, participation_id, title"),
    ("matching", "meetings", "meeting_id, request_id, slot, table_number, starts_at, status",
     "consultation", "placements", "meeting_id, request_id, slot, table_number, starts_at, status"),
    ("consultation", "commitments",
     "commitment_id, sme_company_id, buyer_company_id, planned_total_krw, replace(status, 'active', 'standing')",
     "grants", "commitments", "commitment_id, sme_company_id, buyer_company_id, planned_total_krw, status"),
)  # fmt: skip
AWAITED = "SELECT meeting_id, slot, table_number FROM consultations WHERE status = 'awaited'"
SEATED = "SELECT meeting_id, slot, table_number FROM meetings WHERE status = 'placed' AND shown_to_sme IS NOT NULL"
TALKS = "SELECT meeting_id FROM consultations WHERE status <> 'cancelled'"


def copies_agree(watch: Watch) -> Iterator[str]:
    """Every disagreement."""
    for source, table, columns, copy, other, their_columns in COPIES:
        original = set(watch.rows(source, f"SELECT {columns} FROM {table}"))
        copied = set(watch.rows(copy, f"SELECT {their_columns} FROM {other}"))
        for row in sorted(map(repr, original - copied)):
            yield f"{copy}.{other} lacks {row} of {source}.{table}"
        for row in sorted(map(repr, copied - original)):
            yield f"{copy}.{other} has {row}, {source}.{table} does not"
    yield from _tables_agree(watch)


def _tables_agree(watch: Watch) -> Iterator[str]:
    """Who is awaited at a table sits there on the floor, and who sits there is known at the table."""
    awaited, seated = set(watch.rows("consultation", AWAITED)), set(watch.rows("matching", SEATED))
    talks = {meeting for (meeting,) in watch.rows("consultation", TALKS)}
    for row in sorted(awaited - seated):
        yield f"consultation awaits {row}, which does not sit there on the floor"
    for row in sorted(seated):
        if row[0] not in talks:
            yield f"{row} sits on the floor, and consultation does not know of it"
