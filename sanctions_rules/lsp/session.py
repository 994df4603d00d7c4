"""What the server keeps for one editor: open texts, rulebooks, and what was published of them.

An edit marks its rulebook; the next thing that is asked, or the next turn of the loop, looks at it
and publishes what changed. When nobody has written for a moment, lint runs over it, and gives way to
all that is asked meanwhile. When nobody has written for a while, the rulebook is checked from
nothing in the background, as `check` does it, and that has the last word.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from sanctions_rules import __version__
from sanctions_rules.diagnostics import Diagnostic
from sanctions_rules.language import ast
from sanctions_rules.lint import Finding, Report
from sanctions_rules.lint.running import stepwise
from sanctions_rules.lsp.book import Look, checked
from sanctions_rules.lsp.lenses import Examples
from sanctions_rules.lsp.linting import Linted, Written, page_of
from sanctions_rules.lsp.pieces import part_of
from sanctions_rules.lsp.shelf import Shelf, Shelved
from sanctions_rules.lsp.texts import Text
from sanctions_rules.lsp.things import Thing, thing_at
from sanctions_rules.source import Span

#: After so many seconds without an edit a rulebook is checked from nothing.
PAUSE: Final = 1.0
#: After so many seconds without an edit lint runs, so many seconds at a time, and so many others may have.
IDLE: Final = 0.4
SLICE: Final = 0.003
REST: Final = 0.02
#: A rulebook of so few files is not worth a round of the garbage collector.
FEW: Final = 10
_SEVERITIES: Final = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}
_log: Final = logging.getLogger(__name__)


class RulesServer(LanguageServer):
    """The server and all that it keeps: open texts, rulebooks, and what was published of them."""

    def __init__(self) -> None:
        super().__init__("sanctions-rules", __version__)  # pyright: ignore[reportUnknownMemberType]
        self.shelf = Shelf()
        self.examples = Examples()
        self.published: dict[str, list[types.Diagnostic]] = {}
        self.shown: Path | None = None
        self.waiting: dict[int, asyncio.TimerHandle] = {}
        #: Of each open text its version, and whether nothing was published of that yet.
        self.versions: dict[str, int] = {}
        self.unheard: set[str] = set()
        #: Whether to lint, what was found in open texts, and the runs that wait or are on their way.
        self.lints = True
        self.linted: dict[str, Linted] = {}
        self.linting: dict[int, asyncio.Task[None]] = {}

    # -- settings --------------------------------------------------------------------------------

    def configure(self, settings: object) -> None:
        """Settings of a client: `with`, packaged regimes; `scenarios`, folders of scenario files; `lint`."""
        given = _table(settings)
        given = _table(given["sanctionsRules"]) if "sanctionsRules" in given else given
        including = _words(given.get("with"))
        self.shelf.including = including or None
        folders = [Path(word) for word in _words(given.get("scenarios"))]
        self.examples.folders = tuple(
            root / folder for folder in folders for root in self.shelf.roots or [Path.cwd()]
        )
        self.lints = given.get("lint") is not False
        self.examples.again()
        self.shelf.again()

    # -- looking ---------------------------------------------------------------------------------

    def look(self, shelved: Shelved) -> Look:
        """What is known of a rulebook now; where that is new, it is published."""
        fresh = shelved.book.fresh
        first = not shelved.book.documents
        look = shelved.book.look()
        if not fresh or self.unheard:
            self.publish(shelved, look.problems)
            self.lint_later(shelved)
        if not fresh:
            self.confirm_later(shelved)
        if first and len(shelved.book.files) > FEW:
            gc.collect()
            gc.freeze()  # what was loaded stays, and is not gone through again at each edit
        return look

    def taken(self, uri: str, version: int, text: Text) -> None:
        """Take in a text that an editor sent."""
        shelved = self.shelf.put(uri, text)
        self.versions[uri] = version
        if shelved is not None:
            self.unheard.add(uri)
            self.look_soon(shelved)

    def look_soon(self, shelved: Shelved) -> None:
        asyncio.get_running_loop().call_soon(self.look, shelved)

    def publish(self, shelved: Shelved, problems: tuple[Diagnostic, ...]) -> None:
        found: dict[str, list[types.Diagnostic]] = {shelved.uri(n): [] for n in shelved.own}
        texts: dict[str, Text | None] = {}
        for problem in (*shelved.refused, *problems):
            name = problem.span.file if problem.span else problem.path
            if name not in shelved.paths:
                name = next(iter(sorted(shelved.own)), "")
            if name not in texts:
                texts[name] = self.shelf.text(shelved, name)
            found.setdefault(shelved.uri(name), []).append(_diagnostic(problem, texts[name]))
        for uri, mine in found.items():
            mine += [linted for _, linted in self.standing(uri)]
            # An editor waits to hear of the text that it has just sent, be it the same again.
            if self.published.get(uri, []) != mine or uri in self.unheard:
                self.published[uri] = mine
                self.unheard.discard(uri)
                self.text_document_publish_diagnostics(
                    types.PublishDiagnosticsParams(uri, mine, self.versions.get(uri))
                )

    # -- lint ------------------------------------------------------------------------------------

    def lint_later(self, shelved: Shelved) -> None:
        """Lint when nobody has written for a moment; a run that waits or is on its way is given up."""
        if (task := self.linting.pop(id(shelved), None)) is not None:
            task.cancel()
        if self.lints:
            loop = asyncio.get_running_loop()
            self.linting[id(shelved)] = loop.create_task(self.lint(shelved))

    async def lint(self, shelved: Shelved) -> None:
        """Lint in slices and publish; given up where somebody writes. What does not load is not linted."""
        await asyncio.sleep(IDLE)
        book = shelved.book
        if not book.fresh or not (look := book.look()).loads:
            return
        steps = stepwise(Written(look, shelved.own))
        report: Report | None = None
        while report is None:
            until = time.perf_counter() + SLICE
            try:
                next(steps)
                while time.perf_counter() < until:
                    next(steps)
            except StopIteration as end:
                report = cast(Report, end.value)
            else:
                await asyncio.sleep(REST)
                if not book.fresh or book.look() is not look:
                    return
        for name in shelved.own:
            if (uri := shelved.uri(name)) in self.shelf.texts:
                mine = tuple(one for one in report.findings if one.found.span.file == name)
                self.linted[uri] = Linted(look.rulebook.sources[name].text, mine)
        self.publish(shelved, look.problems)

    def give_up_lint(self) -> None:
        for task in self.linting.values():
            task.cancel()
        self.linting.clear()

    def standing(self, uri: str) -> list[tuple[Finding, types.Diagnostic]]:
        """What lint found in an open text, as far as no edit has touched it since."""
        linted, text = self.linted.get(uri), self.shelf.texts.get(uri)
        if linted is None or text is None or not self.lints:
            return []
        found: list[tuple[Finding, types.Diagnostic]] = []
        for one in linted.standing(text.content[mark(text) :]):
            said = _diagnostic(one.diagnostic, text)
            said.source, href = "lint", page_of(one.check.code)
            said.code_description = types.CodeDescription(href) if href else None
            found.append((one, said))
        return found

    # -- checking from nothing -------------------------------------------------------------------

    def confirm_later(self, shelved: Shelved) -> None:
        key = id(shelved)
        if (timer := self.waiting.pop(key, None)) is not None:
            timer.cancel()
        loop = asyncio.get_running_loop()
        self.waiting[key] = loop.call_later(
            PAUSE, lambda: asyncio.ensure_future(self.confirm(shelved))
        )

    async def confirm(self, shelved: Shelved) -> None:
        """Check from nothing; what was remembered must have given the same."""
        self.waiting.pop(id(shelved), None)
        if self.shelf.outgrown(shelved):
            self.again()
            return
        book = shelved.book
        look, files = book.look(), dict(book.files)
        whole = await asyncio.get_running_loop().run_in_executor(None, checked, files, book.limits)
        if book.fresh and book.look() is look and whole != look.problems:
            _log.error("what was remembered of a rulebook differs from what a check finds")
            self.publish(shelved, whole)

    def again(self) -> None:
        """Take all rulebooks in anew."""
        self.give_up_lint()
        self.shelf.again()
        for uri in list(self.shelf.texts):
            found = self.shelf.find(uri)
            if found:
                self.look(found[0])

    # -- places ----------------------------------------------------------------------------------

    def here(self, uri: str, position: types.Position) -> tuple[Shelved, Look, str, int] | None:
        """The rulebook, what is known of it, the file's name, and the offset of a place."""
        found = self.shelf.find(uri)
        if found is None:
            return None
        shelved, name = found
        look = self.look(shelved)
        text = self.shelf.text(shelved, name)
        if text is None:
            return None
        return shelved, look, name, text.offset(position.line, position.character) - mark(text)

    def thing(
        self, uri: str, position: types.Position
    ) -> tuple[Shelved, Look, ast.Block, Thing, int] | None:
        here = self.here(uri, position)
        if here is None:
            return None
        shelved, look, name, offset = here
        best: tuple[ast.Block, Thing] | None = None
        for block in look.rulebook.blocks:
            if str(block.span.file) != name:
                continue
            at = offset - part_of(block.span)
            if block.span.start <= at <= block.span.end:
                thing = thing_at(look.rulebook, block, at)
                if thing is not None and (best is None or thing.kind != "fact"):
                    best = (block, thing)
        return (shelved, look, *best, offset) if best else None

    def range(self, shelved: Shelved, span: Span) -> types.Range:
        return range_of(span, self.shelf.text(shelved, span.file))

    def location(self, shelved: Shelved, span: Span) -> types.Location:
        return types.Location(shelved.uri(span.file), self.range(shelved, span))

    def said(self, shelved: Shelved, span: Span) -> str:
        document = shelved.book.documents.get(span.file)
        return document.source.text[span.start : span.end] if document and document.source else ""

    def show_page(self, text: str) -> None:
        """Show a page of text; an editor that cannot is told in its log."""
        if self.shown is None:
            self.shown = Path(tempfile.mkdtemp(prefix="sanctions-rules-"))
        file = self.shown / "trace.txt"
        file.write_text(text, encoding="utf-8")
        window = self.client_capabilities.window
        if window is not None and window.show_document is not None and window.show_document.support:
            self.window_show_document(types.ShowDocumentParams(file.as_uri(), take_focus=False))
        else:
            self.window_log_message(types.LogMessageParams(types.MessageType.Log, text))


def _table(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def _words(value: object) -> tuple[str, ...]:
    return tuple(map(str, cast("list[object]", value))) if isinstance(value, list) else ()


def mark(text: Text) -> int:
    """How many characters stand before what is read: a byte order mark is none of it."""
    return int(text.content.startswith("\ufeff"))


def range_of(span: Span, text: Text | None) -> types.Range:
    if text is None:
        return types.Range(types.Position(0, 0), types.Position(0, 0))
    start = text.position(span.start + mark(text))
    end = text.position(span.end + mark(text))
    return types.Range(types.Position(*start), types.Position(*end))


def _diagnostic(problem: Diagnostic, text: Text | None) -> types.Diagnostic:
    lines = [problem.message + (f": {problem.label}" if problem.label else "")]
    if problem.help:
        lines.append(f"help: {problem.help}")
    span = problem.span or Span("", 0, 0)
    return types.Diagnostic(
        range_of(span, text), "\n".join(lines), severity=_SEVERITIES.get(problem.severity),
        code=problem.code, source="sanctions-rules",
    )  # fmt: skip
