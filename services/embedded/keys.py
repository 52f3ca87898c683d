"""The secrets of an embedded suite: made at the first start, kept in one file that only its owner can read."""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NAMES: Final = ("token_key", "vault_key", "fingerprint_key")
KEY_BYTES: Final = 32


class KeyFileError(Exception):
    """The key file is there but cannot be used. Without its keys the vaults cannot be read."""


@dataclass(frozen=True)
class Keys:
    """Three keys of 32 bytes: for tokens, vaults and fingerprints."""

    token_key: bytes
    vault_key: bytes
    fingerprint_key: bytes


def ensure_keys(path: Path) -> Keys:
    """The keys in the file; a missing file is made with fresh ones, readable by its owner only.

    Raises:
        KeyFileError: the file does not hold three keys.
    """
    if not path.exists():
        fresh = {name: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() for name in NAMES}
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(fresh, file)
        draft.replace(path)
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        keys = {name: base64.b64decode(stored[name], validate=True) for name in NAMES}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KeyFileError(f"{path.name} cannot be read ({type(error).__name__}); restore it from a backup") from error
    if any(len(key) != KEY_BYTES for key in keys.values()):
        raise KeyFileError(f"{path.name} holds a key that has not {KEY_BYTES} bytes; restore it from a backup")
    return Keys(**keys)
