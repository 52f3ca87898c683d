"""Who knows one service knows all: the same rooms, and nothing in them that leads nowhere."""

import ast
import importlib
import importlib.util
import inspect
import json
import pkgutil
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

import pytest

from contracts import envelope
from contracts.catalogue import CATALOGUE, EVENTS, SERVICES
from services.chassis import tables
from services.chassis.access import ROLES, Scope
from services.chassis.service import Service

ROOMS = ("access", "api", "definition", "domain", "domain.commands", "handlers", "projections", "reactions", "__main__")
GOLDEN = Path(__file__).parent / "golden"
NOT_FOLDED: dict[str, str] = {}
"""Event types that no decision looks back at and no `evolve` names, each with the reason."""


@pytest.fixture(params=SERVICES)
def name(request) -> str:
    return request.param


@pytest.fixture
def service(name) -> Service:
    return importlib.import_module(f"services.{name}.definition").SERVICE


def modules(package: str) -> Iterator[ModuleType]:
    """A package or module with everything below it."""
    root = importlib.import_module(package)
    yield root
    for found in pkgutil.walk_packages(getattr(root, "__path__", []), f"{package}."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def commands_of(name: str) -> set[type]:
    """The dataclasses of `domain.commands`, but for those that are only parts of others."""
    own = {
        value
        for module in modules(f"services.{name}.domain.commands")
        for value in vars(module).values()
        if isinstance(value, type) and is_dataclass(value) and value.__module__ == module.__name__
    }
    parts = {part for command in own for hint in get_type_hints(command).values() for part in _types_in(hint)}
    return own - parts


def _types_in(hint: Any) -> set[Any]:
    return {hint}.union(*(_types_in(part) for part in get_args(hint)))


@cache
def mentions(package: str) -> dict[str, frozenset[str]]:
    """For each name in the package's sources, what it is used for: attributes taken from it, or `` for itself.

    `events.FairOpened.TYPE` and `FairOpened.TYPE` are both a use of `FairOpened` for `TYPE`.
    """
    found: dict[str, set[str]] = {}
    for module in modules(package):
        tree = ast.parse(inspect.getsource(module))
        taken = {id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        for node in ast.walk(tree):
            if isinstance(node, (ast.Name, ast.Attribute)):
                used = node.id if isinstance(node, ast.Name) else node.attr
                found.setdefault(used, set()).add(taken.get(id(node), ""))
    return {used: frozenset(uses) for used, uses in found.items()}


def own_events(name: str) -> list[type]:
    """The newest version of every type that the service publishes."""
    own = [event for event in EVENTS if event.TYPE.startswith(f"{name}.")]
    return [event for event in own if CATALOGUE.latest_version(event.TYPE) == event.VERSION]


@pytest.mark.parametrize("room", ROOMS)
def test_every_service_has_the_same_rooms(name, room):
    assert importlib.util.find_spec(f"services.{name}.{room}") is not None


def test_a_service_is_named_after_its_package_and_its_topic(name, service):
    assert service.name == name
    assert service.title.strip()
    assert name not in service.subscriptions
    assert set(service.subscriptions) <= set(SERVICES)


def test_every_command_has_an_access_entry_and_one_handler(name, service):
    access = importlib.import_module(f"services.{name}.access").ACCESS
    handled = [definition.command for definition in service.commands]
    assert len(handled) == len(set(handled))
    assert commands_of(name) == set(access) == set(handled)
    for definition in service.commands:
        assert definition.access == access[definition.command]


def test_the_names_of_commands_are_unique_in_their_service(service):
    """Timers and rejected commands know a command by its name."""
    names = [definition.command.__name__ for definition in service.commands]
    assert len(names) == len(set(names))


def test_access_names_roles_that_exist_and_somebody_may(service):
    for definition in service.commands:
        assert definition.access, definition.command
        assert set(definition.access) <= set(ROLES)
        assert set(definition.access.values()) <= set(Scope)
        assert not {"auditor", "operator"} & set(definition.access), "auditors and operators change nothing"


def test_commands_are_frozen_and_hide_what_is_personal(name):
    for command in commands_of(name):
        assert command.__dataclass_params__.frozen, command
        for field in fields(command):
            assert field.repr is not field.metadata.get("personal", False), (command, field.name)


def test_every_stream_of_the_contracts_is_kept_by_its_service(name, service):
    kept = [stream.category for stream in service.streams]
    assert len(kept) == len(set(kept))
    assert set(kept) == {event.STREAM for event in own_events(name)}


def test_every_own_event_is_decided_somewhere_in_the_domain(name):
    used = mentions(f"services.{name}.domain")
    read_only = {"TYPE", "is_type", "STREAM", "VERSION"}
    dead = [event.__name__ for event in own_events(name) if not used.get(event.__name__, frozenset()) - read_only]
    assert dead == []


def test_every_own_event_is_folded_or_its_neglect_explained(name):
    used = mentions(f"services.{name}.domain")
    unfolded = {
        event.TYPE for event in own_events(name) if not used.get(event.__name__, frozenset()) & {"TYPE", "is_type"}
    }
    assert unfolded == {event_type for event_type in NOT_FOLDED if event_type.startswith(f"{name}.")}


def test_projectors_know_published_types_of_subscribed_services(name, service):
    heard = {name, *service.subscriptions}
    for event_type in service.read_models.projectors:
        assert CATALOGUE.knows(event_type, CATALOGUE.latest_version(event_type))
        assert event_type.partition(".")[0] in heard, f"{event_type} is never heard here"


def test_reactions_answer_to_published_types_of_other_services(name, service):
    for event_type in service.reactions:
        assert CATALOGUE.knows(event_type, CATALOGUE.latest_version(event_type))
        assert event_type.partition(".")[0] in service.subscriptions, f"{event_type} is never heard here"


def test_subscriptions_are_used(service):
    heard = {event_type.partition(".")[0] for event_type in (*service.read_models.projectors, *service.reactions)}
    assert set(service.subscriptions) <= heard


def test_timers_carry_commands_that_exist(service):
    commands = {definition.command.__name__: definition.command for definition in service.commands}
    for event_type, schedules in service.schedules.items():
        for schedule in schedules:
            for timer in schedule(golden(event_type)):
                command = commands[timer.command]
                required = {
                    field.name for field in fields(command) if field.default is field.default_factory is MISSING
                }
                assert required <= set(timer.data) <= {field.name for field in fields(command)}, timer.name
                assert envelope.canonical(timer.data)


def test_read_models_have_keys_and_names_of_their_own(service):
    lasting = set(tables.metadata.tables)
    for table in service.read_models.tables:
        assert table.primary_key.columns, table.name
        assert table.name not in lasting
        assert {"_stream_id", "_event_id", "_version"} <= set(table.c.keys())


def golden(event_type: str) -> envelope.Envelope:
    version = CATALOGUE.latest_version(event_type)
    return envelope.from_json(json.loads((GOLDEN / f"{event_type}.v{version}.json").read_text("utf-8")))
