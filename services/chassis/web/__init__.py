"""The HTTP side of every service: routes, problems, tokens, documents. Knows no domain."""

from services.chassis.web.app import create_app, create_probes

__all__ = ["create_app", "create_probes"]
