"""`python -m services.matching api|worker|replay|verify|parked|recheck|solve|b2b ...`"""

import sys

# Commands for files need neither database nor web, whose modules take longer to load than most instances to solve.
if sys.argv[1:2] == ["solve"]:
    from services.matching.solving import solve

    solve(sys.argv[2:], prog_name="python -m services.matching solve")
if sys.argv[1:2] == ["b2b"]:
    from services.matching.b2b_race.command import b2b

    b2b(sys.argv[2:], prog_name="python -m services.matching b2b")

from services.matching.command_line import group

group()(prog_name="python -m services.matching")
