"""What an editor asks: one function for each request and notification of the protocol."""

from __future__ import annotations

import asyncio
import shutil
from datetime import date
from typing import Any, Final, cast

from lsprotocol import types

from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.lsp.completion import complete
from sanctions_rules.lsp.formatting import formatted
from sanctions_rules.lsp.hover import hover
from sanctions_rules.lsp.lenses import page, summary
from sanctions_rules.lsp.linting import silencing
from sanctions_rules.lsp.naming import CannotRename, places, rename, renameable, uses
from sanctions_rules.lsp.pieces import placed
from sanctions_rules.lsp.session import RulesServer, mark, range_of
from sanctions_rules.lsp.shelf import is_rules, path_of
from sanctions_rules.lsp.texts import Text
from sanctions_rules.source import Span

RUN: Final = "sanctions-rules.run"
_KINDS: Final = {
    "word": types.CompletionItemKind.Keyword, "slot": types.CompletionItemKind.Property,
    "block": types.CompletionItemKind.Class, "fact": types.CompletionItemKind.Field,
    "term": types.CompletionItemKind.Function, "text": types.CompletionItemKind.Reference,
    "citation": types.CompletionItemKind.Text, "value": types.CompletionItemKind.EnumMember,
}  # fmt: skip

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
    server.give_up_lint()
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
        if server.linted.pop(params.text_document.uri, None) is not None:
            server.publish(shelved, server.look(shelved).problems)
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
    read = text.content[mark(text) :]
    items = [
        types.CompletionItem(
            offer.text, kind=_KINDS[offer.what], detail=offer.detail or None, sort_text=f"{index:04}",
            text_edit=types.TextEdit(range_of(Span(name, offer.start, offset), text), offer.text),
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
        made = formatted(text.content[mark(text) :], found[1])
    except RulebookError:
        return None  # its problems are published already
    if made == text.content:
        return []
    whole = types.Range(types.Position(0, 0), types.Position(*text.end))
    return [types.TextEdit(whole, made)]


@server.feature(
    types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions([types.CodeActionKind.QuickFix])
)
def on_code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
    uri, wanted = params.text_document.uri, params.context.only
    text = server.shelf.texts.get(uri)
    if text is None or (wanted and not {types.CodeActionKind.QuickFix, ""}.intersection(wanted)):
        return []
    actions: list[types.CodeAction] = []
    for one, diagnostic in server.standing(uri):
        if not _meet(diagnostic.range, params.range):
            continue
        code = one.check.code
        silence = silencing(one, text.content[mark(text) :])
        for title, edits, preferred in (
            (f"Mend: {one.found.message} [{code}]", one.found.fix, True),
            (f"Silence {code} on this line (write the reason after it)", (silence,) if silence else (), False),
        ):  # fmt: skip
            made = [types.TextEdit(range_of(edit.span, text), edit.text) for edit in edits]
            if made:
                actions.append(types.CodeAction(
                    title, types.CodeActionKind.QuickFix, [diagnostic], is_preferred=preferred,
                    edit=types.WorkspaceEdit(changes={uri: made}),
                ))  # fmt: skip
    return actions


def _meet(one: types.Range, other: types.Range) -> bool:
    return one.start <= other.end and other.start <= one.end


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
