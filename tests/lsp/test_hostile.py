"""The language server and what no editor should send: it answers, says what is wrong, and lives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="the language server needs the extra `lsp`")

from lsp.wire import Refused, Wire, edit, place

from sanctions_rules.lsp.texts import Text

TEXT = 'instrument xx.act "Act 😀 of 𝔘"\n  cites "Act 😀 1" # 😀 comment\nend\n'
FAR = 10**9


@pytest.fixture(scope="module")
def served() -> Iterator[Wire]:
    """One server for all of them: what one sends does not harm the next."""
    with Wire() as wire:
        yield wire
        assert wire.close() == 0


@pytest.fixture
def wire(served: Wire) -> Iterator[Wire]:
    yield served
    served.close_all()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_columns_count_in_the_units_that_were_agreed_on(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.rules"
    path.write_text(TEXT, encoding="utf-8")
    with Wire(tmp_path, encodings=[encoding]) as wire:
        assert wire.initialised["capabilities"]["positionEncoding"] == encoding
        uri = path.as_uri()
        assert wire.open(uri, TEXT) == []
        quote = TEXT.index('"\n')
        units = {
            "utf-8": len(TEXT[:quote].encode()),
            "utf-16": len(TEXT[:quote].encode("utf-16-le")) // 2,
        }
        column = units[encoding]
        wire.change(uri, edit((0, column), (0, column + 1), ""))
        (problem,) = wire.heard_of(uri)
        assert problem["code"] == "open-string"
        assert problem["range"]["end"] == {"line": 0, "character": column}
        wire.change(uri, edit((0, column), (0, column), '"'))
        assert wire.heard_of(uri) == []


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((0, 0), (FAR, FAR)),
        ((FAR, 0), (FAR, FAR)),
        ((2, 3), (0, 0)),
        ((0, FAR), (1, 0)),
        ((0, 16), (0, 16)),
    ],
)
def test_ranges_outside_the_text_are_the_nearest_inside(
    tmp_path: Path, start: tuple[int, int], end: tuple[int, int], wire: Wire
) -> None:
    path = tmp_path / "a.rules"
    path.write_text(TEXT, encoding="utf-8")
    uri = path.as_uri()
    wire.open(uri, TEXT)
    wire.change(uri, edit(start, end, "\n"))
    wire.heard_of(uri)
    for method, more in (("hover", {}), ("definition", {}), ("completion", {}),
                         ("references", {"context": {"includeDeclaration": True}}),
                         ("prepareRename", {}), ("rename", {"newName": "xx.act"})):  # fmt: skip
        for line, column in ((FAR, FAR), (0, FAR), (FAR, 0)):
            wire.request(f"textDocument/{method}", wire.at(uri, line, column, **more))
    wire.change(uri, {"text": TEXT})
    assert wire.heard_of(uri) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("\ud800", "encoding"),
        ("\x00", "encoding"),
        ("licence us.a\r" * 50, None),
        ("\u2028\x85\x0b\x0c" * 20, None),
        ("any of\n" * 3000, None),
        ("x" * 5_000_000, "limit.file-bytes"),
        ("#\n" * 70_000, "limit.lines"),
        ("\ufeff" + TEXT, ""),
        ("provision us.x §1\n" * 2000, "unclosed-block"),
        ('"' * 999, None),
    ],
    ids=[
        "half-a-pair",
        "nul",
        "cr",
        "line-separators",
        "deep",
        "huge",
        "lines",
        "mark",
        "blocks",
        "quotes",
    ],
)
def test_texts_of_all_kinds(tmp_path: Path, text: str, code: str | None, wire: Wire) -> None:
    path = tmp_path / "a.rules"
    path.write_text(TEXT, encoding="utf-8")
    uri = path.as_uri()
    wire.open(uri, TEXT)
    wire.change(uri, {"text": text})
    codes = {p["code"] for p in wire.heard_of(uri)}
    assert code is None or (code in codes if code else not codes), codes
    wire.request("textDocument/hover", wire.at(uri, 0, 3))
    wire.request("textDocument/completion", wire.at(uri, 0, 1))
    wire.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    wire.change(uri, {"text": TEXT})
    assert wire.heard_of(uri) == []


def test_a_byte_order_mark_moves_no_place(tmp_path: Path, wire: Wire) -> None:
    path = tmp_path / "a.rules"
    path.write_text(TEXT, encoding="utf-8")
    uri = path.as_uri()
    wire.open(uri, "\ufeff" + TEXT.replace("instrument", "instrment"))
    problem = wire.diagnostics[uri][0]
    assert problem["range"]["start"] == {"line": 0, "character": 1}
    assert problem["range"]["end"] == {"line": 0, "character": 10}


@pytest.mark.parametrize(
    "uri",
    [
        "untitled:Untitled-1",
        "file:///nowhere/at/all.rules",
        "file:///%00.rules",
        "x",
        "http://[",
        "file:rel.rules",
    ],
)
def test_documents_of_no_folder(tmp_path: Path, uri: str, wire: Wire) -> None:
    wire.notify("textDocument/didOpen", {"textDocument": {
        "uri": uri, "languageId": "sanctions-rules", "version": 1, "text": TEXT}})  # fmt: skip
    wire.request("textDocument/hover", wire.at(uri, 0, 12))
    wire.change(uri, {"text": ""})
    wire.request("textDocument/definition", wire.at(uri, 0, 12))
    wire.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


def test_files_that_are_no_text_links_and_unknown_law(tmp_path: Path, wire: Wire) -> None:
    path = tmp_path / "a.rules"
    path.write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.rules").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "c.csv").write_bytes(b"\xff")
    assert wire.open(path.as_uri(), TEXT) == []
    other = (tmp_path / "b.rules").as_uri()
    found = wire.diagnostics.get(other) or wire.heard_of(other)
    assert [p["code"] for p in found] == ["encoding"]
    (tmp_path / "d.rules").symlink_to(path)
    wire.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 1}]})
    assert [p["code"] for p in wire.heard_of(path.as_uri())] == ["outside-pack"]
    wire.notify("workspace/didChangeConfiguration", {"settings": {"with": ["zz"]}})
    assert "no-rulebook" in [p["code"] for p in wire.heard_of(path.as_uri())]
    for settings in (
        None,
        [],
        "x",
        {"with": 3},
        {"sanctionsRules": None},
        {"scenarios": [1, None]},
        {"lint": 1},
        {"lint": False},
    ):
        wire.notify("workspace/didChangeConfiguration", {"settings": settings})
    wire.request("textDocument/hover", wire.at(path.as_uri(), 0, 12))


def test_frames_that_are_no_requests(tmp_path: Path, wire: Wire) -> None:
    path = tmp_path / "a.rules"
    path.write_text(TEXT, encoding="utf-8")
    uri = path.as_uri()
    wire.open(uri, TEXT)
    for body in (b"{", b"[]", b"null", b"{}", b'{"jsonrpc":"2.0","id":"a"}', b"\xff\xff"):
        wire.send_bytes(body)
    with pytest.raises(Refused):
        wire.request("textDocument/nothing", {})
    for arguments in ([], [uri], [uri, "x", 1], [3, [], False], [uri, ["nothing:1"], True]):
        try:
            wire.request(
                "workspace/executeCommand",
                {"command": "sanctions-rules.run", "arguments": arguments},
            )
        except Refused:
            continue
    wire.notify("textDocument/hover", {"textDocument": {"uri": uri}})
    assert wire.request("textDocument/hover", wire.at(uri, 0, 12)) is not None


def test_a_server_whose_editor_is_gone_ends() -> None:
    with Wire() as wire:
        assert wire.process.stdin is not None
        wire.process.stdin.close()
        assert wire.process.wait(300) is not None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_every_offset_of_a_text_comes_back(encoding: str) -> None:
    content = "a😀é\r\n\r𝔘§\n\u2028x\n"
    text = Text(content, encoding)
    for offset in range(len(content) + 1):
        inside_an_end = content[max(0, offset - 1) : offset + 1] == "\r\n"
        assert text.offset(*text.position(offset)) == offset - inside_an_end
    assert text.offset(-1, 0) == 0 and text.offset(99, 99) == len(content)
    assert text.edited((0, 2), (0, 1), "").content[0] == "a"


def test_place_counts_as_the_protocol_does() -> None:
    assert place("😀x", "x") == (0, 2)
