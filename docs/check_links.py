"""Finds dead links in the Markdown documents: files and headings that are not there. Standard library only."""

import re
import sys
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).parent.parent
SKIPPED = {".venv", "var", ".git", "node_modules"}
LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)|\!\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)


def anchor(heading: str) -> str:
    """The anchor that a heading gets."""
    text = re.sub(r"[`*_]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", text))


def prose(path: Path) -> str:
    return FENCE.sub("", path.read_text(encoding="utf-8"))


def dead(path: Path) -> list[str]:
    """The links of a document that lead nowhere. Links to other hosts are not followed."""
    found = []
    for one, other in LINK.findall(prose(path)):
        link = one or other
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        name, _, fragment = unquote(link).partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists():
            found.append(f"{path.relative_to(ROOT)}: {link} does not exist")
        elif fragment and target.suffix == ".md" and fragment not in map(anchor, HEADING.findall(prose(target))):
            found.append(f"{path.relative_to(ROOT)}: {link} names no heading")
    return found


def main() -> int:
    documents = [path for path in sorted(ROOT.rglob("*.md")) if not SKIPPED & set(path.relative_to(ROOT).parts)]
    faults = [fault for document in documents for fault in dead(document)]
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(documents)} documents, {len(faults)} dead links")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
