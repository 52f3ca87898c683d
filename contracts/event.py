"""What an event is: a schema class per type and version, and the value that a decision yields."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Protocol, TypeVar

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields

from contracts.compiled import compiled
from contracts.envelope import storable

_WORDS: Final = re.compile(r"(?<!^)(?=[A-Z])")


class Fact(Protocol):
    """What `evolve` may see of an event, decided a moment ago or read from the store."""

    @property
    def type(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that a decision yields: not yet numbered, stamped or stored.

    `occurred_at` is the business time when it differs from the command's own.
    """

    type: str
    schema_version: int
    data: Mapping[str, Any]
    occurred_at: str | None = None


class InvalidEventError(ValueError):
    """The data does not fit the schema of its type; `errors` says where, without quoting values."""

    def __init__(self, event_type: str, version: int, errors: Any) -> None:
        super().__init__(f"{event_type} v{version}: {errors}")
        self.errors = errors


class Event(Schema):
    """Base of every event schema. The type is `<service>.<class-name-in-kebab-case>`, taken from the module's name.

    A class is one version of one type (`VERSION`); unknown fields are refused. Fields are added as optional ones with
    a `load_default` or by a new version with an upcaster, never by changing what is published.
    """

    TYPE: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1
    STREAM: ClassVar[str] = ""

    class Meta:
        unknown = RAISE

    @classmethod
    def new(cls, *, occurred_at: str | None = None, **data: Any) -> NewEvent:
        """An event of this type; missing optional fields get their defaults.

        Raises:
            InvalidEventError: the data does not fit the schema.
        """
        return NewEvent(cls.TYPE, cls.VERSION, cls.checked(data), occurred_at)

    @classmethod
    def checked(cls, data: Mapping[str, Any], *, tolerant: bool = False) -> dict[str, Any]:
        """A validated and completed copy of `data`; `tolerant` drops fields that this version does not know.

        Raises:
            InvalidEventError: the data does not fit the schema.
        """
        validator = _VALIDATORS.get((cls, tolerant)) or _validator(cls, tolerant=tolerant)
        plain = validator.fast(data)
        return validator.full(data) if plain is None else plain

    @classmethod
    def is_type(cls, fact: Fact) -> bool:
        return fact.type == cls.TYPE


E = TypeVar("E", bound=type[Event])


def on_stream(category: str, *, version: int = 1, name: str | None = None) -> Callable[[E], E]:
    """Publish a schema class: its events live on streams `<category>-<key>`.

    `name` is the type's own name where the class name cannot be it (a second version, say).
    """

    def publish(event: E) -> E:
        service = event.__module__.rpartition(".")[2]
        event.TYPE = f"{service}.{name or _WORDS.sub('-', event.__name__).lower()}"
        event.VERSION = version
        event.STREAM = category
        return event

    return publish


class _Validator:
    """One way to validate one schema class. Building a schema is slow and instances are stateless: they are kept."""

    def __init__(self, cls: type[Event], *, tolerant: bool) -> None:
        self._cls = cls
        self._schema = cls(unknown=EXCLUDE if tolerant else RAISE)
        if tolerant:
            _exclude_nested(self._schema.load_fields.values())
        self.fast = compiled(self._schema, tolerant=tolerant)

    def full(self, data: Any) -> dict[str, Any]:
        """Marshmallow's answer, with its messages."""
        try:
            loaded = dict(self._schema.load(data))
        except ValidationError as error:
            raise InvalidEventError(self._cls.TYPE, self._cls.VERSION, error.messages) from None
        faults = {name: [_NOT_STORABLE] for name, value in loaded.items() if not storable(value)}
        if faults:
            raise InvalidEventError(self._cls.TYPE, self._cls.VERSION, faults)
        return loaded


_NOT_STORABLE: Final = "must be JSON of whole characters and of integers below 2^53"
_VALIDATORS: dict[tuple[type[Event], bool], _Validator] = {}


def _validator(cls: type[Event], *, tolerant: bool) -> _Validator:
    validator = _VALIDATORS[cls, tolerant] = _Validator(cls, tolerant=tolerant)
    return validator


def _exclude_nested(found: Iterable[fields.Field[Any]]) -> None:
    """Unknown fields of nested objects are dropped too: marshmallow does not hand `unknown` down."""
    for field in found:
        if isinstance(field, fields.List):
            _exclude_nested([field.inner])
        elif isinstance(field, fields.Nested) and isinstance(field.schema, Schema):
            field.unknown = EXCLUDE
            _exclude_nested(field.schema.load_fields.values())
