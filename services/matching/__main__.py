"""`python -m services.matching api|worker|replay|verify|parked ...`"""

from services.chassis.cli import main
from services.matching.definition import SERVICE

main(SERVICE)
