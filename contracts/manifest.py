"""What an export says about itself: counts, file digests, and one root over the last link of every chain.

`verify.py` computes the same with the standard library alone; a test holds the two together.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from contracts.envelope import Envelope, canonical

FORMAT: Final = "sangsaeng-export/1"
FILE_NAME: Final = "manifest.json"

Head = tuple[str, str, int, str]
"""Service, stream id, last version, its hash."""


def root(heads: Iterable[Head]) -> str:
    """SHA-256 over the sorted heads: a cut tail or a missing stream changes it, the order of writing does not."""
    lines = sorted(f"{service} {stream_id} {version} {last}\n" for service, stream_id, version, last in heads)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


class ServiceExport:
    """The events of one service on their way into its file: give every envelope in order, write what comes back."""

    def __init__(self, service: str) -> None:
        self.service: Final = service
        self.file: Final = f"{service}.jsonl"
        self._heads: Final[dict[str, tuple[int, str]]] = {}
        self._digest: Final = hashlib.sha256()
        self._events = 0

    def line(self, envelope: Envelope) -> bytes:
        """The line for this event, with its end."""
        line = canonical(envelope.as_json()) + b"\n"
        self._digest.update(line)
        self._heads[envelope.stream_id] = (envelope.version, envelope.hash)
        self._events += 1
        return line

    def heads(self) -> list[Head]:
        """The last link of every stream so far."""
        return [(self.service, stream_id, version, last) for stream_id, (version, last) in self._heads.items()]

    def entry(self) -> dict[str, Any]:
        """What the manifest says of this service."""
        return {
            "file": self.file,
            "events": self._events,
            "streams": len(self._heads),
            "sha256": self._digest.hexdigest(),
        }


def manifest(exports: Iterable[ServiceExport], *, created_at: str) -> Mapping[str, Any]:
    """The manifest of a finished export; `created_at` is an instant of the contract."""
    finished = sorted(exports, key=lambda export: export.service)
    return {
        "format": FORMAT,
        "created_at": created_at,
        "services": {export.service: export.entry() for export in finished},
        "root": root(head for export in finished for head in export.heads()),
    }
