"""The protocol: what an editor asks and is told, over standard input and output.

An edit marks its rulebook; the next thing that is asked, or the next turn of the loop, looks at it
and publishes what changed. When nobody has written for a while, the rulebook is checked from
nothing in the background, as `check` does it, and that has the last word.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import shutil
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from sanctions_rules import __version__
from sanctions_rules.diagnostics import Diagnostic, RulebookError
from sanctions_rules.language import ast
from sanctions_rules.lsp.book import Look, checked
from sanctions_rules.lsp.completion import complete
from sanctions_rules.lsp.formatting import formatted
from sanctions_rules.lsp.hover import hover
from sanctions_rules.lsp.lenses import Examples, page, summary
from sanctions_rules.lsp.naming import CannotRename, places, rename, renameable, uses
from sanctions_rules.lsp.pieces import part_of, placed
from sanctions_rules.lsp.shelf import Shelf, Shelved, is_rules, path_of
from sanctions_rules.lsp.texts import Text
from sanctions_rules.lsp.things import Thing, thing_at
from sanctions_rules.source import Span

#: After so many seconds without an edit a rulebook is checked from nothing.
PAUSE: Final = 1.0
#: A rulebook of so few files is not worth a round of the garbage collector.
FEW: Final = 10
RUN: Final = "sanctions-rules.run"
_SEVERITIES: Final = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}
_KINDS: Final = {
    "word": types.CompletionItemKind.Keyword, "slot": types.CompletionItemKind.Property,
    "block": types.CompletionItemKind.Class, "fact": types.CompletionItemKind.Field,
    "term": types.CompletionItemKind.Function, "text": types.CompletionItemKind.Reference,
    "citation": types.CompletionItemKind.Text, "value": types.CompletionItemKind.EnumMember,
}  # fmt: skip
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

    # -- settings --------------------------------------------------------------------------------

    def configure(self, settings: object) -> None:
        """Settings of a client: `with`, packaged regimes; `scenarios`, folders of scenario files."""
        given = _table(settings)
        given = _table(given["sanctionsRules"]) if "sanctionsRules" in given else given
        including = _words(given.get("with"))
        self.shelf.including = including or None
        folders = [Path(word) for word in _words(given.get("scenarios"))]
        self.examples.folders = tuple(
            root / folder for folder in folders for root in self.shelf.roots or [Path.cwd()]
        )
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
            # An editor waits to hear of the text that it has just sent, be it the same again.
            if self.published.get(uri, []) != mine or uri in self.unheard:
                self.published[uri] = mine
                self.unheard.discard(uri)
                self.text_document_publish_diagnostics(
                    types.PublishDiagnosticsParams(uri, mine, self.versions.get(uri))
                )

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
        return shelved, look, name, text.offset(position.line, position.character) - _mark(text)

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
        return _range(span, self.shelf.text(shelved, span.file))

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


def _mark(text: Text) -> int:
    """How many characters stand before what is read: a byte order mark is none of it."""
    return int(text.content.startswith("\ufeff"))


def _range(span: Span, text: Text | None) -> types.Range:
    if text is None:
        return types.Range(types.Position(0, 0), types.Position(0, 0))
    start = text.position(span.start + _mark(text))
    end = text.position(span.end + _mark(text))
    return types.Range(types.Position(*start), types.Position(*end))


def _diagnostic(problem: Diagnostic, text: Text | None) -> types.Diagnostic:
    lines = [problem.message + (f": {problem.label}" if problem.label else "")]
    if problem.help:
        lines.append(f"help: {problem.help}")
    span = problem.span or Span("", 0, 0)
    return types.Diagnostic(
        _range(span, text), "\n".join(lines), severity=_SEVERITIES.get(problem.severity),
        code=problem.code, source="sanctions-rules",
    )  # fmt: skip


server: Final = RulesServer()


# -- the life of the server and of texts ----------------------------------------------------------


@server.feature(types.INITIALIZE)
def initialize(params: types.InitializeParams) -> None:
    folders = [folder.uri for folder in params.workspace_folders or ()]
    folders = folders or ([params.root_uri] if params.root_uri else [])
    server.shelf.roots = [path for uri in folders if (path := path_of(uri)) is not None]
    encoding = server.workspace.position_encoding
    server.shelf.encoding = str(getattr(encoding, "value", encoding) or "utf-16")
    server.configure(params.initialization_options)


@server.feature(types.INITIALIZED)
def initialized(params: types.InitializedParams) -> None:
    files = server.client_capabilities.workspace
    watched = files.did_change_watched_files if files else None
    if watched is None or not watched.dynamic_registration:
        return
    watcher = types.FileSystemWatcher("**/*.{rules,csv,lock,toml}")
    server.client_register_capability(types.RegistrationParams([types.Registration(
        "files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
        types.DidChangeWatchedFilesRegistrationOptions([watcher]),
    )]))  # fmt: skip


@server.feature(types.SHUTDOWN)
def shutdown(params: None) -> None:
    for timer in server.waiting.values():
        timer.cancel()
    if server.shown is not None:
        shutil.rmtree(server.shown, ignore_errors=True)


@server.feature(types.TEXT_DOCUMENT_DID_OPEN)
def did_open(params: types.DidOpenTextDocumentParams) -> None:
    document = params.text_document
    server.taken(document.uri, document.version, Text(document.text, server.shelf.encoding))


@server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
def did_change(params: types.DidChangeTextDocumentParams) -> None:
    uri = params.text_document.uri
    text = server.shelf.texts.get(uri) or Text("", server.shelf.encoding)
    for change in params.content_changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            start, end = change.range.start, change.range.end
            text = text.edited(
                (start.line, start.character), (end.line, end.character), change.text
            )
        else:
            text = Text(change.text, server.shelf.encoding)
    server.taken(uri, params.text_document.version, text)


@server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
def did_close(params: types.DidCloseTextDocumentParams) -> None:
    server.versions.pop(params.text_document.uri, None)
    server.unheard.discard(params.text_document.uri)
    shelved = server.shelf.put(params.text_document.uri, None)
    if shelved is not None:
        server.look_soon(shelved)


@server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
def did_change_files(params: types.DidChangeWatchedFilesParams) -> None:
    server.examples.again()
    if any(is_rules(change.uri) for change in params.changes):
        server.again()


@server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
def did_change_settings(params: types.DidChangeConfigurationParams) -> None:
    server.configure(params.settings)
    server.again()


# -- what is asked ----------------------------------------------------------------------------------


@server.feature(types.TEXT_DOCUMENT_HOVER)
def on_hover(params: types.HoverParams) -> types.Hover | None:
    found = server.thing(params.text_document.uri, params.position)
    if found is None:
        return None
    shelved, look, block, thing, _ = found
    said = hover(look.rulebook, thing, block, date.today())
    if not said:
        return None
    content = types.MarkupContent(types.MarkupKind.Markdown, said)
    return types.Hover(content, server.range(shelved, placed(thing.span)))


@server.feature(types.TEXT_DOCUMENT_DEFINITION)
def on_definition(params: types.DefinitionParams) -> list[types.Location]:
    found = server.thing(params.text_document.uri, params.position)
    if found is None:
        return []
    shelved, look, _, thing, _ = found
    return [server.location(shelved, span) for span in places(look.rulebook, thing)]


@server.feature(types.TEXT_DOCUMENT_REFERENCES)
def on_references(params: types.ReferenceParams) -> list[types.Location]:
    found = server.thing(params.text_document.uri, params.position)
    if found is None:
        return []
    shelved, look, _, thing, _ = found
    given = params.context.include_declaration
    return [server.location(shelved, span) for span in uses(look.rulebook, thing, given)]


@server.feature(
    types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[".", " ", '"', "§"])
)
def on_completion(params: types.CompletionParams) -> types.CompletionList | None:
    here = server.here(params.text_document.uri, params.position)
    if here is None:
        return None
    shelved, look, name, offset = here
    text = cast(Text, server.shelf.text(shelved, name))
    read = text.content[_mark(text) :]
    items = [
        types.CompletionItem(
            offer.text, kind=_KINDS[offer.what], detail=offer.detail or None, sort_text=f"{index:04}",
            text_edit=types.TextEdit(_range(Span(name, offer.start, offset), text), offer.text),
        )
        for index, offer in enumerate(complete(look.rulebook, read, offset))
    ]  # fmt: skip
    return types.CompletionList(is_incomplete=True, items=items)


@server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
def on_prepare_rename(params: types.PrepareRenameParams) -> types.Range | None:
    found = server.thing(params.text_document.uri, params.position)
    if found is None:
        return None
    shelved, look, _, thing, offset = found
    try:
        span = renameable(look, thing, offset, server.said(shelved, placed(thing.span)))
    except CannotRename:
        return None
    return server.range(shelved, span)


@server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
def on_rename(params: types.RenameParams) -> types.WorkspaceEdit | None:
    found = server.thing(params.text_document.uri, params.position)
    if found is None:
        return None
    shelved, _, _, thing, offset = found
    try:
        changes = rename(
            shelved.book, shelved.own, thing, offset, params.new_name,
            lambda span: server.said(shelved, span),
        )  # fmt: skip
    except CannotRename as error:
        raise refused(str(error)) from None
    edits: dict[str, list[types.TextEdit]] = {}
    for change in changes:
        edit = types.TextEdit(server.range(shelved, change.span), change.text)
        edits.setdefault(shelved.uri(change.span.file), []).append(edit)
    return types.WorkspaceEdit(changes=edits)


@server.feature(types.TEXT_DOCUMENT_FORMATTING)
def on_formatting(params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
    found = server.shelf.find(params.text_document.uri)
    text = server.shelf.text(*found) if found else None
    if found is None or text is None:
        return None
    try:
        made = formatted(text.content[_mark(text) :], found[1])
    except RulebookError:
        return None  # its problems are published already
    if made == text.content:
        return []
    whole = types.Range(types.Position(0, 0), types.Position(*text.end))
    return [types.TextEdit(whole, made)]


@server.feature(types.TEXT_DOCUMENT_CODE_LENS)
def on_code_lens(params: types.CodeLensParams) -> list[types.CodeLens]:
    found = server.shelf.find(params.text_document.uri)
    if found is None:
        return []
    shelved, name = found
    look = server.look(shelved)
    lenses: list[types.CodeLens] = []
    for lens in server.examples.lenses(look.rulebook, name):
        place = server.range(shelved, Span(name, lens.start, lens.end))
        count = len(lens.keys)
        run = "Run example" if lens.example else f"Run {count} example{'' if count == 1 else 's'}"
        for title, trace in ((run, False), ("Show trace", True)):
            given = [params.text_document.uri, list(lens.keys), trace]
            lenses.append(types.CodeLens(place, types.Command(title, RUN, arguments=given)))
    return lenses


@server.command(RUN)
async def on_run(uri: str, keys: list[str], trace: bool) -> dict[str, Any] | None:
    found = server.shelf.find(uri)
    if found is None:
        return None
    book = found[0].book
    try:
        ran = await asyncio.get_running_loop().run_in_executor(
            None, server.examples.run, dict(book.files), book.limits, keys
        )
    except RulebookError as error:
        raise refused(f"the rulebook does not load: {error.problems[0].message}") from None
    if trace:
        server.show_page(page(ran))
    failed = any(one.failures for one in ran)
    kind = types.MessageType.Warning if failed else types.MessageType.Info
    server.window_show_message(types.ShowMessageParams(kind, summary(ran)))
    return {
        "passed": sum(not one.failures for one in ran),
        "failures": {one.name: list(one.failures) for one in ran if one.failures},
        "trace": page(ran) if trace else "",
    }


def refused(message: str) -> Exception:
    """An answer that is a sentence for the author, not a fault of the server."""
    from pygls.exceptions import JsonRpcException

    return JsonRpcException(message, types.LSPErrorCodes.RequestFailed.value)


def main() -> None:
    """Serve one editor over standard input and output until it leaves."""
    server.start_io()
