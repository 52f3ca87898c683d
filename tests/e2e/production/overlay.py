"""The running overlay as its tests see it: the gateway over HTTPS, containers, and a look from inside."""

import json
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from services.chassis.tokens import mint
from services.rehearsal.client import Client
from services.rehearsal.distant import OPERATOR
from tests.stack.composed import NAMES, Composed

ROOT_CERTIFICATE: Final = "/var/lib/gateway/caddy/pki/authorities/local/root.crt"


class Overlay:
    """`record` is where the load keeps its record; the container `checker` reads it there."""

    def __init__(self, composed: Composed, record: Path) -> None:
        self.composed: Final = composed
        self.record: Final = record
        self.url: Final = f"https://localhost:{composed.environment['GATEWAY_HTTPS_PORT']}"
        self.plain_url: Final = f"http://localhost:{composed.environment['GATEWAY_HTTP_PORT']}"

    @cached_property
    def authority(self) -> Path:
        """The certificate of the gateway's own authority."""
        file = self.record.with_name("gateway-authority.crt")
        file.write_text(self.composed.compose("exec", "-T", "gateway", "cat", ROOT_CERTIFICATE), encoding="ascii")
        return file

    def inside(self, module: str) -> Any:
        """What a module of these tests prints, as JSON, when it runs inside the deployment."""
        said = self.composed.compose(
            "run", "--rm", "-T", "--no-deps", "checker", "python", "-m", f"tests.e2e.production.{module}", timeout=600
        )
        return json.loads(said.splitlines()[-1])

    def progress(self) -> Mapping[str, Any]:
        """What each service says of its progress, through the gateway."""
        client = Client(self.url, lambda actor: mint(actor, self.composed.key("token_key")))
        try:
            return {name: client.get(OPERATOR, f"/{name}/progress") for name in NAMES}
        finally:
            client.close()

    def acknowledged(self, since: Mapping[str, Any]) -> bool:
        """Whether the brokers have every event that had been recorded when `since` was told."""
        return all(one["events"] - one["pending"] >= since[name]["events"] for name, one in self.progress().items())

    def arrived(self, since: Mapping[str, Any]) -> bool:
        """Whether every event that had been recorded when `since` was told is with everybody who reads it by now."""
        return all(
            count >= since[source]["events"]
            for one in self.progress().values()
            for source, count in one["taken_in"].items()
        )

    def settled(self) -> bool:
        """Whether nothing is on its way any more."""
        found = self.progress()
        idle = all(not one["pending"] and not one["waiting"] and not one["due_timers"] for one in found.values())
        return idle and self.arrived(found) and found == self.progress()


def until(what: str, reached: Callable[[], bool], patience: float, pause: float = 0.5) -> float:
    """Looks again and again; the seconds it took.

    Raises:
        TimeoutError: it did not come to that.
    """
    began = time.monotonic()
    while not reached():
        if time.monotonic() - began > patience:
            raise TimeoutError(f"waited {patience:.0f} s in vain for {what}")
        time.sleep(pause)
    return time.monotonic() - began
