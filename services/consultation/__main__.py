"""`python -m services.consultation api|worker|replay|verify|parked ...`"""

from services.chassis.cli import main
from services.consultation.definition import SERVICE

main(SERVICE)
