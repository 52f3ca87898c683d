"""The figures on the terminal: tables, addresses that show the events behind them, a mark on all that is made up."""

from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.rehearsal.claims import Compared
from services.rehearsal.ledger import Figure, Section
from services.rehearsal.outlook import Outlook
from services.rehearsal.records import Records
from services.rehearsal.texts import Language, region, say

INDENT: Final = "  "
WIDTH_OF_FILES: Final = 100
"""Output that does not go to a terminal has no width of its own."""


def console_for_people() -> Console:
    """Standard output; colours only on a terminal."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDTH_OF_FILES, no_color=True)


class Report:
    """Prints in one language. Addresses are numbered and listed under each table, whole, so that they can be copied."""

    def __init__(self, console: Console, language: Language) -> None:
        self._console: Final = console
        self._language: Final = language

    def line(self, key: str, **values: object) -> None:
        self.text(say(key, self._language).format(**values))

    def text(self, text: str) -> None:
        """A line that is never broken."""
        self._console.print(Text(text), soft_wrap=True)

    def step(self, name: str, seconds: float) -> None:
        said = say(f"step.{name}", self._language)
        self.text(f"{INDENT}{said} - {seconds:.1f} {say('seconds', self._language)}")

    def section(self, section: Section) -> None:
        say_ = self._say
        title = f"{say_('grants')}: {section.title}" if section.plain else say_(section.title)
        table = self._table(title, (say_("what"), say_("figure"), say_("events"), "#"))
        urls: dict[str, int] = {}
        for figure in section.figures:
            number = urls.setdefault(figure.url, len(urls) + 1)
            table.add_row(self._label(figure), Text(figure.value), Text(f"{figure.events:,}"), Text(f"[{number}]"))
        self._show(table, urls)

    def claims(self, lines: list[Compared]) -> None:
        say_ = self._say
        heads = (say_("what"), f"{say_('claimed')} [1]", say_("recorded"), say_("difference"), say_("events"), "#")
        table = self._table(say_("claims"), heads)
        urls = {line.claim_url: 1 for line in lines}
        for line in lines:
            number = urls.setdefault(line.url or line.claim_url, len(urls) + 1)
            recorded = say_("none") if line.recorded is None else f"{line.recorded:,}"
            difference = "-" if line.difference is None else f"{line.difference:+,}" if line.difference else "0"
            table.add_row(
                Text(self._marked(say_(f"claim.{line.subject}"), line.synthetic)),
                Text(f"{line.claimed:,}"), Text(recorded), Text(difference), Text(f"{line.events:,}"),
                Text(f"[{number}]"),
            )  # fmt: skip
        self._show(table, urls)

    def assumptions(self, records: Records) -> None:
        """On what the figures of the timetable rest."""
        assumed = records.assumptions
        shares = assumed["answer_shares_percent"]
        self.line(
            "assumed",
            slots=len(assumed["slots"]), before=assumed["lunch_after"], quota=assumed["request_quota"],
            tables=sum(int(row["tables"]) for row in records["buyer_settings"]),
            must=shares["must-meet"], accept=shares["accept"], decline=shares["decline"], none=shares["none"],
        )  # fmt: skip

    def outlook(self, outlook: Outlook) -> None:
        """The plan's certificate in words, then what more room would bring and how evenly the meetings fall."""
        self._console.print()
        self.line(outlook.verdict.key, **outlook.verdict.values)
        for title, lines, url in outlook.tables:
            table = self._table(self._say(title), (self._say("what"), self._say("figure")))
            for line in lines:
                values = dict(line.values)
                if line.key == "fairness.region":
                    values["group"] = region(values["group"], self._language)
                said = self._say(line.key).format(**values)
                table.add_row(Text(INDENT * line.depth + said), Text(line.figure))
            self._console.print()
            self._console.print(table)
            self.text(f"{self._say('address')}: {url}")

    def how_to_look(self, url: str, option: str) -> None:
        """How to open the addresses."""
        self.line("token")
        self.text(f"{INDENT}TOKEN=$(python -m services token --role auditor{option})")
        self.text(f'{INDENT}curl -H "Authorization: Bearer $TOKEN" "{url}/registration/events?limit=1"')

    def _say(self, key: str) -> str:
        return say(key, self._language)

    def _marked(self, text: str, synthetic: bool) -> str:
        return f"{text} {self._say('synthetic')}" if synthetic else text

    def _label(self, figure: Figure) -> Text:
        label = figure.label if figure.plain else self._say(figure.label)
        return Text(INDENT * figure.depth + self._marked(label, figure.synthetic))

    def _table(self, title: str, heads: tuple[str, ...]) -> Table:
        table = Table(title=title, title_justify="left")
        for number, head in enumerate(heads):
            table.add_column(head, justify="left" if number == 0 else "right", no_wrap=True)
        return table

    def _show(self, table: Table, urls: dict[str, int]) -> None:
        self._console.print()
        self._console.print(table)
        self.text(f"{self._say('sources')}:")
        for url, number in urls.items():
            self.text(f"{INDENT}[{number}] {url}")
