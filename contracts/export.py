"""All that is generated from the schemas, as texts: what is checked in must be what this yields."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from contracts.async_api import async_api
from contracts.catalogue import Catalogue
from contracts.compatibility import breaks
from contracts.event_pages import events_page
from contracts.json_schema import ENVELOPE_NAME, envelope_schema, event_schema, schema_name

PUBLISHED: Final = "contracts/published"
EVENTS_PAGE: Final = "docs/events.md"
ASYNC_API: Final = f"{PUBLISHED}/asyncapi.json"


def documents(catalogue: Catalogue) -> dict[str, str]:
    """File path, relative to the project, to text; the same for the same catalogue, byte for byte."""
    return {
        **{f"{PUBLISHED}/{name}.json": json_text(schema) for name, schema in schemas(catalogue).items()},
        ASYNC_API: json_text(async_api(catalogue)),
        EVENTS_PAGE: events_page(catalogue),
    }


def schemas(catalogue: Catalogue) -> dict[str, Any]:
    """Every published JSON Schema by its name (`registration.fair-opened.v1`)."""
    return {
        **{schema_name(event): event_schema(event) for event in catalogue.events},
        ENVELOPE_NAME: envelope_schema(),
    }


def json_text(value: Any) -> str:
    """JSON for people and for diffs."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def published_schemas(root: Path) -> dict[str, Any]:
    """The JSON Schemas that are checked in under `root`, by name."""
    found = sorted((root / PUBLISHED).glob("*.v*.json"))
    return {path.name.removesuffix(".json"): json.loads(path.read_text(encoding="utf-8")) for path in found}


def updates(root: Path, wanted: Mapping[str, str]) -> dict[str, str | None]:
    """What has to be written under `root` to make it as wanted: file to text, None for a file that has to go."""
    texts: dict[str, str | None] = {
        name: text
        for name, text in wanted.items()
        if not (root / name).is_file() or (root / name).read_bytes() != text.encode()
    }
    there = (path.relative_to(root).as_posix() for path in sorted((root / PUBLISHED).glob("*.json")))
    return texts | {name: None for name in there if name not in wanted}


def write(root: Path, texts: Mapping[str, str | None]) -> None:
    """Write or remove the files."""
    for name, text in texts.items():
        path = root / name
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def incompatible(root: Path, catalogue: Catalogue) -> list[str]:
    """What readers of the checked-in schemas under `root` would trip over in those of the catalogue."""
    return breaks(published_schemas(root), schemas(catalogue))
