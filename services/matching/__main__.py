"""`python -m services.matching api|worker|replay|verify|parked|solve ...`"""

import sys

if sys.argv[1:2] == ["solve"]:
    # Without the service around it: a command for files starts in a fraction of the time.
    from services.matching.solving import solve

    solve(sys.argv[2:], prog_name="python -m services.matching solve")

from services.chassis.cli import group
from services.matching.definition import SERVICE
from services.matching.solving import solve

commands = group(SERVICE)
commands.add_command(solve)
commands(prog_name=f"python -m services.{SERVICE.name}")
