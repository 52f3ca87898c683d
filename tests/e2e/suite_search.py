"""Looking for what was typed in all that a stage leaves on disk."""

from tests.e2e.suite_stage import Stage

SECRETS = ("은밀한내용", "0107531", "hidden.person")
"""Every text that is typed below holds one of these; nothing else in the suite does."""


def everywhere(stage: Stage) -> dict[str, bytes]:
    """All that is on disk: databases, the bus, and whatever lies beside them."""
    return {str(path): path.read_bytes() for path in stage.directory.rglob("*") if path.is_file()}


def assert_nowhere(content: dict[str, bytes]) -> None:
    needles = [form for secret in SECRETS for form in (secret.encode(), ascii(secret)[1:-1].encode())]
    for place, found in content.items():
        for needle in needles:
            assert needle not in found, f"{needle.decode()} in {place}"
