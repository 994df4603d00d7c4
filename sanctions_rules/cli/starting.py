"""`new`: a project of one's own rules, from the files in `author/project`.

A file there ends in `.txt`, and a name that begins with `dot-` stands for one with a dot, so that no
tool takes the files for rules, scenarios or settings of this library itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from sanctions_rules import __version__
from sanctions_rules.cli import OK, show
from sanctions_rules.cli.asking import WrongUsage
from sanctions_rules.render.sentences import visible


def start(folder: Path) -> int:
    """Write the project into a folder that is empty or not there. Raises WrongUsage."""
    if folder.exists() and any(folder.iterdir()):
        raise WrongUsage(f"there is something in `{folder}` already; name a new folder")
    name = folder.resolve().name
    made: list[str] = []
    for path, text in project_files():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = text.replace("{{name}}", name).replace("{{version}}", __version__)
        file.write_text(text, encoding="utf-8", newline="\n")
        made.append(path)
    show(
        "\n".join(
            [
                *(f"written: {visible(str(folder / path))}" for path in made),
                "start with its README.md",
            ]
        )
    )
    return OK


def project_files() -> Iterator[tuple[str, str]]:
    """Each file of a new project, by its path in it, in the order of the paths."""
    return iter(sorted(_below(files("sanctions_rules") / "author" / "project", "")))


def _below(folder: Traversable, prefix: str) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        name = entry.name.replace("dot-", ".", 1) if entry.name.startswith("dot-") else entry.name
        if entry.is_dir():
            yield from _below(entry, f"{prefix}{name}/")
        elif name.endswith(".txt"):
            yield prefix + name.removesuffix(".txt"), entry.read_text(encoding="utf-8")
