"""`python -m services.grants api|worker|replay|...`."""

from services.chassis.cli import main
from services.grants.definition import SERVICE

main(SERVICE)
