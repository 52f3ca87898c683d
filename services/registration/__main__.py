"""`python -m services.registration api|worker|replay|...`."""

from services.chassis.cli import main
from services.registration.definition import SERVICE

main(SERVICE)
