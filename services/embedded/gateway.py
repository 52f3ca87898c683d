"""One address for all services: `/<service>/...`, as the deployed gateway has it."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Request, Response


def start_page(names: Iterable[str]) -> str:
    """The page at `/`. The deployed gateway serves it from `deploy/gateway/index.html`."""
    rows = "".join(
        f"<li><a href='/{escape(name)}/docs'>{escape(name)}</a> — "
        f"<a href='/{escape(name)}/openapi.json'>OpenAPI</a>, <a href='/{escape(name)}/readyz'>ready?</a></li>"
        for name in names
    )
    return (
        "<!doctype html><html lang='ko'><meta charset='utf-8'><title>상생</title>"
        f"<h1>상생 기술협력 박람회</h1><ul>{rows}</ul></html>"
    )


def gateway(apps: Mapping[str, Flask]) -> WSGIApplication:
    """The services mounted under their names, and a page at `/` that leads to each one's documentation."""
    page = start_page(apps)

    def front(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = Request(environ).path
        if path.startswith("/problems/"):
            # Every service explains all problems; the type of a problem is an address at the root.
            return next(iter(apps.values()))(environ, start_response)
        if path == "/":
            response = Response(page, mimetype="text/html")
        else:
            body = (
                '{"type": "/problems/not-found", "title": "Not found", "status": 404, '
                '"detail": "There is no such service.", "remedy": "Start at /."}'
            )
            response = Response(body, status=404, content_type="application/problem+json")
        return response(environ, start_response)

    mounts: dict[str, Any] = {f"/{name}": app for name, app in apps.items()}
    dispatcher: WSGIApplication = DispatcherMiddleware(front, mounts)
    return dispatcher


if __name__ == "__main__":
    from services.suite import SERVICES

    print(start_page(service.name for service in SERVICES))  # noqa: T201 - this is the generator's output
