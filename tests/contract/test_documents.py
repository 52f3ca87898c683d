"""What the documents say can be done can be done: targets, commands, options, addresses, files and decisions exist."""

import ast
import importlib
import json
import re
import shlex
import subprocess
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import click
import pytest
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound

import services.__main__ as suite_line
from contracts.catalogue import SERVICES as NAMES
from contracts.envelope import Envelope
from services.chassis import cli
from services.chassis.access import ROLES
from services.chassis.application import Application, Keys
from services.chassis.configuration import Settings
from services.chassis.database import Database
from services.chassis.web import create_app
from services.suite import SERVICES

ROOT = Path(__file__).parents[2]
DECISIONS = ROOT / "docs" / "adr"
GUIDES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "docs" / "event-log.md"]
DOCUMENTS = [*GUIDES, *sorted(DECISIONS.glob("*.md"))]
KEY = bytes(32)

INLINE = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^([ ]*)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^ {4}(?! )(\S.*)$", re.MULTILINE)
COMMAND = re.compile(r"python -m (services(?:\.[\w.]+)?) ?([^`]*)")
ADDRESS = re.compile(r"http://localhost:8000/([a-z]+)(/[^\s\"`?)]*)")
PATH = re.compile(
    r"(?:contracts|services|tests|docs|data|deploy|requirements|domain|handlers|api|projections)/[\w./-]*"
    r"|[\w-]+\.(?:md|yml|toml|csv)"
)
MADE_BY_RECIPES = ("badges",)
"""What only the example of a recipe adds."""
TARGET = re.compile(r"^([a-z][a-z0-9-]*):(?!=).*$", re.MULTILINE)


