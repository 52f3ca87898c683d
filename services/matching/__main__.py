"""`python -m services.matching api|worker|replay|verify|parked|recheck|solve ...`"""

import sys

if sys.argv[1:2] == ["solve"]:
    # Without the service around it: a command for files starts in a fraction of the time.
    from services.matching.solving import solve

    solve(sys.argv[2:], prog_name="python -m services.matching solve")

from services.matching.command_line import group

group()(prog_name="python -m services.matching")
