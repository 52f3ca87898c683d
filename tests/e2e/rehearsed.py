"""Running the suite as a user does, and what the first run left behind."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from services.embedded.stack import Stack
from services.rehearsal.scene import Scene

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Told:
    """How a command of the suite ended."""

    code: int
    out: str
    err: str


def suite(*arguments: str, seconds: float = 240, **environment: str) -> Told:
    """`python -m services ...` in a process of its own."""
    clean = {name: value for name, value in os.environ.items() if name not in {"LC_ALL", "LANG", "PORT", "TOKEN_KEY"}}
    done = subprocess.run(
        [sys.executable, "-m", "services", *arguments],
        cwd=ROOT,
        env={**clean, "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        check=False,
        text=True,
        encoding="utf-8",
        timeout=seconds,
    )
    return Told(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Held:
    """The rehearsal after its first run: what was printed, and the same data served again."""

    directory: Path
    told: Told
    stack: Stack
    scene: Scene


def one_line(err: str) -> str:
    """What was said, and that it was one line."""
    (line,) = err.splitlines()
    return line
