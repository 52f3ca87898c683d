"""Serving one service's HTTP with gunicorn: threads in one or more processes, clients made after the fork."""

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from services.chassis import assembly
from services.chassis.configuration import Settings
from services.chassis.gauges import observed
from services.chassis.service import Service
from services.chassis.web import create_app


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn publishes no types
    def __init__(self, service: Service, settings: Settings) -> None:
        self._service, self._settings = service, settings
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"{self._settings.bind}:{self._settings.port}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": self._settings.database_connections,
            "graceful_timeout": 20,
            "keepalive": 30,
            "accesslog": None,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        # Called in the worker process: connections do not survive a fork.
        bus = assembly.open_bus(self._settings)
        application = assembly.open_application(self._service, self._settings, bus)
        return create_app(application, self._settings, metrics=observed(application, bus))


def serve(service: Service, settings: Settings) -> None:
    """Serve until SIGTERM."""
    _Server(service, settings).run()
