"""What happened in a run, line by line: the same bytes for the same seed."""

from hashlib import sha256


class History:
    """Lines of (step, moment, who, what). Kept as parts and put into words only when somebody reads."""

    def __init__(self) -> None:
        self._parts: list[tuple[int, object, str, str]] = []

    def add(self, step: int, at: object, who: str, what: str) -> None:
        self._parts.append((step, at, who, what))

    def lines(self) -> list[str]:
        return [f"{step:6} {at:%m-%d %H:%M:%S.%f} {who:26} {what}" for step, at, who, what in self._parts]

    def digest(self) -> str:
        return sha256("\n".join(self.lines()).encode()).hexdigest()
