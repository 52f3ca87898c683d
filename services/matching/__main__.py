"""`python -m services.matching api|worker|replay|verify|parked|recheck ...`"""

from services.chassis.cli import group
from services.matching.definition import SERVICE
from services.matching.rechecking import recheck_command

commands = group(SERVICE)
commands.add_command(recheck_command)
commands(prog_name="python -m services.matching")
