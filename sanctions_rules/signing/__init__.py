"""Signatures of rulebook packs: a file beside the rules that names every file and its digest.

What is signed is what loading reads: the name and the bytes of each rule file, annex and lock file
of a folder. Whoever checks compares the bytes that are then parsed, never the files once more. The
form of the file is told in docs/packs.md.

Does not know law: a comment counts, and so does the name of a file. What the law says has a digest
of its own (`language.format.digest_of`).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sanctions_rules.diagnostics import Diagnostic, RulebookError

if TYPE_CHECKING:
    from types import ModuleType

#: The signature of a folder, in the folder itself.
NAME: Final = "rulebook.sig"
#: The environment variable that names the file of the public key.
SETTING: Final = "SANCTIONS_RULES_KEY"
VERSION: Final = "1"
#: How much of a key file is read.
KEY_BYTES: Final = 16_384
#: The first line keeps any other signed text from passing for a pack.
_FORM: Final = re.compile(
    r"(?P<text>sanctions_rules pack/(?P<version>[0-9]{1,9})\nkey (?P<key>[0-9a-f]{64})\n"
    r"(?P<files>(?:[0-9a-f]{64}  [^\n]+\n)*))signature (?P<signature>[0-9a-f]{128})\n"
)


@dataclass(frozen=True)
class PublicKey:
    """Who is believed: the 32 bytes of an Ed25519 key."""

    raw: bytes

    @classmethod
    def read(cls, path: str | Path) -> PublicKey:
        """The key of a PEM file. Raises RulebookError."""
        data = _key_file(path)
        raw = _ed25519().public(data)
        if raw is None:
            raise _refused(
                "signature.key", "there is no public Ed25519 key here", str(path),
                "`sanctions-rules sign --new-key FILE` writes one to FILE.pub",
            )  # fmt: skip
        return cls(raw)

    @property
    def id(self) -> str:
        return self.raw.hex()


#: A key, or the file that holds it; None: what the environment names, if it names one.
Key = PublicKey | str | Path | None


def trusted(key: Key) -> PublicKey | None:
    """The key that packs must be signed with; None where none is configured. Raises RulebookError."""
    found = os.environ.get(SETTING) if key is None else key
    return found if found is None or isinstance(found, PublicKey) else PublicKey.read(found)


def listed(files: Mapping[str, bytes]) -> str:
    """Each file with its SHA-256, a line each, sorted by name."""
    return "".join(f"{_digest(files[name])}  {name}\n" for name in sorted(files))


def pack_digest(files: Mapping[str, bytes]) -> str:
    """The content of a pack in one digest: names and bytes of all its files."""
    return _digest(listed(files).encode("utf-8", "surrogatepass"))


def check(files: Mapping[str, bytes], signature: bytes | None, key: PublicKey, where: str) -> None:
    """Refuse a pack unless these are exactly the files that the owner of the key signed.

    Raises RulebookError: with every file that differs, where the signature itself is good.
    """
    if signature is None:
        raise missing(where)
    place = f"{where}/{NAME}"
    try:
        read = _FORM.fullmatch(signature.decode())
    except UnicodeDecodeError:
        read = None
    if read is None:
        raise _refused(
            "signature.damaged", "the file is no signature as it is written by `sign`", place,
            "fetch the pack again, or sign it again",
        )  # fmt: skip
    if read["version"] != VERSION:
        raise _refused(
            "signature.version", f"the signature is of version {read['version']}", place,
            f"this release checks version {VERSION}",
        )  # fmt: skip
    if read["key"] != key.id:
        raise _refused(
            "signature.other-key", f"it is signed with another key: {read['key']}", place,
            f"the key that is configured is {key.id}",
        )  # fmt: skip
    if not _ed25519().fits(key.raw, bytes.fromhex(read["signature"]), read["text"].encode()):
        raise _refused(
            "signature.wrong", "the signature does not fit the text above it", place,
            "the list of files was changed after it was signed",
        )  # fmt: skip
    problems = list(_differences(read["files"], files))
    if problems:
        raise RulebookError(problems)


def _differences(signed: str, files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    then = {line[66:]: line[:64] for line in signed.split("\n")[:-1]}
    help = "nothing of the pack is loaded: fetch it again, or sign it again"
    for name, digest in then.items():
        if name not in files:
            message = f"the file is named in `{NAME}` and is not here"
            yield Diagnostic("signature.removed", message, path=name, help=help)
        elif _digest(files[name]) != digest:
            message = "the file is not the one that was signed"
            yield Diagnostic("signature.changed", message, path=name, help=help)
    for name in files:
        if name not in then:
            message = f"the file is not named in `{NAME}`"
            yield Diagnostic("signature.added", message, path=name, help=help)


def missing(where: str) -> RulebookError:
    """Why rules without a signature are refused once a key is configured."""
    return _refused(
        "signature.missing", f"a key is configured, and there is no `{NAME}` here", where,
        "load the folder that was signed; `sanctions-rules sign FOLDER --key FILE` signs one",
    )  # fmt: skip


# -- signing -------------------------------------------------------------------------------------


def signed(files: Mapping[str, bytes], private: str | Path) -> bytes:
    """The signature of a pack, by the private key of that file. Raises RulebookError."""
    for name in files:
        if not name.isprintable():
            raise _refused("signature.name", "a file of such a name cannot be signed", name)
    ed25519 = _ed25519()
    key = ed25519.private(_key_file(private))
    if key is None:
        raise _refused(
            "signature.key", "there is no private Ed25519 key without a password here",
            str(private), "make one: sanctions-rules sign --new-key FILE",
        )  # fmt: skip
    head = f"sanctions_rules pack/{VERSION}\nkey {ed25519.raw(key).hex()}\n"
    text = head + listed(files)
    return f"{text}signature {key.sign(text.encode()).hex()}\n".encode()


def new_key(path: str | Path) -> PublicKey:
    """Write a private key to a file that only its owner can read, and the public one to FILE.pub.

    Raises RulebookError where one of the files is there already or cannot be written.
    """
    secret, public = _ed25519().made()
    private = Path(path)
    beside = private.with_name(private.name + ".pub")
    if beside.exists():
        raise _refused("signature.key", "the file is there already", str(beside))
    for target, data, mode in ((private, secret, 0o600), (beside, public, 0o644)):
        try:
            # O_EXCL: neither an older key nor what a link leads to is written over.
            with open(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as file:
                file.write(data)
        except OSError as error:
            message = f"the key cannot be written: {error.strerror}"
            raise _refused("signature.key", message, str(target)) from None
    return PublicKey.read(beside)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _key_file(path: str | Path) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(KEY_BYTES)
    except OSError as error:
        message = f"the key cannot be read: {error.strerror}"
        raise _refused("signature.key", message, str(path)) from None


def _ed25519() -> ModuleType:
    """The room of cryptography. Where it is not installed nothing can be checked: a refusal."""
    try:
        from sanctions_rules.signing import ed25519
    except ImportError:
        raise _refused(
            "signature.extra", "signatures need the package cryptography", "",
            "pip install 'sanctions-rules[sign]'",
        ) from None  # fmt: skip
    return ed25519


def _refused(code: str, message: str, path: str, help: str = "") -> RulebookError:
    return RulebookError([Diagnostic(code, message, path=path, help=help)])
