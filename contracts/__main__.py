"""`python -m contracts`: writes what is generated from the schemas; `--check` only looks, `golden` adds payloads."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from contracts.catalogue import CATALOGUE, Catalogue
from contracts.envelope import from_json
from contracts.event import InvalidEventError
from contracts.examples import golden_envelopes
from contracts.export import documents, incompatible, json_text, updates, write

ROOT = Path(__file__).parent.parent
GOLDEN = "tests/contract/golden"


def main(arguments: list[str] | None = None, *, root: Path = ROOT, catalogue: Catalogue = CATALOGUE) -> int:
    """Run the command line; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m contracts", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("published", "golden"), default="published")
    parser.add_argument("--check", action="store_true", help="change nothing; status 1 and the names of stale files")
    parser.add_argument(
        "--force-unreleased",
        action="store_true",
        help="before the first release: overwrite incompatible schemas and golden payloads that no longer fit",
    )
    given = parser.parse_args(arguments)
    if given.what == "golden":
        texts: Mapping[str, str | None] = golden(root, catalogue, replace=given.force_unreleased)
        broken: list[str] = []
    else:
        texts = updates(root, documents(catalogue))
        broken = [] if given.force_unreleased else incompatible(root, catalogue)
    for line in broken:
        sys.stderr.write(f"incompatible, takes a new version and an upcaster: {line}\n")
    if not given.check and not broken:
        write(root, texts)
    for name in texts:
        sys.stdout.write(f"{'stale' if given.check or broken else 'written'}: {name}\n")
    return int(bool(broken or (given.check and texts)))


def golden(root: Path, catalogue: Catalogue, *, replace: bool) -> dict[str, str]:
    """The golden payloads to write: missing ones, and with `replace` those that no longer fit their schema."""
    return {
        f"{GOLDEN}/{name}.json": json_text(envelope.as_json())
        for name, envelope in golden_envelopes(catalogue).items()
        if not (root / GOLDEN / f"{name}.json").is_file() or (replace and not fits(root, name, catalogue))
    }


def fits(root: Path, name: str, catalogue: Catalogue) -> bool:
    """Whether the golden payload that is there is still what its schema says."""
    envelope = from_json(json.loads((root / GOLDEN / f"{name}.json").read_text(encoding="utf-8")))
    try:
        checked = catalogue.schema(envelope.type, envelope.schema_version).checked(envelope.data)
    except InvalidEventError:
        return False
    return checked == envelope.data


if __name__ == "__main__":
    sys.exit(main())
