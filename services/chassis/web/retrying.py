"""Reading again when the database closed the connection: a question has no effect, so asking it twice is safe."""

from functools import wraps
from typing import Any, Final

from flask import Flask
from sqlalchemy.exc import DBAPIError

from services.chassis.web.describing import View

ATTEMPTS: Final = 3
READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def register(app: Flask) -> None:
    """Let every view that only reads outlive lost connections. Commands do so by themselves."""
    # A read of the vault writes its line in the log in the same transaction: in doubt there are two lines, never none.
    views = app.view_functions
    writing = {rule.endpoint for rule in app.url_map.iter_rules() if not (rule.methods or set()) <= READING}
    views.update({endpoint: _persistent(view) for endpoint, view in views.items() if endpoint not in writing})


def _persistent(view: View) -> View:
    @wraps(view)
    def persistent(**variables: Any) -> Any:
        for _ in range(ATTEMPTS - 1):
            try:
                return view(**variables)
            except DBAPIError as error:
                # The pool has let go of all its connections: the next attempt opens a new one.
                if not error.connection_invalidated:
                    raise
        return view(**variables)

    return persistent
