"""Starting and stopping the embedded suite."""

import fcntl
import socket
import threading
from pathlib import Path
from typing import IO, Final

from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server

from services.chassis import assembly
from services.chassis.application import Application
from services.chassis.bus.abstract import Bus
from services.chassis.bus.local import LocalBus
from services.chassis.configuration import Settings
from services.chassis.gauges import observed
from services.chassis.probes import QuietHandler
from services.chassis.relay import depth, topic
from services.chassis.web import create_app
from services.chassis.worker import Worker
from services.embedded.gateway import gateway
from services.embedded.keys import Keys, ensure_keys
from services.suite import SERVICES

BACKLOG: Final = 128
IDLE_MILLISECONDS: Final = 250


class PortTakenError(Exception):
    """Something listens on the port already."""


class DirectoryInUseError(Exception):
    """Another suite runs on the directory."""


class Handler(QuietHandler):
    """Keeps connections open between requests."""

    protocol_version = "HTTP/1.1"


class Stack:
    """All services with their workers, behind one address."""

    def __init__(self, directory: Path, *, bind: str = "127.0.0.1", port: int = 8000) -> None:
        self._directory: Final = directory
        self._bind: Final = bind
        self._port: Final = port
        directory.mkdir(parents=True, exist_ok=True)
        self.keys: Final[Keys] = ensure_keys(directory / "keys.json")
        self.applications: Final[dict[str, Application]] = {}
        self.workers: Final[dict[str, Worker]] = {}
        self.bus: Final[Bus] = assembly.open_bus(self.settings("registration"))
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self._claim: IO[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the suite is served; the port is known once it has started."""
        port = self._server.port if self._server is not None else self._port
        return f"http://{'localhost' if self._bind == '127.0.0.1' else self._bind}:{port}"

    def settings(self, service: str) -> Settings:
        """The settings of one service: files under the directory, everything else as by default."""
        return Settings(
            database_url=f"sqlite:///{self._directory / service}.db",
            bus_url=f"local:{self._directory / 'bus.db'}",
            token_key=self.keys.token_key,
            vault_key=self.keys.vault_key,
            fingerprint_key=self.keys.fingerprint_key,
            bind=self._bind,
            port=self._port,
            # Commits wake the relay of the same process; only another process's would have to be looked for.
            idle_milliseconds=IDLE_MILLISECONDS,
        )

    def open(self) -> None:
        """Open the databases and bring them up to date, without serving or working."""
        for service in SERVICES:
            if service.name not in self.applications:
                self.applications[service.name] = assembly.open_application(
                    service, self.settings(service.name), self.bus
                )

    def start(self) -> None:
        """Open, start the workers, serve in a thread.

        Raises:
            PortTakenError: the port is in use; nothing was opened.
            DirectoryInUseError: another suite runs on the directory.
        """
        listening = self._listening()
        try:
            self._claim_directory()
        except DirectoryInUseError:
            listening.close()
            raise
        self.open()
        apps: dict[str, Flask] = {}
        for name, application in self.applications.items():
            settings, metrics = self.settings(name), observed(application, self.bus)
            apps[name] = create_app(application, settings, metrics=metrics)
            self.workers[name] = assembly.open_worker(application, self.bus, settings, metrics)
        self._server = make_server(
            self._bind, self._port, gateway(apps), threaded=True, request_handler=Handler, fd=listening.fileno()
        )
        # The server works on a duplicate.
        listening.close()
        for worker in self.workers.values():
            worker.start()
        self._thread = threading.Thread(target=self._server.serve_forever, name="gateway", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop serving, let every loop finish its step, close the files."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        for worker in self.workers.values():
            worker.stop()
        self.bus.close()
        for application in self.applications.values():
            application.database.close()
        if self._claim is not None:
            self._claim.close()

    def settled(self) -> bool:
        """Whether everything that was recorded has reached every service, and nothing moved while this was found out.

        Says nothing of timers that are still to fire.
        """
        before = self._traffic()
        return before is not None and before == self._traffic()

    def halted(self) -> list[str]:
        """Why workers gave up, if any did."""
        return [worker.halted for worker in self.workers.values() if worker.halted is not None]

    def _traffic(self) -> tuple[int, ...] | None:
        """How far each topic goes; None when events wait for the bus, or on it for a service."""
        if any(depth(application)[0] for application in self.applications.values()):
            return None
        if any(worker.consumer.lag() for worker in self.workers.values()):
            return None
        return tuple(sum(self.bus.end_offsets(topic(service.name)).values()) for service in SERVICES)

    def _claim_directory(self) -> None:
        """Let no other suite start on the directory, and forget the group members that a crash has left behind."""
        claim = (self._directory / "suite.lock").open("wb")
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            claim.close()
            raise DirectoryInUseError(f"another suite runs on {self._directory}; end it first") from error
        self._claim = claim
        if isinstance(self.bus, LocalBus):
            self.bus.forget_members()

    def _listening(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._bind else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((self._bind, self._port))
            listening.listen(BACKLOG)
        except OSError as error:
            listening.close()
            raise PortTakenError(f"port {self._port} is in use; choose another with PORT=...") from error
        return listening
