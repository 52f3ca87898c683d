"""Whether several deployments, told the same, came to the same read models: compared as text, byte for byte.

Ids that a service draws itself differ each time, and with them those that are derived from them. An id that is not in
all of the deployments is replaced by a name made of all that is said of it: its rows, and again the names of the ids in
those. So two deployments come out alike if and as far as they say the same, whatever the ids are.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select

from services.chassis.application import Application

Dump = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows by `<service>.<table>`."""
IDENTIFIER: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ITSELF: Final = "<itself>"
ROUNDS: Final = 6
"""As far as the names of ids depend on each other: payment, agreement, application, commitment, meeting."""


def dump(application: Application, left_out: Iterable[str] = ()) -> Dump:
    """All read models of a service. `left_out` names columns: `<service>.<table>.<column>`, each part may be `*`."""
    skipped = [tuple(name.split(".")) for name in left_out]
    found: dict[str, list[dict[str, Any]]] = {}
    with application.database.snapshot() as connection:
        for table in application.service.read_models.tables:
            place = (application.name, table.name)
            kept = [
                column
                for column in table.columns
                if not any(_fits((*place, column.name), pattern) for pattern in skipped)
            ]
            rows = connection.execute(select(*kept)).mappings()
            found[".".join(place)] = [dict(row) for row in rows]
    return found


def texts(dumps: Sequence[Dump]) -> list[str]:
    """Each dump as lines in order, one for each row, with drawn ids replaced by names."""
    lines = [
        [(table, json.dumps(row, ensure_ascii=False, sort_keys=True)) for table, rows in one.items() for row in rows]
        for one in dumps
    ]
    mentioned = [{found for _, line in one for found in IDENTIFIER.findall(line)} for one in lines]
    shared = set.intersection(*mentioned)
    return [_named(one, ids - shared) for one, ids in zip(lines, mentioned, strict=True)]


def _named(lines: Sequence[tuple[str, str]], drawn: set[str]) -> str:
    names = dict.fromkeys(drawn, "<drawn>")
    about = [(table, line, set(IDENTIFIER.findall(line)) & drawn) for table, line in lines]
    for _ in range(ROUNDS):
        said: dict[str, list[str]] = {found: [] for found in drawn}
        for table, line, ids in about:
            for found in ids:
                said[found].append(f"{table} {_replaced(line, {**names, found: ITSELF})}")
        names = {
            found: f"<{hashlib.sha256(repr(sorted(sentences)).encode()).hexdigest()[:16]}>"
            for found, sentences in said.items()
        }
    return "\n".join(sorted(f"{table} {_replaced(line, names)}" for table, line in lines))


def _replaced(line: str, names: Mapping[str, str]) -> str:
    return IDENTIFIER.sub(lambda found: names.get(found[0], found[0]), line)


def _fits(place: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    return all(part in {"*", name} for name, part in zip(place, pattern, strict=True))
