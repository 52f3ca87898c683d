"""What a worker answers to the machines that keep it running: alive, ready, metrics. Nothing of the service itself."""

import threading
from types import TracebackType
from typing import Final, Self

from werkzeug.serving import WSGIRequestHandler, make_server

from services.chassis.application import Application
from services.chassis.configuration import Settings
from services.chassis.metrics import Metrics
from services.chassis.web import create_probes


class QuietHandler(WSGIRequestHandler):
    """Leaves logging to the services: they do it without paths and query strings."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Nothing."""


class Probes:
    """Serves `/healthz`, `/readyz` and `/metrics` on the settings' address while it is entered.

    Raises on entering:
        OSError: the address cannot be listened on.
    """

    def __init__(self, application: Application, settings: Settings, metrics: Metrics) -> None:
        app = create_probes(application, settings, metrics)
        self._server: Final = make_server(
            settings.bind, settings.port, app, threaded=True, request_handler=QuietHandler
        )
        self._thread: Final = threading.Thread(target=self._server.serve_forever, name="probes", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
