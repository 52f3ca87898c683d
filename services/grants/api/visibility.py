"""Who sees which rows of grants. A role that is not named sees none."""

from collections.abc import Mapping
from typing import Final

from services.chassis.access import Role
from services.chassis.web.routes import Visible

OFFICE: Final[Mapping[Role, Visible]] = {
    "organiser": Visible.ALL,
    "agency": Visible.ALL,
    "auditor": Visible.ALL,
}
"""Budgets and scores: those who run, decide and audit."""

EVERYBODY: Final[Mapping[Role, Visible]] = {
    **OFFICE,
    "evaluator": Visible.ALL,
    "buyer": Visible.ALL,
    "sme": Visible.ALL,
}
"""Calls are public."""

PARTIES: Final[Mapping[Role, Visible]] = {
    **OFFICE,
    "buyer": Visible.company("buyer_company_id"),
    "sme": Visible.company("sme_company_id"),
}
"""What concerns two companies is seen by these two."""

PARTIES_AND_PANEL: Final[Mapping[Role, Visible]] = {**PARTIES, "evaluator": Visible.ALL}
"""Applications are read by those who score them."""
