"""The vault: personal data and free text, encrypted under one key per subject, so that a subject can be erased.

AES-256-GCM of the `cryptography` library. A subject's data key is wrapped by the service's key; erasing the subject
destroys the data key and the ciphertexts; the reference and the keyed digest in events then mean nothing any more.
"""

import hmac
import os
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, delete, insert, select, update

from contracts.envelope import canonical
from services.chassis import tables

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12


class ErasedError(Exception):
    """The subject was erased; nothing of it can be read or written any more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An encrypted content on its way into the vault. `new_key` is set when its subject has none yet."""

    reference: str
    digest: str
    subject_id: str
    ciphertext: bytes
    owner: str | None
    new_key: bytes | None


class Vault:
    """Encrypts, decrypts and erases. The master key never leaves this object."""

    def __init__(self, master_key: bytes, random: Callable[[int], bytes] = os.urandom) -> None:
        self._random: Final = random
        if len(master_key) != KEY_BYTES:
            raise ValueError(f"the vault's key must have {KEY_BYTES} bytes")
        self._master: Final = AESGCM(master_key)

    def sealed(
        self,
        connection: Connection,
        reference: str,
        subject_id: str,
        content: str | Mapping[str, Any],
        *,
        owner: str | None,
        fresh: MutableMapping[str, bytes],
    ) -> Entry:
        """Encrypt `content` for `subject_id`; write the entry with `store` in the transaction of its event.

        `fresh` remembers the keys of new subjects until that transaction, so that one unit makes one key for each.

        Raises:
            ErasedError: the subject was erased.
        """
        new_key = None
        key = fresh.get(subject_id)
        if key is None:
            wrapped = self._wrapped_key(connection, subject_id)
            if wrapped is None:
                key = fresh[subject_id] = self._random(KEY_BYTES)
                new_key = self._encrypt(self._master, key, subject_id)
            else:
                key = _decrypt(self._master, wrapped, subject_id)
        plain = canonical({"content": content})
        ciphertext = self._encrypt(AESGCM(key), plain, reference)
        return Entry(reference, hmac.new(key, plain, sha256).hexdigest(), subject_id, ciphertext, owner, new_key)

    @staticmethod
    def store(connection: Connection, entry: Entry, *, at: str, actor: str, role: str, address: str) -> None:
        """Write the entry and log who wrote it. A lost race for a new subject's key raises IntegrityError."""
        if entry.new_key is not None:
            connection.execute(
                insert(tables.vault_keys).values(subject_id=entry.subject_id, wrapped_key=entry.new_key, created_at=at)
            )
        connection.execute(
            insert(tables.vault_entries).values(
                reference=entry.reference,
                subject_id=entry.subject_id,
                ciphertext=entry.ciphertext,
                owner=entry.owner,
                created_at=at,
            )
        )
        _log(connection, "write", entry.subject_id, entry.reference, at, actor, role, address, "command")

    @staticmethod
    def find(connection: Connection, reference: str) -> Mapping[str, Any] | None:
        """Subject and owner of an entry, without its content."""
        columns = tables.vault_entries.c
        row = (
            connection.execute(
                select(columns.reference, columns.subject_id, columns.owner).where(columns.reference == reference)
            )
            .mappings()
            .first()
        )
        return None if row is None else dict(row)

    def read(
        self, connection: Connection, reference: str, *, at: str, actor: str, role: str, address: str, purpose: str
    ) -> Any:
        """The content of an entry; the read is logged in the same transaction.

        Raises:
            LookupError: no such entry, or its subject was erased.
        """
        entries = tables.vault_entries.c
        row = connection.execute(
            select(entries.subject_id, entries.ciphertext).where(entries.reference == reference)
        ).first()
        wrapped = None if row is None else self._wrapped_key(connection, row.subject_id)
        if row is None or wrapped is None:
            raise LookupError(reference)
        _log(connection, "read", row.subject_id, reference, at, actor, role, address, purpose)
        key = _decrypt(self._master, wrapped, row.subject_id)
        return orjson.loads(_decrypt(AESGCM(key), row.ciphertext, reference))["content"]

    def opens(self, connection: Connection) -> bool:
        """Whether the service's key opens the vault: the newest subject's key, when there is one."""
        keys = tables.vault_keys.c
        newest = (
            select(keys.subject_id, keys.wrapped_key)
            .where(keys.wrapped_key.is_not(None))
            .order_by(keys.created_at.desc(), keys.subject_id)
            .limit(1)
        )
        row = connection.execute(newest).first()
        if row is None:
            return True
        try:
            _decrypt(self._master, bytes(row.wrapped_key), row.subject_id)
        except InvalidTag:
            return False
        return True

    @staticmethod
    def erase(connection: Connection, subject_id: str, *, at: str, actor: str, role: str, address: str) -> int:
        """Destroy the subject's key and contents for ever; how many entries went."""
        keys, entries = tables.vault_keys, tables.vault_entries
        gone = connection.execute(delete(entries).where(entries.c.subject_id == subject_id)).rowcount
        changed = connection.execute(
            update(keys).where(keys.c.subject_id == subject_id).values(wrapped_key=None, erased_at=at)
        ).rowcount
        if not changed:
            connection.execute(
                insert(keys).values(subject_id=subject_id, wrapped_key=None, created_at=at, erased_at=at)
            )
        _log(connection, "erase", subject_id, None, at, actor, role, address, "erasure")
        return gone

    def _encrypt(self, cipher: AESGCM, plain: bytes, bound_to: str) -> bytes:
        nonce = self._random(NONCE_BYTES)
        return nonce + cipher.encrypt(nonce, plain, bound_to.encode())

    @staticmethod
    def _wrapped_key(connection: Connection, subject_id: str) -> bytes | None:
        keys = tables.vault_keys.c
        row = connection.execute(select(keys.wrapped_key, keys.erased_at).where(keys.subject_id == subject_id)).first()
        if row is None:
            return None
        if row.wrapped_key is None:
            raise ErasedError(subject_id)
        return bytes(row.wrapped_key)


def _decrypt(cipher: AESGCM, sealed: bytes, bound_to: str) -> bytes:
    return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to.encode())


def _log(
    connection: Connection, action: str, subject_id: str, reference: str | None,
    at: str, actor: str, role: str, address: str, purpose: str,
) -> None:  # fmt: skip
    connection.execute(
        insert(tables.vault_log).values(
            at=at,
            actor=actor,
            role=role,
            action=action,
            subject_id=subject_id,
            reference=reference,
            address=address,
            purpose=purpose,
        )
    )
