"""Logs: JSON lines on stderr, of this code and of every library, without bodies, query strings or personal data."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Final, TextIO

import structlog

NOISY: Final = ("alembic", "kafka", "werkzeug", "urllib3", "sqlalchemy.engine")
"""Libraries that report at INFO what is of no use, or, like SQLAlchemy's echo, the values of statements."""
Entry = MutableMapping[str, Any]


def without_message(_logger: Any, _method: str, entry: Entry) -> Entry:
    """Exceptions as type and places. Their messages may quote what a person typed, so they are left out."""
    given = entry.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        entry["exception"] = type(error).__qualname__
        frames = traceback.extract_tb(error.__traceback__)
        entry["at"] = [f"{_module_path(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
        cause = error.__cause__ or error.__context__
        if cause is not None:
            entry["cause"] = type(cause).__qualname__
    return entry


def _module_path(filename: str) -> str:
    for root in ("site-packages/", "services/", "contracts/"):
        before, found, after = filename.rpartition(f"/{root}")
        if found:
            return after if root == "site-packages/" else root + after
        del before
    return filename.rpartition("/")[2]


def _of_library(_logger: Any, _method: str, entry: Entry) -> Entry:
    """A library's message without its arguments: they are values, and values are not logged."""
    if entry.pop("positional_args", None):
        entry["event"] = str(entry["_record"].msg)
    return entry


_SHARED: Final[list[Any]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_message,
]

# At import, not in `configure`: structlog's own default prints exceptions with the values of all local variables.
structlog.configure(
    processors=[structlog.stdlib.filter_by_level, *_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=False,
)


def configure(service: str, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send everything that is logged in this process to `stream` (stderr) as JSON lines labelled with `service`."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_SHARED, _of_library],
        pass_foreign_args=True,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _labelled(service),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _labelled(service: str) -> Any:
    def label(_logger: Any, _method: str, entry: Entry) -> Entry:
        # A process may run several services; what a request or a worker has bound wins.
        entry.setdefault("service", service)
        return entry

    return label


def logger(name: str) -> Any:
    """A logger; give it an event in a few fixed words and values as keywords, never what a person typed."""
    return structlog.stdlib.get_logger(name)