def document_id(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def commands_in(path: Path) -> list[str]:
    """Every line that a reader may type, comments cut off: in blocks and between backticks."""
    text = text_of(path)
    bare = FENCED.sub("", text)
    lines = [*INDENTED.findall(bare), *INLINE.findall(bare)]
    return [re.split(r"\s+# ", line)[0].strip() for line in lines]


def makefile_targets() -> dict[str, str]:
    return {found[1]: found[0] for found in TARGET.finditer(text_of(ROOT / "Makefile"))}


def documented_targets() -> set[str]:
    found = (re.match(r"make ([a-z][a-z0-9-]*)", line) for path in DOCUMENTS for line in commands_in(path))
    return {match[1] for match in found if match}


def command_line(module: str, words: list[str]) -> click.Command | None:
    """The click command that a documented line names; None for a module that only prints."""
    service = module.removeprefix("services").lstrip(".")
    if service and service not in NAMES:
        return None
    group = suite_line.group() if not service else service_line(service)
    return group.commands.get(words[0]) if words and not words[0].startswith("-") else group


def service_line(name: str) -> click.Group:
    """The commands of a service: its own line where it has one, else those that every service has."""
    if importlib.util.find_spec(f"services.{name}.command_line") is None:
        return cli.group(definition(name))
    return importlib.import_module(f"services.{name}.command_line").group()


def definition(name: str):
    return importlib.import_module(f"services.{name}.definition").SERVICE


def documented_commands() -> Iterator[tuple[str, str, str]]:
    for path in DOCUMENTS:
        for line in commands_in(path):
            for module, rest in COMMAND.findall(line):
                yield document_id(path), module, rest.rstrip(")")


@pytest.mark.parametrize("target", sorted(documented_targets()))
def test_documented_targets_exist(target):
    assert target in makefile_targets()


def test_help_lists_every_target_with_its_meaning():
    explained = {name for name, line in makefile_targets().items() if "## " in line}
    assert explained == set(makefile_targets())
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    listed = {line.split()[1] for line in shown.stdout.splitlines()}
    assert listed == explained >= documented_targets()


def test_readme_begins_with_the_two_commands():
    typed = [line for line in INDENTED.findall(text_of(ROOT / "README.md")) if line.startswith("make ")]
    assert [line.split()[1] for line in typed[:2]] == ["run", "test"]


@pytest.mark.parametrize(("document", "module", "rest"), sorted(set(documented_commands())))
def test_documented_commands_and_options_exist(document, module, rest):
    assert importlib.util.find_spec(module.removesuffix(".<name>")) is not None
    words = shlex.split(rest.replace("|", " ").replace("...", " "))
    if module.endswith("<name>"):
        known = cli.group(SERVICES[0]).commands
        assert words
        assert set(words) <= set(known)
        return
    command = command_line(module, words)
    if command is None:
        assert module not in {"services", *(f"services.{name}" for name in NAMES)}, f"{module} has no {words[0]}"
        return
    options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= options


@pytest.fixture(scope="module")
def apps(tmp_path_factory) -> dict[str, Flask]:
    settings = Settings(
        database_url="sqlite:///unused", bus_url="local:unused", token_key=KEY, vault_key=KEY, fingerprint_key=KEY
    )
    folder = tmp_path_factory.mktemp("documents")
    made = {}
    for service in SERVICES:
        application = Application(service, Database(f"sqlite:///{folder / service.name}.db"), Keys(KEY, KEY))
        made[service.name] = create_app(application, settings)
    return made


def leads_somewhere(app: Flask, path: str) -> bool:
    concrete = re.sub(r"<[^>]+>", "00000000-0000-7000-8000-000000000000", path)
    try:
        app.url_map.bind("localhost").match(concrete)
    except MethodNotAllowed:
        return True
    except NotFound:
        return False
    return True


def test_documented_addresses_lead_somewhere(apps):
    found = {address for path in GUIDES for address in ADDRESS.findall(text_of(path))}
    assert found
    dead = [f"/{name}{path}" for name, path in found if not leads_somewhere(apps[name], path)]
    assert dead == []


def test_the_table_of_paths_holds_in_every_service(apps):
    table = text_of(ROOT / "README.md").partition("Each service has at")[2].partition("\n\nEvery POST")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    paths = [path.partition("?")[0] for row in rows for path in INLINE.findall(row)]
    assert len(paths) > len(rows)
    assert [(name, path) for name, app in apps.items() for path in paths if not leads_somewhere(app, f"/{path}")] == []


def test_readme_names_every_service_with_what_it_listens_to():
    rows = re.findall(r"^\| (\w+) \| .* \| ([\w, ]+) \|$", text_of(ROOT / "README.md"), re.MULTILINE)
    told = {name: set() if heard == "nobody" else set(heard.split(", ")) for name, heard in rows if name in NAMES}
    assert told == {service.name: set(service.subscriptions) for service in SERVICES}


def test_readme_names_every_role():
    table = text_of(ROOT / "README.md").partition("| Role | May |")[2].partition("\n\n")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| ") and "---" not in line]
    assert {role.strip() for cell in cells for role in cell.split(",")} == set(ROLES)


@pytest.mark.parametrize("document", DOCUMENTS, ids=document_id)
def test_files_and_folders_that_are_named_exist(document):
    named = {span for span in INLINE.findall(FENCED.sub("", text_of(document))) if PATH.fullmatch(span)}
    shipped = {span for span in named if not any(word in span for word in MADE_BY_RECIPES)}
    places = (ROOT, document.parent, ROOT / "services" / "registration")
    missing = [span for span in shipped if not any((place / span).exists() for place in places)]
    assert missing == []


@pytest.mark.parametrize("document", GUIDES, ids=document_id)
def test_examples_can_be_read(document):
    for _, language, body in FENCED.findall(text_of(document)):
        if language == "python":
            ast.parse(textwrap.dedent(body))
        elif language == "json":
            json.loads(body)


def test_the_event_that_is_shown_has_the_fields_of_an_event():
    shown = next(json.loads(body) for _, language, body in FENCED.findall(text_of(GUIDES[2])) if language == "json")
    assert set(shown) - {"position"} == set(Envelope.__dataclass_fields__)
    explained = set(INLINE.findall("\n".join(re.findall(r"^\| (`.*?) \|", text_of(GUIDES[2]), re.MULTILINE))))
    assert set(shown) - {"metadata"} <= explained
    assert {f"metadata.{name}" for name in ("actor", "command", "correlation_id", "causation_id")} <= explained


def test_every_stream_is_explained():
    rows = re.findall(r"^\| (`[a-z0-9-]+-`.*?) \|", text_of(GUIDES[2]), re.MULTILINE)
    told = {span.removesuffix("-") for row in rows for span in INLINE.findall(row)}
    assert told == {stream.category for service in SERVICES for stream in service.streams}


def test_every_decision_is_listed_and_complete():
    pages = [path for path in sorted(DECISIONS.glob("*.md")) if path.name != "README.md"]
    index = text_of(DECISIONS / "README.md")
    for number, page in enumerate(pages, start=1):
        assert page.name.startswith(f"{number:04d}-")
        title = text_of(page).splitlines()[0]
        assert title.startswith(f"# {number}. ")
        assert f"| {number} | [{title.partition('. ')[2]}]({page.name}) |" in index
        headings = re.findall(r"^## (.*)$", text_of(page), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"]
    assert index.count("](0") == len(pages)


def test_the_licence_is_the_one_that_is_declared():
    declared = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]["license"]
    licence = text_of(ROOT / "LICENSE")
    assert declared == "Apache-2.0"
    assert "Apache License\n" in licence
    assert "Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence


def test_the_picture_can_be_drawn_and_is_described():
    name = "{http://www.w3.org/2000/svg}"
    pictures = re.findall(r"!\[(.+?)\]\((\S+\.svg)\)", text_of(ROOT / "README.md"))
    assert pictures
    for _, file in pictures:
        picture = ET.parse(ROOT / file).getroot()  # noqa: S314 - our own file
        assert picture.tag == f"{name}svg"
        assert picture.findtext(f"{name}title")
        assert picture.findtext(f"{name}desc")
        assert {service.name for service in SERVICES} <= {text.text for text in picture.iter(f"{name}text")}
