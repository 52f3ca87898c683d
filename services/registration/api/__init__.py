"""The HTTP interface of registration."""

from typing import Final

from services.registration.api import fairs, participants, programme

BLUEPRINTS: Final = (
    fairs.companies,
    fairs.fairs,
    fairs.stage,
    participants.applications,
    participants.participants,
    participants.requests,
    programme.briefings,
    programme.challenges,
)
