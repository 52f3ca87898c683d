"""What containers tell when they are asked from inside: what they publish to nobody."""

import subprocess
from dataclasses import dataclass
from typing import Final

from prometheus_client.parser import text_string_to_metric_families

PREFIX: Final = "sangsaeng_"
# Without an interpreter in the container: starting one costs more than what it would ask for.
ASK: Final = r"exec 3<>/dev/tcp/127.0.0.1/8000 && printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3 && cat <&3"
HANDLES: Final = "ls /proc/[0-9]*/fd 2>/dev/null | grep -c '^[0-9]'"
# Only its own user may look into a process.
USER_OF: Final = {"postgres": ("--user", "postgres")}
SECONDS: Final = 30


@dataclass(frozen=True)
class Told:
    """The metrics of one of our containers at one moment; none when it did not answer."""

    samples: tuple[tuple[str, dict[str, str], float], ...]

    def value(self, name: str, **labels: str) -> float:
        """Summed over all labels that are not given; 0 when there is none."""
        wanted = labels.items()
        return sum(value for found, carried, value in self.samples if found == name and wanted <= carried.items())

    def ours(self, name: str, **labels: str) -> float:
        """As `value`, of a metric of docs/metrics.md."""
        return self.value(PREFIX + name, **labels)


def metrics_of(container: str) -> Told:
    """What an api or a worker answers to `GET /metrics`."""
    _, _, text = _executed(container, "bash", "-c", ASK).partition("\n\n")
    families = text_string_to_metric_families(text)
    return Told(tuple((sample.name, sample.labels, sample.value) for family in families for sample in family.samples))


def handles_of(container: str, service: str) -> int | None:
    """Open file handles of all processes of a container; None when it does not say."""
    counted = _executed(*USER_OF.get(service, ()), container, "sh", "-c", HANDLES).strip()
    return int(counted) if counted.isdigit() else None


def _executed(*arguments: str) -> str:
    try:
        # Universal newlines: HTTP ends lines otherwise.
        done = subprocess.run(
            ["docker", "exec", *arguments], capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout
