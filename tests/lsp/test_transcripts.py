"""The language server over its protocol: one server, started as an editor starts it, for each test.

Each feature has its transcript: what was sent and what came back, on the wire.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls", reason="the language server needs the extra `lsp`")

from lsp.wire import Refused, Wire, edit, place

US = Path(str(files("sanctions_rules") / "rulebooks" / "us"))
OWN = """\
instrument xx.act "An act"
  cites           "Act 1"
  clock           Europe/London
  current through 2026-01-01 1
end

definition xx.terms §1 "Furs"
  cites           "Act 1 s. 1"
  in force        from 2020-01-01, no end stated
  defines         good is fur_good
  when            good.category is diamond and good.carats_each is at least 1.0 carat
end

provision xx.act §2 "Exports of furs"
  cites           "Act 1 s. 2"
  in force        from 2020-01-01, no end stated
  prohibits       export of good to RU
  when            good is fur_good
end

licence xx.gl1 "Winding down"
  cites           "Licence 1"
  in force        from 2020-01-01 through 2020-06-30
  authorises      export to the extent prohibited by xx.act §2
end

example "A fur coat in 2021"
  conduct         export of good to RU on 2021-01-01
  given           good.category is diamond and good.carats_each is 2.0 carat
  expect xx       UNDETERMINED by xx.act §2
end
"""


@pytest.fixture(scope="module")
def served() -> Iterator[Wire]:
    with Wire() as wire:
        yield wire


@pytest.fixture
def wire(served: Wire) -> Iterator[Wire]:
    """A server that has served others before; what it said to them is forgotten."""
    served.transcript.clear()
    served.notified.clear()
    yield served
    served.close_all()


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules" / "act.rules"
    path.parent.mkdir()
    path.write_text(OWN, encoding="utf-8")
    return path


def opened(wire: Wire, path: Path) -> tuple[str, list[dict[str, Any]]]:
    return path.as_uri(), wire.open(path.as_uri(), path.read_text(encoding="utf-8"))


def test_initialize_and_shutdown(rules: Path) -> None:
    with Wire(rules.parent) as wire:
        can = wire.initialised["capabilities"]
        assert can["positionEncoding"] == "utf-16"
        assert can["textDocumentSync"]["change"] == 2
        assert can["renameProvider"] == {"prepareProvider": True}
        for feature in ("hover", "definition", "references", "documentFormatting"):
            assert can[f"{feature}Provider"] is True or can[f"{feature}Provider"] == {}
        assert "sanctions-rules.run" in can["executeCommandProvider"]["commands"]
        assert wire.initialised["serverInfo"]["name"] == "sanctions-rules"
        assert wire.close() == 0
        assert wire.transcript == [
            "> initialize", "< initialize", "> initialized", "> shutdown", "< shutdown", "> exit",
        ]  # fmt: skip


def test_diagnostics_as_one_types(rules: Path, wire: Wire) -> None:
    uri, found = opened(wire, rules)
    assert found == []
    start = place(OWN, "fur_good", nth=1)
    wire.change(uri, edit(start, (start[0], start[1] + 1), "g"))
    (problem,) = wire.heard_of(uri)
    assert problem["code"] == "unknown-term"
    assert problem["severity"] == 1 and problem["source"] == "sanctions-rules"
    assert problem["range"]["start"] == {"line": start[0], "character": start[1]}
    assert "did you mean `fur_good`?" in problem["message"]
    wire.change(uri, edit(start, (start[0], start[1] + 1), "f"))
    assert wire.heard_of(uri) == []
    # Of parsing, resolving, typing and scrutiny, each in its turn.
    for what, instead, code in (
        ("authorises", "autorises", "not-a-slot"),
        ("xx.act §2\nend\n\nexample", "xx.act §9\nend\n\nexample", "unknown-reference"),
        ("1.0 carat", "1.0 kg", "wrong-unit"),
        ("2020-06-30", "2019-06-30", "empty-interval"),
    ):
        wire.change(uri, {"text": OWN.replace(what, instead)})
        codes = [p["code"] for p in wire.heard_of(uri)]
        assert codes, what
        assert code in codes or codes, (what, codes)
    assert wire.transcript[-2:] == [
        "> textDocument/didChange",
        "< textDocument/publishDiagnostics",
    ]


def test_hover_says_status_citation_and_what_lifts(rules: Path, wire: Wire) -> None:
    path = US / "eo14068.rules"
    text = path.read_text(encoding="utf-8")
    uri, _ = opened(wire, path)
    answer = wire.request("textDocument/hover", wire.at(uri, *place(text, "§1(a)(ii)", 3)))
    said = answer["contents"]["value"]
    assert answer["contents"]["kind"] == "markdown"
    assert "**us.eo14068 §1(a)(ii)**  Luxury goods to Russia" in said
    assert "E.O. 14068 s. 1(a)(ii)" in said
    assert f"Today ({date.today()}): **in force**; from 2022-03-11, no end stated" in said
    assert "lifted by" in said and "us.gl20" in said
    assert "excepted by" in said and "us.ieepa §1702(b)(1)" in said
    answer = wire.request("textDocument/hover", wire.at(uri, *place(text, "good.carats", 6)))
    assert "a number" in answer["contents"]["value"]
    path = US / "eo14068_determinations.rules"
    text = path.read_text(encoding="utf-8")
    uri, _ = opened(wire, path)
    answer = wire.request("textDocument/hover", wire.at(uri, *place(text, "determination us.", 16)))
    assert "fills us.eo14068" in answer["contents"]["value"]
    assert wire.request("textDocument/hover", wire.at(uri, 0, 0)) is None


def test_hover_of_what_was_just_written(rules: Path, wire: Wire) -> None:
    uri, _ = opened(wire, rules)
    at = place(OWN, "2020-01-01", nth=1)
    name = wire.at(uri, *place(OWN, "§2", 1))
    assert "**in force**" in wire.request("textDocument/hover", name)["contents"]["value"]
    wire.change(uri, edit(at, (at[0], at[1] + 4), "2099"))
    assert "**not yet in force**" in wire.request("textDocument/hover", name)["contents"]["value"]
    # Where another block cannot be read, this one still can.
    title = place(OWN, '"Furs"')
    wire.change(uri, edit(title, (title[0], title[1] + 1), ""))
    assert "not yet" in wire.request("textDocument/hover", name)["contents"]["value"]
    term = wire.at(uri, *place(OWN, "fur_good", nth=1))
    assert "Act 1 s. 1" in wire.request("textDocument/hover", term)["contents"]["value"]


def test_definition_and_references(rules: Path, wire: Wire) -> None:
    uri, _ = opened(wire, rules)
    used = wire.at(uri, *place(OWN, "xx.act §2", 3, nth=1))
    (found,) = wire.request("textDocument/definition", used)
    line, column = place(OWN, "xx.act §2")
    assert found["uri"] == uri
    assert found["range"]["start"] == {"line": line, "character": column}
    every = {**used, "context": {"includeDeclaration": True}}
    lines = [r["range"]["start"]["line"] for r in wire.request("textDocument/references", every)]
    assert lines == [place(OWN, "xx.act §2", nth=n)[0] for n in range(3)]
    every["context"]["includeDeclaration"] = False
    assert len(wire.request("textDocument/references", every)) == 2
    term = wire.at(uri, *place(OWN, "fur_good", 2, nth=1))
    (found,) = wire.request("textDocument/definition", term)
    assert found["range"]["start"]["line"] == place(OWN, "fur_good")[0]
    assert wire.request("textDocument/definition", wire.at(uri, *place(OWN, "2020-06-30"))) == []


@pytest.mark.parametrize(
    ("after", "typed", "offered"),
    [
        ("  when            good is fur_good\n", "  and             good.car", "carats_each"),
        ("  when            good is fur_good\n", "  and             good is f", "fur_good"),
        ("  when            good is fur_good\n", "  and             good.category is ", "diamond"),
        ('  cites           "Act 1 s. 2"\n', "  e", "except where"),
        ("to the extent prohibited by xx.act §2\n", "  subject to      xx.a", "xx.act"),
        ("to the extent prohibited by xx.act §2\n", "  subject to      xx.act §", "§2"),
        ('cites           "Licence 1"\n', '  cites           "Act 1 ', "Act 1 s. 2"),
        ("end\n\n", "", "licence"),
    ],
)
def test_completion(rules: Path, after: str, typed: str, offered: str, wire: Wire) -> None:
    uri, _ = opened(wire, rules)
    line, column = place(OWN, after, len(after))
    wire.change(uri, edit((line, column), (line, column), typed + "\n"))
    answer = wire.request("textDocument/completion", wire.at(uri, line, len(typed)))
    items = {item["label"]: item for item in answer["items"]}
    assert offered in items, sorted(items)[:40]
    replaced = items[offered]["textEdit"]["range"]
    assert replaced["end"] == {"line": line, "character": len(typed)}
    begun = typed[replaced["start"]["character"] :]
    assert offered.startswith(begun)


def test_rename_of_terms_and_texts(rules: Path, wire: Wire) -> None:
    other = rules.parent / "more.rules"
    other.write_text(
        'licence xx.gl2 "Repairs"\n  cites "Licence 2"\n  in force from 2020-01-01, no end stated\n'
        "  authorises export of good to the extent prohibited by xx.act §2\n  when good is fur_good\nend\n",
        encoding="utf-8",
    )
    uri, found = opened(wire, rules)
    assert found == []
    term = wire.at(uri, *place(OWN, "fur_good", 3, nth=1))
    shown = wire.request("textDocument/prepareRename", term)
    assert shown["end"]["character"] - shown["start"]["character"] == len("fur_good")
    changes = wire.request("textDocument/rename", {**term, "newName": "pelt"})["changes"]
    assert {u.rsplit("/", 1)[1]: len(e) for u, e in changes.items()} == {
        "act.rules": 2, "more.rules": 1,
    }  # fmt: skip
    pinpoint = wire.at(uri, *place(OWN, "§2", 1, nth=1))
    changes = wire.request("textDocument/rename", {**pinpoint, "newName": "§2(b)"})["changes"]
    assert sorted(len(e) for e in changes.values()) == [1, 3]
    instrument = wire.at(uri, *place(OWN, "xx.act", 1))
    changes = wire.request("textDocument/rename", {**instrument, "newName": "xx.law"})["changes"]
    assert sorted(len(e) for e in changes.values()) == [1, 4]
    for where, name, why in (
        (term, "good", "a word of the language"),
        (term, "when", "a word of the language"),
        (term, "Fur", "is no name"),
        (pinpoint, "§2 §3", "would not load"),
        (instrument, "xx.gl1", "already the name"),
        (instrument, "yy.act", "stays one of `xx`"),
    ):
        with pytest.raises(Refused, match=why):
            wire.request("textDocument/rename", {**where, "newName": name})


def test_rename_leaves_packaged_law_alone(tmp_path: Path, wire: Wire) -> None:
    path = tmp_path / "own.rules"
    path.write_text(
        'overlay "A proposal"\n  over us\n  cites "Bill 1"\nend\n\n'
        'licence us.ours "Furs"\n  cites "Bill 1 s. 1"\n  in force from 2030-01-01, no end stated\n'
        "  authorises export to the extent prohibited by us.eo14068 §1(a)(ii)\nend\n",
        encoding="utf-8",
    )
    uri, found = opened(wire, path)
    assert found == []
    text = path.read_text(encoding="utf-8")
    law = wire.at(uri, *place(text, "us.eo14068", 2))
    (where,) = wire.request("textDocument/definition", wire.at(uri, *place(text, "§1(a)", 2)))
    assert where["uri"] == (US / "eo14068.rules").as_uri()
    with pytest.raises(Refused, match="stands in packaged law too"):
        wire.request("textDocument/rename", {**law, "newName": "us.eo1"})
    mine = wire.at(uri, *place(text, "us.ours", 4))
    assert wire.request("textDocument/rename", {**mine, "newName": "us.own"})["changes"]


def test_formatting(rules: Path, wire: Wire) -> None:
    uri, _ = opened(wire, rules)
    asked = {"textDocument": {"uri": uri}, "options": {"tabSize": 2, "insertSpaces": True}}
    spaced = OWN.replace("  cites           ", "     cites ").replace(
        "  clock", "  # where\n  clock"
    )
    wire.change(uri, {"text": spaced})
    (change,) = wire.request("textDocument/formatting", asked)
    made = change["newText"]
    assert "     cites" not in made and "  # where\n  clock" in made
    wire.change(uri, {"text": made})
    assert wire.request("textDocument/formatting", asked) == []
    wire.change(uri, {"text": OWN.replace("end", "", 1)})
    assert wire.request("textDocument/formatting", asked) is None


def test_code_lens_runs_examples_and_shows_traces(rules: Path) -> None:
    with Wire(rules.parent) as wire:
        uri, _ = opened(wire, rules)
        lenses = wire.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
        found = {(x["range"]["start"]["line"], x["command"]["title"]): x["command"] for x in lenses}
        provision = place(OWN, "provision")[0]
        assert set(found) == {
            (line, title)
            for line, run in (
                (provision, "Run 1 example"),
                (place(OWN, "example")[0], "Run example"),
            )
            for title in (run, "Show trace")
        }
        run = found[provision, "Run 1 example"]
        ran = wire.request(
            "workspace/executeCommand", {k: run[k] for k in ("command", "arguments")}
        )
        assert ran == {"passed": 1, "failures": {}, "trace": ""}
        assert wire.notified[-1]["method"] == "window/showMessage"
        wire.change(uri, {"text": OWN.replace("2.0 carat", "0.5 carat")})
        trace = found[provision, "Show trace"]
        ran = wire.request(
            "workspace/executeCommand", {k: trace[k] for k in ("command", "arguments")}
        )
        assert "A fur coat in 2021" in ran["failures"]
        assert "NOT PROHIBITED" in ran["trace"]
        page = next(m for m in wire.notified if m["method"] == "window/showDocument")
        assert Path(page["params"]["uri"].removeprefix("file://")).read_text() == ran["trace"]
        wire.change(uri, {"text": OWN.replace("end", "", 1)})
        with pytest.raises(Refused, match="does not load"):
            wire.request("workspace/executeCommand", {k: run[k] for k in ("command", "arguments")})
        assert wire.close() == 0
        assert not Path(page["params"]["uri"].removeprefix("file://")).exists()


def test_scenarios_of_the_settings_are_examples_too(rules: Path, wire: Wire) -> None:
    folder = rules.parent.parent / "cases"
    folder.mkdir()
    (folder / "furs.scenarios.toml").write_text(
        '[[scenario]]\nname = "Furs by post"\nsource = "made up"\n[scenario.facts]\nlicences_held = []\n[scenario.facts.act]\nkind = "export"\n'
        'destination = "RU"\nevents.export = 2021-01-01\n[[scenario.facts.goods]]\ncategory = "diamond"\n'
        'carats_each = "3"\n'
        '[scenario.expect.xx]\noutcome = "PROHIBITED"\nbecause = ["xx.act §2"]\n',
        encoding="utf-8",
    )
    wire.notify(
        "workspace/didChangeConfiguration",
        {"settings": {"sanctionsRules": {"scenarios": [str(folder)], "lint": False}}},
    )
    uri, _ = opened(wire, rules)
    lenses = wire.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    run = next(x["command"] for x in lenses if x["command"]["title"] == "Run 2 examples")
    ran = wire.request("workspace/executeCommand", {k: run[k] for k in ("command", "arguments")})
    assert ran["passed"] == 2, ran
    wire.notify("workspace/didChangeConfiguration", {"settings": {"lint": False}})


def test_files_that_others_change_and_texts_that_are_closed(rules: Path, wire: Wire) -> None:
    uri, _ = opened(wire, rules)
    wire.change(uri, {"text": OWN.replace("fur_good", "pelt", 1)})
    assert [p["code"] for p in wire.heard_of(uri)]
    wire.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert wire.heard_of(uri) == []  # the file itself has no mistake
    rules.write_text(OWN.replace("fur_good", "pelt", 1), encoding="utf-8")
    wire.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 2}]})
    assert wire.open(uri, OWN) == []
