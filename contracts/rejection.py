"""How a decision says no. The rule's name is part of the published language: clients and auditors see it."""


class Rejection(Exception):  # noqa: N818 - a refusal by the rules is an answer, not a fault
    """A command that the rules refuse.

    `rule` is a stable name (`participation.not-approved`), `detail` says what is wrong, `remedy` how to mend it. None
    of them may quote what a person typed: rejections are recorded for ever, apart from the events.
    """

    def __init__(self, rule: str, detail: str, remedy: str) -> None:
        super().__init__(f"{rule}: {detail} {remedy}")
        self.rule = rule
        self.detail = detail
        self.remedy = remedy
