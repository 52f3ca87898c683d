"""All services of the suite, in the order in which facts flow."""

from typing import Final

from services.chassis.service import Service
from services.consultation.definition import SERVICE as CONSULTATION
from services.grants.definition import SERVICE as GRANTS
from services.matching.definition import SERVICE as MATCHING
from services.registration.definition import SERVICE as REGISTRATION

SERVICES: Final[tuple[Service, ...]] = (REGISTRATION, MATCHING, CONSULTATION, GRANTS)
