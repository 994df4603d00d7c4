"""`sign`: a folder of rules signed, and keys to sign with. Private keys are never printed."""

from __future__ import annotations

from pathlib import Path

from sanctions_rules.cli import OK, show
from sanctions_rules.cli.writing import write_whole
from sanctions_rules.limits import DEFAULT
from sanctions_rules.rulebooks.folders import contents, no_rules
from sanctions_rules.signing import NAME, SETTING, new_key, pack_digest, signed


def sign(folder: Path, key: Path) -> int:
    """Write the signature into the folder. Raises RulebookError, and then writes nothing."""
    files = contents(folder, "", DEFAULT)
    if not any(name.endswith(".rules") for name in files):
        raise no_rules(folder.as_posix())
    signature = signed(files, key)
    target = folder / NAME
    write_whole(target, signature)
    number = f"{len(files)} file" + ("" if len(files) == 1 else "s")
    show(f"signed {number}, digest {pack_digest(files)}: {target.as_posix()}")
    return OK


def make_key(path: Path) -> int:
    made = new_key(path)
    show(
        f"wrote {path.as_posix()}, which signs and is to be kept secret, and {path.as_posix()}.pub, "
        f"which checks: --signed-by or {SETTING}\npublic key {made.id}"
    )
    return OK
