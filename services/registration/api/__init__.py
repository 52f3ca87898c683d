"""The HTTP interface of registration."""

from typing import Final

from services.registration.api import fairs, imports, participants, programme

BLUEPRINTS: Final = (
    fairs.companies,
    fairs.fairs,
    fairs.stage,
    imports.imports,
    participants.applications,
    participants.participants,
    participants.requests,
    programme.briefings,
    programme.challenges,
)
