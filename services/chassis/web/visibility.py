"""Whose rows a role may see: all, those of its own participation in the fair, or those of its own company."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from sqlalchemy import ColumnElement, Table, or_

from services.chassis.access import Actor, ForbiddenError, Role

SEE_ALL: Final[tuple[Role, ...]] = ("organiser", "auditor")


@dataclass(frozen=True)
class Visible:
    """Which rows: `columns` hold the owner's participation or company id; one of them must be the actor's."""

    kind: str
    columns: tuple[str, ...] = ()

    ALL: ClassVar["Visible"]

    @classmethod
    def own(cls, *columns: str) -> "Visible":
        """Rows where a column equals the actor's participation id in that fair."""
        return cls("participation", columns)

    @classmethod
    def company(cls, *columns: str) -> "Visible":
        """Rows where a column equals the actor's company id."""
        return cls("company", columns)


Visible.ALL = Visible("all")
Visibility = Mapping[Role, Visible]


def checked(visible: Visibility, table: Table) -> dict[Role, Visible]:
    """The rule for every role that may look, organisers and auditors included; columns exist.

    Raises:
        ValueError: a column does not exist in the table.
    """
    for rule in visible.values():
        for column in rule.columns:
            if column not in table.c:
                raise ValueError(f"{table.name} has no column {column}")
    return {**dict.fromkeys(SEE_ALL, Visible.ALL), **visible}


def rule_for(visible: Visibility, actor: Actor) -> Visible:
    """The rule for the actor's role.

    Raises:
        ForbiddenError: there is none.
    """
    rule = visible.get(actor.role)
    if rule is None:
        raise ForbiddenError(f"The role {actor.role} may not see this; it is open to: {', '.join(sorted(visible))}.")
    return rule


def _owner(rule: Visible, actor: Actor, fair_id: str | None) -> str | None:
    if rule.kind == "company":
        return actor.company
    return None if fair_id is None else actor.participation(fair_id)


def conditions(rule: Visible, actor: Actor, table: Table, fair_id: str | None) -> list[ColumnElement[bool]]:
    """What a list must ask for, so that the actor sees its own rows only; `fair_id` as the address names it.

    Raises:
        ForbiddenError: the address names no fair and neither does the token, so nobody knows whose rows are meant.
    """
    bound: list[ColumnElement[bool]] = []
    if actor.fair is not None and "fair_id" in table.c:
        bound.append(table.c.fair_id == actor.fair)
    if rule.kind == "all":
        return bound
    owner = _owner(rule, actor, fair_id or actor.fair)
    if owner is None:
        raise ForbiddenError("The token does not say whose this is: it needs a company, and a fair for this address.")
    return [*bound, or_(*(table.c[column] == owner for column in rule.columns))]


def may_see(rule: Visible, actor: Actor, row: Mapping[str, Any]) -> bool:
    """Whether the actor sees this one row."""
    fair_id = row.get("fair_id")
    if actor.fair is not None and fair_id is not None and actor.fair != fair_id:
        return False
    if rule.kind == "all":
        return True
    owner = _owner(rule, actor, fair_id or actor.fair)
    return owner is not None and any(row[column] == owner for column in rule.columns)
