"""Files written whole or not at all: who reads meanwhile meets the old one or the new one."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Put a file in place under its name, with these permissions. Raises OSError, and then changes nothing."""
    with NamedTemporaryFile(dir=path.parent, prefix=path.name, suffix=".part", delete=False) as new:
        unfinished = Path(new.name)
        try:
            new.write(data)
            new.close()  # before it is renamed, for Windows
            unfinished.chmod(mode)
            unfinished.replace(path)
        except BaseException:
            new.close()
            unfinished.unlink(missing_ok=True)
            raise
