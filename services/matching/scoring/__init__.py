"""How well a request fits what its buyer looks for. Pure; replaceable by anything that answers 1..1000."""
