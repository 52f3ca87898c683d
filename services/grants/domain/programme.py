"""A programme's call: its period, limits and budget, and what of the budget is reserved for whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from contracts.event import Fact, NewEvent
from contracts.grants import BudgetReleased, BudgetReserved, BudgetSet, ProgrammeOpened
from contracts.rejection import Rejection
from services.grants.domain.commands import OpenProgramme, SetBudget
from services.grants.domain.limits import Limits
from services.grants.domain.rules import resolved

_UNSET: Final = Limits(max_grant_krw=0, max_months=0, max_government_share_bp=0, min_own_cash_bp=0)


@dataclass(frozen=True)
class ProgrammeState:
    """`reserved` holds the amount of every application that has one."""

    kind: str = ""
    opens_at: str = ""
    closes_at: str = ""
    limits: Limits = _UNSET
    rule_version: str = ""
    synthetic: bool = False
    budget_krw: int = 0
    reserved: Mapping[str, int] = field(default_factory=dict)

    @property
    def reserved_krw(self) -> int:
        return sum(self.reserved.values())


def evolve(state: ProgrammeState, fact: Fact) -> ProgrammeState:
    data = fact.data
    if fact.type == ProgrammeOpened.TYPE:
        return ProgrammeState(
            kind=data["kind"],
            opens_at=data["opens_at"],
            closes_at=data["closes_at"],
            limits=Limits(
                max_grant_krw=data["max_grant_krw"],
                max_months=data["max_months"],
                max_government_share_bp=data["max_government_share_bp"],
                min_own_cash_bp=data["min_own_cash_bp"],
            ),
            rule_version=data["rule_version"],
            synthetic=data["synthetic"],
        )
    if fact.type == BudgetSet.TYPE:
        return replace(state, budget_krw=data["budget_krw"])
    if fact.type == BudgetReserved.TYPE:
        return replace(state, reserved={**state.reserved, data["application_id"]: data["amount_krw"]})
    if fact.type == BudgetReleased.TYPE:
        kept = {key: amount for key, amount in state.reserved.items() if key != data["application_id"]}
        return replace(state, reserved=kept)
    return state


def open_programme(command: OpenProgramme, programme_id: str) -> list[NewEvent]:
    if command.opens_at >= command.closes_at:
        raise Rejection(
            "programme.call-period-empty",
            "The call closes before it opens.",
            "Give a closing time after the opening time.",
        )
    rule_version, limits = resolved(command)
    return [
        ProgrammeOpened.new(
            programme_id=programme_id,
            kind=command.kind,
            name=command.name,
            year=command.year,
            max_grant_krw=limits.max_grant_krw,
            max_months=limits.max_months,
            max_government_share_bp=limits.max_government_share_bp,
            min_own_cash_bp=limits.min_own_cash_bp,
            opens_at=command.opens_at,
            closes_at=command.closes_at,
            rule_version=rule_version,
            synthetic=command.synthetic,
        )
    ]


def set_budget(state: ProgrammeState, command: SetBudget) -> list[NewEvent]:
    if command.budget_krw < state.reserved_krw:
        raise Rejection(
            "programme.budget-below-reserved",
            f"KRW {state.reserved_krw} are reserved for selected applications.",
            "Set at least that much, or let applications be withdrawn first.",
        )
    if command.budget_krw == state.budget_krw:
        return []
    return [
        BudgetSet.new(
            programme_id=command.programme_id,
            budget_krw=command.budget_krw,
            synthetic=command.synthetic or state.synthetic,
        )
    ]


def reserve(state: ProgrammeState, programme_id: str, application_id: str, amount_krw: int) -> list[NewEvent]:
    """Take `amount_krw` of the budget for the application; nothing when it has exactly that already."""
    held = state.reserved.get(application_id)
    if held == amount_krw:
        return []
    if held is not None:
        raise Rejection(
            "programme.reserved-otherwise",
            f"KRW {held} are reserved for this application already.",
            "Keep the amount first decided, or withdraw the application.",
        )
    free = state.budget_krw - state.reserved_krw
    if amount_krw > free:
        raise Rejection(
            "programme.over-budget",
            f"KRW {free} of the budget are free; KRW {amount_krw} are asked for.",
            "Grant less, raise the budget, or wait for a release.",
        )
    return [BudgetReserved.new(programme_id=programme_id, application_id=application_id, amount_krw=amount_krw)]


def release(state: ProgrammeState, programme_id: str, application_id: str) -> list[NewEvent]:
    """Free what is reserved for the application; nothing when nothing is."""
    held = state.reserved.get(application_id)
    if held is None:
        return []
    return [BudgetReleased.new(programme_id=programme_id, application_id=application_id, amount_krw=held)]
