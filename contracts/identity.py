"""Identifiers that every service derives alike: the same facts give the same id everywhere (UUIDv5)."""

import uuid
from typing import Final

NAMESPACE: Final = uuid.UUID("6f1c2c1e-6a55-5d0e-9a0b-2f7f5d1c8e11")


def derived_id(*parts: str) -> str:
    """UUIDv5 over the parts."""
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(parts)))


def participation_id(fair_id: str, company_id: str, side: str) -> str:
    """The participation of a company in a fair on one side (`buyer` or `sme`)."""
    return derived_id("participation", fair_id, company_id, side)
