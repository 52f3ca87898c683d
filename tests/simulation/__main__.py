"""`python -m tests.simulation`: see `--help`."""

from tests.simulation.command import main

main(prog_name="python -m tests.simulation")
