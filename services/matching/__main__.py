"""`python -m services.matching api|worker|replay|verify|parked|b2b ...`"""

import sys

from services.matching.b2b_race.command import b2b

if sys.argv[1:2] == ["b2b"]:
    # Needs neither database nor web, whose modules take longer to load than most instances to solve.
    b2b(sys.argv[2:], prog_name="python -m services.matching b2b")

from services.chassis.cli import group
from services.matching.definition import SERVICE

commands = group(SERVICE)
commands.add_command(b2b)
commands(prog_name="python -m services.matching")
