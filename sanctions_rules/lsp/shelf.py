"""Which rulebook a file belongs to, and the texts that an editor has open in the place of files.

A rulebook is a folder with all that lies in it: the highest one, in what the editor has open, of
which every folder on the way to the file holds rule files. Packaged law that such a folder refers
to without having it is loaded with it. A file that is laid over packaged law is a rulebook by itself,
with that law.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from sanctions_rules.diagnostics import Diagnostic, RulebookError
from sanctions_rules.language.resolve import regime
from sanctions_rules.limits import DEFAULT
from sanctions_rules.lsp.book import Book
from sanctions_rules.lsp.texts import Text
from sanctions_rules.lsp.typed import looks_at
from sanctions_rules.rulebooks import COMMITMENTS, PACKAGED, packaged_files
from sanctions_rules.rulebooks.folders import SUFFIXES, contents

_PACKAGE: Final = Path(str(files("sanctions_rules") / "rulebooks"))
_OVER: Final = re.compile(r"^overlay\b[^#]*?\n\s*over\s+([a-z0-9_, \t]+)", re.MULTILINE)


@dataclass
class Shelved:
    """A rulebook with the place of each of its files. `own`: names of files that may be changed."""

    root: Path
    book: Book
    paths: dict[str, Path]
    own: set[str]
    including: tuple[str, ...] = ()
    #: Why the folder could not be read, if so.
    refused: tuple[Diagnostic, ...] = ()

    def uri(self, name: str) -> str:
        path = self.paths.get(name)
        return path.as_uri() if path else ""


@dataclass
class Shelf:
    """The open texts, and the rulebooks that they belong to."""

    roots: list[Path] = field(default_factory=list[Path])
    #: Packaged regimes that the settings name; None: those that are referred to.
    including: tuple[str, ...] | None = None
    encoding: str = "utf-16"
    texts: dict[str, Text] = field(default_factory=dict[str, Text])
    homes: dict[Path, tuple[Shelved, str]] = field(
        default_factory=dict[Path, "tuple[Shelved, str]"]
    )

    def find(self, uri: str) -> tuple[Shelved, str] | None:
        """The rulebook of a file, and its name in it; None for what is no rule file of a disk."""
        path = path_of(uri)
        if path is None or path.suffix != ".rules":
            return None
        if path not in self.homes:
            shelved = self._shelve(path)
            self.homes.update((shelved.paths[name], (shelved, name)) for name in shelved.own)
        return self.homes[path]

    def put(self, uri: str, text: Text | None) -> Shelved | None:
        """A text that is written in the place of a file, or, with None, no longer is."""
        if text is None:
            self.texts.pop(uri, None)
        else:
            self.texts[uri] = text
        found = self.find(uri)
        if found is None:
            return None
        shelved, name = found
        data = _bytes(text) if text is not None else _read(shelved.paths[name])
        if shelved.book.files.get(name) != data:
            shelved.book.put(name, data)
        return shelved

    def text(self, shelved: Shelved, name: str) -> Text | None:
        """The text of a file as the editor has or would have it."""
        known = self.texts.get(shelved.uri(name))
        if known is not None:
            return known
        document = shelved.book.documents.get(name)
        source = document.source if document else None
        return Text(source.text, self.encoding) if source else None

    def again(self) -> None:
        """Forget all rulebooks: files came, went or were changed by others."""
        self.homes.clear()

    def outgrown(self, shelved: Shelved) -> bool:
        """Whether the rulebook refers to packaged law by now that it was not loaded with."""
        if self.including is not None:
            return False
        return bool(set(_built_on(shelved.book, shelved.own)) - set(shelved.including))

    # -- making them -----------------------------------------------------------------------------

    def _shelve(self, path: Path) -> Shelved:
        root = self._root(path)
        refused: tuple[Diagnostic, ...] = ()
        found: dict[str, bytes] = {}
        try:
            found = contents(root, "", DEFAULT)
        except RulebookError as error:
            refused = error.problems
        except OSError:
            pass
        found.setdefault(path.relative_to(root).as_posix(), _read(path) or b"")
        for name in found:
            opened = self.texts.get((root / name).as_uri())
            if opened is not None:
                found[name] = _bytes(opened)
        own = _together(found, path.relative_to(root).as_posix())
        book = Book(own)
        names = set(own)
        including = self.including if self.including is not None else _built_on(book, names)
        paths = {name: root / name for name in names}
        try:
            packaged = packaged_files(including) if including else {}
        except LookupError as error:
            packaged = {}
            refused = (*refused, Diagnostic("no-rulebook", str(error)))
        headed = {regime(b) for b in book.blocks() if b.slot("current through")}
        for name, data in packaged.items():
            if name.split("/")[0] not in headed and name not in names:
                book.put(name, data)
                paths[name] = _PACKAGE / name
        return Shelved(root, book, paths, names, including, refused)

    def _root(self, path: Path) -> Path:
        folder = path.parent
        within = [r for r in self.roots if path.is_relative_to(r)]
        while within and folder not in within and _holds_rules(folder.parent):
            folder = folder.parent
        return folder


def path_of(uri: str) -> Path | None:
    """The file that a URI names; None where it names none."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file" or "\0" in (name := unquote(parts.path)):
        return None
    if re.match(r"/[A-Za-z]:", name):
        name = name[1:]
    path = Path(name)
    return path if path.is_absolute() else None


def is_rules(name: str) -> bool:
    return name.endswith(SUFFIXES)


def _bytes(text: Text) -> bytes:
    # Half a surrogate pair is no text; as bytes it is reported as such.
    return text.content.encode("utf-8", "surrogatepass")


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.stat().st_size <= DEFAULT.file_bytes else None
    except OSError:
        return None


def _holds_rules(folder: Path) -> bool:
    try:
        return any(p.suffix == ".rules" for p in folder.iterdir())
    except OSError:
        return False


def _over(data: bytes) -> set[str]:
    """The regimes that a file says it is laid over."""
    found = _OVER.search(data.decode("utf-8", "replace"))
    return {name.strip() for name in found[1].split(",")} if found else set()


def _together(found: dict[str, bytes], name: str) -> dict[str, bytes]:
    """The files of a folder that make a rulebook with one of them.

    A proposal belongs to the law beside it if it is laid over that; if not, it stands alone.
    """
    here = {
        m[1].decode()
        for data in found.values() if b"current" in data
        for m in re.finditer(rb"^instrument\s+([a-z][a-z0-9_]*)\.", data, re.MULTILINE)
    }  # fmt: skip
    apart = {n for n, data in found.items() if (over := _over(data)) and not over & here}
    if name in apart:
        folder = name.rpartition("/")[0]
        return {
            n: data for n, data in found.items()
            if n == name or (not n.endswith(".rules") and n.rpartition("/")[0] == folder)
        }  # fmt: skip
    return {n: data for n, data in found.items() if n not in apart}


def _built_on(book: Book, own: set[str]) -> tuple[str, ...]:
    """Packaged regimes that are referred to, and of which the files have no law of their own."""
    blocks = [b for b in book.blocks() if str(b.head.file) in own]
    headed = {regime(b) for b in blocks if b.slot("current through")}
    used = {regime(b) for b in blocks}
    used |= {name.split(".")[0] for b in blocks for name in looks_at(b) if "." in name}
    used |= {str(n) for b in blocks for s in b.all("over") for n in s.names}
    return tuple(sorted(r for r in used - headed if r in (*PACKAGED, *COMMITMENTS)))
