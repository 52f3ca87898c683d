"""Builds the Flask app of one service."""

from typing import Any, Final

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from services.chassis.application import Application
from services.chassis.configuration import Settings
from services.chassis.gauges import observed
from services.chassis.history import History
from services.chassis.metrics import Metrics
from services.chassis.web import documents, errors, observation, retrying
from services.chassis.web.custody import CUSTODY
from services.chassis.web.event_log import EVENT_LOG
from services.chassis.web.operations import OPERATIONS
from services.chassis.web.progressing import PROGRESS
from services.chassis.web.runtime import EXTENSION, OrjsonProvider, Runtime

API_VERSION: Final = "1"
GENERIC: Final = (EVENT_LOG, CUSTODY, PROGRESS, OPERATIONS)
"""What every service serves beside its own routes."""


def create_app(application: Application, settings: Settings, *, metrics: Metrics | None = None) -> Flask:
    """The service's HTTP interface. Routes have no prefix: whoever mounts it elsewhere sets SCRIPT_NAME.

    `metrics` is shared with the workers where they run in the same process; without it the app has its own, with the
    gauges of the database.
    """
    app = _observed(application, settings, metrics or observed(application))
    api = documents.api_of(app, application.service.title, API_VERSION)
    for blueprint in (*application.service.blueprints, *GENERIC):
        api.register_blueprint(blueprint)
    documents.register(app, api)
    retrying.register(app)
    if settings.trusted_proxies:
        trusted: Any = settings.trusted_proxies
        proxied: Any = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted, x_prefix=trusted)
        app.wsgi_app = proxied  # type: ignore[method-assign] # how Flask documents it
    return app


def create_probes(application: Application, settings: Settings, metrics: Metrics) -> Flask:
    """`/healthz`, `/readyz` and `/metrics` alone, for a worker that serves nothing else."""
    app = _observed(application, settings, metrics)
    app.register_blueprint(OPERATIONS)
    return app


def _observed(application: Application, settings: Settings, metrics: Metrics) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.json = OrjsonProvider(app)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    # Doubled slashes are wrong addresses (404), not redirects.
    app.url_map.merge_slashes = False
    app.extensions[EXTENSION] = Runtime(application, History(application), settings, metrics)
    errors.register(app)
    observation.register(app)
    return app
