"""The HTTP face of grants."""

from typing import Final

from services.grants.api.agreements import agreements
from services.grants.api.applications import applications
from services.grants.api.programmes import commitments, programmes

BLUEPRINTS: Final = (programmes, commitments, applications, agreements)
