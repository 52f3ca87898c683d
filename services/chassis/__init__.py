"""What all services share and nothing of any domain."""

from typing import Final

VERSION: Final = "0.1.0"
"""The product's version, as in pyproject.toml; a test holds both together."""
