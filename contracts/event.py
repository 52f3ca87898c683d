"""What an event is: a schema class per type and version, and the value that a decision yields."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Protocol

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError

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

    def __init_subclass__(cls, *, stream: str = "", version: int = 1, name: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if stream:
            service = cls.__module__.rpartition(".")[2]
            cls.TYPE = f"{service}.{name or _WORDS.sub('-', cls.__name__).lower()}"
            cls.VERSION = version
            cls.STREAM = stream

    @classmethod
    def new(cls, *, occurred_at: str | None = None, **data: Any) -> NewEvent:
        """An event of this type; missing optional fields get their defaults.

        Raises:
            InvalidEventError: the data does not fit the schema.
        """
        return NewEvent(cls.TYPE, cls.VERSION, cls.checked(data), occurred_at)

    @classmethod
    def checked(cls, data: Mapping[str, Any], *, tolerant: bool = False) -> dict[str, Any]:
        """`data` validated and completed; `tolerant` drops fields that this version does not know."""
        try:
            loaded = _instance(cls).load(data, unknown=EXCLUDE if tolerant else RAISE)
        except ValidationError as error:
            raise InvalidEventError(cls.TYPE, cls.VERSION, error.normalized_messages()) from None
        return dict(loaded)

    @classmethod
    def is_type(cls, fact: Fact) -> bool:
        return fact.type == cls.TYPE


_INSTANCES: dict[type[Event], Event] = {}


def _instance(cls: type[Event]) -> Event:
    """Schemas are stateless once built and building one is slow: one instance per class."""
    instance = _INSTANCES.get(cls)
    if instance is None:
        instance = _INSTANCES[cls] = cls()
    return instance
