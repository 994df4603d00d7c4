"""Rules as a revision of git has them, for `diff --git`: read with git itself, into a folder for a while."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sanctions_rules.cli.asking import WrongUsage


@contextmanager
def at_revision(revision: str, paths: Sequence[Path]) -> Generator[list[Path]]:
    """The same files and folders as they were then. Raises WrongUsage where git does not have them."""
    with TemporaryDirectory() as folder:
        found: list[Path] = []
        for number, path in enumerate(paths):
            here = path if path.is_dir() else path.parent
            then = Path(folder, str(number))
            with tarfile.open(fileobj=io.BytesIO(_archive(revision, here))) as archive:
                archive.extractall(then, filter="data")
            found.append(then if path.is_dir() else then / path.name)
            if not found[-1].exists():
                raise WrongUsage(f"`{path.as_posix()}` is not in revision `{revision}`")
        yield found


def _archive(revision: str, folder: Path) -> bytes:
    if revision.startswith("-"):
        raise WrongUsage(f"`{revision}` is no revision")
    command = ["git", "-C", str(folder), "archive", "--format=tar", revision]
    try:
        return subprocess.run(command, capture_output=True, check=True).stdout
    except FileNotFoundError:
        raise WrongUsage("git is not installed") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise WrongUsage(
            f"git does not have `{folder.as_posix()}` at `{revision}`: {said}"
        ) from None
