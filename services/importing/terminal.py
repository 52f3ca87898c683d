"""What the import says in the terminal, in Korean or English: a bar while it runs, then one line per problem."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.chassis.bulk import Progress as Told


def in_korean(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the terminal's language is Korean, by the usual variables."""
    named = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next((value for value in named if value), "").startswith("ko")


@contextmanager
def bar(label: str) -> Iterator[Told]:
    """A progress bar on the error stream, so that the lines of the report can be piped on."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task(label, total=None)
        yield lambda done, everything: shown.update(task, completed=done, total=everything)


def lines(report: Mapping[str, Any], *, korean: bool) -> Iterator[str]:
    """The report, problems first, the figures last."""
    for problem in report["problems"]:
        yield f"{_place(problem, korean=korean)}  {problem['message']['ko' if korean else 'en']}  [{problem['rule']}]"
    if report["unlisted"]:
        yield f"... 외 {report['unlisted']}건" if korean else f"... and {report['unlisted']} more"
    if report["unused"]:
        names = ", ".join(report["unused"])
        yield f"기록하지 않는 열: {names}" if korean else f"columns that are not recorded: {names}"
    yield _figures(report, korean=korean)


def say(report: Mapping[str, Any], *, korean: bool) -> None:
    for line in lines(report, korean=korean):
        click.echo(line)


def _place(problem: Mapping[str, Any], *, korean: bool) -> str:
    """As a spreadsheet names it: `Sheet1!B12`; a row without a column as `12행` or `row 12`."""
    sheet = f"{problem['sheet']}!" if problem["sheet"] else ""
    if problem["row"] is None:
        return "파일" if korean else "file"
    if problem["column"] is not None:
        return f"{sheet}{problem['column']}{problem['row']}"
    return f"{sheet}{problem['row']}행" if korean else f"{sheet}row {problem['row']}"


def _figures(report: Mapping[str, Any], *, korean: bool) -> str:
    rows, accepted, refused, events = (report[name] for name in ("rows", "accepted", "refused", "events"))
    if not report["stored"]:
        if korean:
            return f"아무것도 저장하지 않았습니다: {rows}행 중 {refused}행에 문제가 있습니다."
        return f"Nothing was stored: {refused} of {rows} rows have problems."
    if korean:
        return f"{rows}행 중 {accepted}행을 받았습니다(거절 {refused}행, 새 사건 {events}건)."
    return f"Took {accepted} of {rows} rows ({refused} refused, {events} new events)."
