"""Known bugs, planted one by one: the simulator has to find each. What it cannot find it does not guard against."""

from tests.simulation import bugs_deciding, bugs_delivering
from tests.simulation.planting import BUGS, Bug

__all__ = ["BUGS", "Bug", "bugs_deciding", "bugs_delivering"]
