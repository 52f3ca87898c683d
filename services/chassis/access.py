"""Who acts, and which roles may issue which command for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal

from contracts.identity import participation_id

Role = Literal["organiser", "agency", "evaluator", "buyer", "sme", "auditor", "operator", "system"]
ROLES: Final[tuple[Role, ...]] = ("organiser", "agency", "evaluator", "buyer", "sme", "auditor", "operator", "system")
"""organiser: runs fairs; agency: runs grant programmes; evaluator: scores applications; buyer and sme: speak for one
company; auditor: reads all, changes nothing; operator: keeps the machines running, sees no domain data; system: timers
and reactions."""


class Scope(Enum):
    """For whom a role may issue a command: for anybody, or for its own company only."""

    ANY = "any"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who issues a command. `sub` is opaque; `company` and `fair`, where set, bind the actor to them."""

    sub: str
    role: Role
    company: str | None = None
    fair: str | None = None
    on_behalf_of: str | None = None

    def participation(self, fair_id: str) -> str | None:
        """The participation this actor speaks for in a fair, if it is a buyer or an SME."""
        if self.role not in {"buyer", "sme"} or self.company is None:
            return None
        return participation_id(fair_id, self.company, self.role)


SYSTEM: Final = Actor(sub="system", role="system")

Access = Mapping[Role, Scope]
"""The roles that may issue a command, each with its scope. A role that is not named may not."""


class ForbiddenError(Exception):
    """The actor may not do this. `detail` says which role may."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def scope_of(access: Access, actor: Actor, command: Any) -> Scope:
    """The scope in which `actor` may issue `command`.

    Raises:
        ForbiddenError: the role may not, or the actor's token is for another fair.
    """
    scope = access.get(actor.role)
    if scope is None:
        allowed = ", ".join(sorted(access))
        raise ForbiddenError(f"The role {actor.role} may not do this; it is open to: {allowed}.")
    fair_id = getattr(command, "fair_id", None)
    if actor.fair is not None and fair_id is not None and actor.fair != fair_id:
        raise ForbiddenError("The token is for another fair; use one for this fair.")
    return scope
