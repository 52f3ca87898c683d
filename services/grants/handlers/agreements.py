"""Agreements and payments."""

from typing import Any

from contracts.identity import derived_id
from services.chassis.service import NotFoundError, Unit
from services.grants.domain import agreement
from services.grants.domain.commands import MakePayment, SignAgreement
from services.grants.handlers.applications import agreement_id_of, application_of, require_fair
from services.grants.streams import AGREEMENT


def sign_agreement(unit: Unit, command: SignAgreement) -> dict[str, Any]:
    found = application_of(unit, command.application_id)
    agreement_id = agreement_id_of(command.application_id)
    loaded = unit.load(AGREEMENT, agreement_id)
    unit.record(loaded, agreement.sign(loaded.state, found.state, command, agreement_id=agreement_id))
    # The application must not be withdrawn, and its budget released, while the agreement is signed.
    unit.guard(found)
    return {"agreement_id": agreement_id, "application_id": command.application_id}


def make_payment(unit: Unit, command: MakePayment) -> dict[str, Any]:
    loaded = unit.load(AGREEMENT, command.agreement_id)
    if not loaded.exists:
        raise NotFoundError("agreement")
    require_fair(unit, loaded.state.fair_id)
    payment_id = derived_id("payment", command.agreement_id, str(command.instalment))
    unit.record(loaded, agreement.pay(loaded.state, command, payment_id=payment_id))
    return {"agreement_id": command.agreement_id, "payment_id": payment_id}
