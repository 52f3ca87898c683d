"""A suite that is deployed elsewhere, reached through its gateway only."""

from typing import Any, Final

from services.chassis.access import Actor
from services.chassis.tokens import mint
from services.rehearsal.client import Client
from services.suite import SERVICES

OPERATOR: Final = Actor(sub="rehearsal-operator", role="operator")


class Distant:
    """What the rehearsal asks of a suite, answered by `/progress` of its services."""

    def __init__(self, url: str, token_key: bytes) -> None:
        self.url: Final = url.rstrip("/")
        self.client: Final = Client(self.url, lambda actor: mint(actor, token_key))

    def settled(self) -> bool:
        """Whether everything recorded has reached every service, and nothing moved while this was found out."""
        before = self._progress()
        return _arrived(before) and before == self._progress()

    def halted(self) -> list[str]:
        """Services with parked records: what waits behind those does not arrive."""
        parked = {name: found["parked"] for name, found in self._progress().items()}
        return [f"{name} has parked {count} records: see `parked list`" for name, count in parked.items() if count]

    def events(self) -> dict[str, int]:
        """How many events each service has recorded."""
        return {name: int(found["events"]) for name, found in self._progress().items()}

    def _progress(self) -> dict[str, dict[str, Any]]:
        return {service.name: self.client.get(OPERATOR, f"/{service.name}/progress") for service in SERVICES}


def _arrived(found: dict[str, dict[str, Any]]) -> bool:
    still = any(one["pending"] or one["waiting"] for one in found.values())
    return not still and all(
        count == found[source]["events"] for one in found.values() for source, count in one["taken_in"].items()
    )
