"""`python -m services.matching api|worker|replay|verify|parked|recheck ...`"""

from services.matching.command_line import group

group()(prog_name="python -m services.matching")
