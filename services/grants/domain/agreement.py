"""An agreement and its payments: planned to the last won, never paid beyond the grant."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, date, timedelta

from contracts.event import Fact, NewEvent
from contracts.grants import AgreementSigned, PaymentMade
from contracts.rejection import Rejection
from services.grants.domain.application import ApplicationState
from services.grants.domain.commands import MakePayment, PlannedInstalment, SignAgreement
from services.grants.domain.limits import Terms


@dataclass(frozen=True)
class AgreementState:
    """`planned` and `paid` hold amounts by instalment number."""

    programme_id: str = ""
    fair_id: str | None = None
    grant_krw: int = 0
    synthetic: bool = False
    planned: Mapping[int, int] = field(default_factory=dict)
    paid: Mapping[int, int] = field(default_factory=dict)

    @property
    def signed(self) -> bool:
        return bool(self.programme_id)

    @property
    def paid_krw(self) -> int:
        return sum(self.paid.values())


def evolve(state: AgreementState, fact: Fact) -> AgreementState:
    data = fact.data
    if fact.type == AgreementSigned.TYPE:
        return AgreementState(
            programme_id=data["programme_id"],
            fair_id=data["fair_id"],
            grant_krw=data["grant_krw"],
            synthetic=data["synthetic"],
            planned={instalment["number"]: instalment["amount_krw"] for instalment in data["instalments"]},
        )
    if fact.type == PaymentMade.TYPE:
        return replace(state, paid={**state.paid, data["instalment"]: data["amount_krw"]})
    return state


def sign(
    state: AgreementState, application: ApplicationState, command: SignAgreement, *, agreement_id: str
) -> list[NewEvent]:
    """Sign on the selected grant. Where it is less than was asked, the own share stays and the total shrinks with it.

    The rule version is the one under which the application was selected.
    """
    if state.signed:
        raise Rejection(
            "agreement.already-signed",
            "An agreement was signed on this application already.",
            "Nothing is to be done; an application has one agreement.",
        )
    if application.status != "selected" or application.terms is None:
        raise Rejection(
            "agreement.not-selected",
            f"The application is {application.status}.",
            "Only a selected application leads to an agreement.",
        )
    _check_period(command, application.terms)
    _check_plan(command, application.granted_krw)
    return [
        AgreementSigned.new(
            agreement_id=agreement_id,
            application_id=command.application_id,
            programme_id=application.programme_id,
            sme_company_id=application.sme_company_id,
            buyer_company_id=application.buyer_company_id,
            fair_id=application.fair_id,
            commitment_id=application.commitment_id,
            grant_krw=application.granted_krw,
            total_krw=application.granted_krw + application.terms.own_share_krw,
            starts_on=command.starts_on,
            ends_on=command.ends_on,
            instalments=[_as_data(instalment) for instalment in command.instalments],
            rule_version=application.rule_version,
            synthetic=command.synthetic or application.synthetic,
        )
    ]


def pay(state: AgreementState, command: MakePayment, *, payment_id: str) -> list[NewEvent]:
    """Pay a planned, unpaid instalment with exactly its amount."""
    planned = state.planned.get(command.instalment)
    if planned is None:
        raise Rejection(
            "payment.not-planned",
            "The agreement plans no instalment of this number.",
            f"It plans the numbers 1 to {len(state.planned)}.",
        )
    if command.instalment in state.paid:
        raise Rejection("payment.already-made", "The instalment is paid.", "Nothing is to be done.")
    if command.amount_krw != planned:
        raise Rejection(
            "payment.amount-differs",
            f"The instalment is KRW {planned}.",
            "Pay exactly that amount.",
        )
    if state.paid_krw + command.amount_krw > state.grant_krw:
        raise Rejection(
            "payment.above-grant",
            f"KRW {state.paid_krw} of KRW {state.grant_krw} are paid.",
            "Pay no more than the grant in all.",
        )
    return [
        PaymentMade.new(
            agreement_id=command.agreement_id,
            programme_id=state.programme_id,
            payment_id=payment_id,
            instalment=command.instalment,
            amount_krw=command.amount_krw,
            synthetic=command.synthetic or state.synthetic,
        )
    ]


def last_day(starts_on: str, months: int) -> str:
    """The last day of a period of so many months: the day before the same day of the month, or before its end."""
    start = date.fromisoformat(starts_on)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > MAXYEAR:
        return date.max.isoformat()
    day = min(start.day, monthrange(year, month + 1)[1])
    return (date(year, month + 1, day) - timedelta(days=1)).isoformat()


def _check_period(command: SignAgreement, terms: Terms) -> None:
    latest = last_day(command.starts_on, terms.months)
    if not command.starts_on <= command.ends_on <= latest:
        raise Rejection(
            "agreement.period-unfit",
            f"The application asks for {terms.months} months.",
            f"End between {command.starts_on} and {latest}.",
        )


def _check_plan(command: SignAgreement, granted_krw: int) -> None:
    plan = command.instalments
    if [instalment.number for instalment in plan] != list(range(1, len(plan) + 1)):
        raise Rejection(
            "agreement.instalments-misnumbered",
            "The instalments are not numbered 1, 2, 3 and so on.",
            "Number them in order from 1, without gaps.",
        )
    if not _in_order(plan, command.starts_on, command.ends_on):
        raise Rejection(
            "agreement.instalments-out-of-period",
            "The instalments are not due one after the other within the agreement's period.",
            "Give each a due date within the period and not before the one ahead of it.",
        )
    if sum(instalment.amount_krw for instalment in plan) != granted_krw:
        raise Rejection(
            "agreement.instalments-mismatch",
            f"The grant is KRW {granted_krw}; the instalments add up to another amount.",
            "Make the instalments add up to the grant exactly.",
        )


def _in_order(plan: Sequence[PlannedInstalment], starts_on: str, ends_on: str) -> bool:
    days = [starts_on, *(instalment.due_on for instalment in plan), ends_on]
    return days == sorted(days)


def _as_data(instalment: PlannedInstalment) -> dict[str, object]:
    return {"number": instalment.number, "due_on": instalment.due_on, "amount_krw": instalment.amount_krw}
