"""An import from file to report: read, plan, decide, store all or nothing (or the good rows)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from services.chassis.access import Actor, Scope, scope_of
from services.chassis.application import Application
from services.chassis.bulk import Answer, Bulk, KeyTakenError, Progress, execute_all, stored_answer
from services.chassis.outcomes import ConflictError, Idempotency
from services.chassis.service import NotFoundError
from services.chassis.tabular import Limits, Table, read_table
from services.registration.imports import faults
from services.registration.imports.columns import COLUMNS, UNUSED, Kind
from services.registration.imports.directory import directory_of
from services.registration.imports.headers import column_letters
from services.registration.imports.planning import Plan, Setting, plan
from services.registration.imports.report import Report, listed
from services.registration.projections import tables

MOST_ROWS: Final = 15_000
"""All rows share one transaction, whose statements may name as many streams as there are rows."""
MOST_BYTES: Final = 20_000_000


@dataclass(frozen=True)
class Upload:
    """A file for one fair. `approve` holds for participants whose row does not say."""

    kind: Kind
    fair_id: str
    filename: str
    content: bytes = field(repr=False)
    accept_valid: bool = False
    approve: bool = False


@dataclass(frozen=True)
class Imported:
    """The report as JSON. `replayed`: it was given before, to the same idempotency key."""

    report: Mapping[str, Any]
    replayed: bool = False

    @property
    def stored(self) -> bool:
        return bool(self.report["stored"])


def import_file(
    application: Application, upload: Upload, actor: Actor, *,
    idempotency: Idempotency | None = None, most_bytes: int = MOST_BYTES, occurred_at: str | None = None,
    correlation_id: str | None = None, traceparent: str | None = None, address: str = "-",
    progress: Progress = lambda _done, _all: None,
) -> Imported:  # fmt: skip
    """Take a file in, all of it or nothing; with `accept_valid` the good rows.

    Raises:
        ForbiddenError: the actor is no organiser, or one of another fair.
        NotFoundError: there is no such fair.
        IdempotencyMismatchError: the key stands for another request.
        ConflictError: what the rows build on kept moving.
    """
    scope_of({"organiser": Scope.ANY}, actor, upload)
    known = None if idempotency is None else stored_answer(application, actor, idempotency)
    if known is not None:
        return Imported(known, replayed=True)
    limits = Limits(file_bytes=most_bytes, rows=MOST_ROWS)
    table = read_table(upload.filename, upload.content, COLUMNS[upload.kind], limits=limits)
    planned = _planned(application, upload, table)
    told = _Telling(upload, limits, table, planned)
    # The good rows are put to the rules all the same: one report tells everything there is to mend.
    withhold = not table.readable or (told.bad_rows and not upload.accept_valid)
    try:
        bulk = execute_all(
            application, planned.groups, actor,
            accept_valid=upload.accept_valid, withhold=withhold,
            answer=None if idempotency is None else Answer(idempotency, lambda bulk: told.report(bulk).as_json()),
            occurred_at=occurred_at, correlation_id=correlation_id, traceparent=traceparent,
            progress=progress, address=address,
        )  # fmt: skip
    except KeyTakenError:
        # The same request, sent twice at once: the other one has the answer.
        known = None if idempotency is None else stored_answer(application, actor, idempotency)
        if known is None:
            raise ConflictError from None
        return Imported(known, replayed=True)
    return Imported(told.report(bulk).as_json())


def _planned(application: Application, upload: Upload, table: Table) -> Plan:
    with application.reading() as queries:
        if queries.get(tables.fairs, upload.fair_id) is None:
            raise NotFoundError("fair")
        directory = directory_of(queries, upload.fair_id)
    # Without its whole truth a file's rows are not even looked at.
    rows = table.rows if table.readable else ()
    return plan(upload.kind, Setting(upload.fair_id, upload.approve, directory), rows)


class _Telling:
    """Puts together what was found in the file, in planning and by the rules."""

    def __init__(self, upload: Upload, limits: Limits, table: Table, planned: Plan) -> None:
        self._upload, self._limits, self._table, self._plan = upload, limits, table, planned
        self._unread = len({problem.row for problem in table.problems}) if table.readable else 0

    @property
    def bad_rows(self) -> bool:
        return bool(self._unread or self._plan.faults)

    def report(self, bulk: Bulk) -> Report:
        columns = COLUMNS[self._upload.kind]
        refused = [faults.of_refusal(self._plan.rows[index], error, columns) for index, error in bulk.refused]
        found = [*self._plan.faults, *refused]
        letters = column_letters(self._upload.content, columns, self._limits) if found else {}
        problems, unlisted = listed([*self._table.problems, *(one.as_problem(columns, letters) for one in found)])
        return Report(
            self._upload.kind,
            rows=bulk.accepted + len(found) + self._unread,
            accepted=bulk.accepted,
            refused=len(found) + self._unread,
            events=bulk.events,
            stored=bulk.stored,
            problems=problems,
            unlisted=unlisted,
            unused=self._unused(),
        )

    def _unused(self) -> tuple[str, ...]:
        columns = (column for column in COLUMNS[self._upload.kind] if column.name in UNUSED[self._upload.kind])
        return tuple(
            column.name
            for column in columns
            if any(row.values[column.name] != column.default for row in self._table.rows)
        )
