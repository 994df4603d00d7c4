"""What changed between two laws by slot: each kind of change is told, and layout never is."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from command import said
from small import BAN, law_of

from sanctions_rules.author.beside import beside
from sanctions_rules.author.diff import Posed, diff
from sanctions_rules.author.slot_diff import Part, Piece, SlotDiff, slot_diff
from sanctions_rules.language.layout import format_rules
from sanctions_rules.read import build_case

RULE = """
provision zz.act §2 "Stones and metals"
  cites "s. 2"
  checked primary
  note "one"
  note "two"
  in force from 2024-01-01, no end stated
  prohibits import, sale of good into US
  when any of
      (a) good.category is diamond
          and good.carats_each is at least 0.5 carat
      (b) good falls under HS 7108
      (c) some place of good.mined_in has
            place is RU
          end
    end
    and act.value is at most USD 1000
    and act.purpose is any of personal, travel
end
"""


def changed(*changes: tuple[str, str], text: str = BAN + RULE) -> SlotDiff:
    after = text
    for old, new in changes:
        assert old in after
        after = after.replace(old, new)
    return slot_diff(law_of(text), law_of(after))


def only(found: SlotDiff) -> tuple[Part, ...]:
    (change,) = found.blocks
    assert (change.how, change.name) == ("changed", "zz.act §2@2024-01-01")
    return change.parts


def test_layout_comments_and_order_are_no_change() -> None:
    text = format_rules(BAN + RULE).replace("  when", "  # why\n  when")
    assert not slot_diff(law_of(BAN + RULE), law_of(text))
    assert not slot_diff(law_of(BAN + RULE), law_of(RULE + BAN))
    assert not changed(('note "one"\n  note "two"', 'note "two"\n  note "one"'))
    assert not changed(
        ("    and act.value is at most USD 1000\n    and act.purpose is any of personal, travel",
         "    and act.purpose is any of personal, travel\n    and act.value is at most USD 1 000"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "where", "piece"),
    [
        ("0.5", "0.75", "when, limb 1(a).2", Piece("number", "0.5", "0.75")),
        ("USD 1000", "USD 1 001", "when, limb 2", Piece("number", "1000", "1 001")),
        ("HS 7108", "HS 7108, HS 7110", "when, limb 1(b)", Piece("code", "", "HS 7110")),
        ("place is RU", "place is BY", "when, limb 1(c)", Piece("term", "RU", "BY")),
        ("(a) good.category is diamond", "(a) good.category is not diamond", "when, limb 1(a).1", Piece("word", "", "not")),
        ("when any of", "when all of", "when, limb 1", Piece("word", "any", "all")),
        ("(c) some", "(c) every", "when, limb 1(c)", Piece("word", "some", "every")),
        ("at most", "less than", "when, limb 2", Piece("word", "at most", "less than")),
        ("01-01, no", "01-02, no", "in force", Piece("date", "2024-01-01", "2024-01-02")),
        ("import, sale", "import, supply", "prohibits", Piece("term", "sale", "supply")),
        ('cites "s. 2"', 'cites "s. 3"', "cites", Piece("text", '"s. 2"', '"s. 3"')),
    ],
)  # fmt: skip
def test_what_of_a_limb_changed(old: str, new: str, where: str, piece: Piece) -> None:
    found = changed((old, new), text=BAN.replace("01-01", "02-02") + RULE)
    (change,) = found.blocks
    (part,) = change.parts
    assert part.how == "changed"
    assert part.slot + (f", limb {part.limb}" if part.limb else "") == where
    assert part.pieces == (piece,)
    assert part.before != part.after


def test_limbs_and_slots_that_came_and_went() -> None:
    assert only(changed(("      (b) good falls under HS 7108\n", ""))) == (
        Part("removed", "when", "1(b)", "(b) good falls under HS 7108", ""),
    )
    (came,) = only(
        changed(("    and act.value", "    and act.is_indirect is yes\n    and act.value"))
    )
    assert came == Part("added", "when", "2", "", "act.is_indirect is yes")
    title, excepted = only(
        changed(
            ("Stones and", "Gems and"),
            ("travel\nend", "travel\n  except where act.is_indirect is yes\nend"),
        )
    )
    assert (title.slot, title.before, title.after) == (
        "title",
        "Stones and metals",
        "Gems and metals",
    )
    assert excepted == Part("added", "except where", "", "", "act.is_indirect is yes")
    (went,) = only(changed(('  note "two"\n', "")))
    assert went == Part("removed", "note", "", '"two"', "")


def test_blocks_that_came_went_and_have_another_name() -> None:
    both, one = law_of(BAN + RULE), law_of(BAN)
    assert [(c.how, c.name) for c in slot_diff(one, both).blocks] == [
        ("added", "zz.act §2@2024-01-01")
    ]
    assert [(c.how, c.name) for c in slot_diff(both, one).blocks] == [
        ("removed", "zz.act §2@2024-01-01")
    ]
    (change,) = changed(("§2", "§7")).blocks
    assert (change.how, change.parts) == (
        "renamed",
        (Part("changed", "id", "", "zz.act §2", "zz.act §7"),),
    )


def test_a_version_that_replaces_is_laid_beside_what_it_replaces() -> None:
    newer = (
        BAN.replace("2024-01-01", "2025-01-01")
        .replace("cites", "replaces zz.act §1@2024-01-01 cites")
        .replace("is diamond", "is gold")
    )
    (change,) = slot_diff(law_of(BAN), law_of(BAN + newer)).blocks
    assert (change.how, change.name) == ("added", "zz.act §1@2025-01-01")
    assert change.than is not None
    assert [p.slot for p in change.parts] == ["replaces", "in force", "when"]
    assert change.parts[-1].pieces == (Piece("term", "diamond", "gold"),)


TABLE = """
table zz.codes "Codes"
  cites "annex"
  checked primary
  in force from 2024-01-01, no end stated
  entries from "codes.csv" complete
end
"""


def test_annexes_are_told_by_file() -> None:
    head = "key,from,until,source\n"
    laws = [law_of(BAN + TABLE, codes=f"{head}HS {code},,,made up\n") for code in (7102, 7103)]
    found = slot_diff(*laws)
    assert found.annexes == (("changed", "codes.csv"),)
    assert not found.blocks
    assert slot_diff(law_of(BAN), laws[0]).annexes == (("added", "codes.csv"),)


# -- the cases beside it -------------------------------------------------------------------------

TERM = """
definition zz.act §3 "Stone"
  cites "s. 3"
  checked primary
  in force from 2024-01-01, no end stated
  defines good is stone
  when good.category is diamond
end
definition zz.act §4 "Other"
  cites "s. 4"
  checked primary
  in force from 2024-01-01, no end stated
  defines good is other_thing
  when good.category is gold
end
"""


def test_a_case_stands_beside_the_definition_by_which_it_changes() -> None:
    text = BAN.replace("good.category is diamond", "good is stone") + TERM
    before = law_of(text)
    after = law_of(
        text.replace("category is diamond", "category is coal").replace("is gold", "is copper")
    )
    facts = {"act": {"kind": "import", "destination": "US", "events": {"conduct": "2024-06-01"}}}
    cases = [
        Posed(name, build_case({**facts, "goods": [{"id": "g", "category": name}]}))
        for name in ("diamond", "coal", "gas")
    ]
    found = diff(before, after, cases)
    slots = slot_diff(before, after)
    assert [c.block.id for c in slots.blocks] == ["zz.act §3", "zz.act §4"]
    names = [[one.posed.name for one in some] for some in beside(found, slots.blocks)]
    assert names == [["diamond", "coal"], []]


# -- the commands --------------------------------------------------------------------------------


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    law = Path(__file__).parent / "overlay/law.rules"
    (folder / "zz.rules").write_text(law.read_text("utf-8"), "utf-8")
    return folder


@pytest.fixture
def other(rules: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "other"
    shutil.copytree(rules, folder)
    text = (folder / "zz.rules").read_text("utf-8")
    (folder / "zz.rules").write_text(text.replace("is diamond", "is gold"), "utf-8")
    return folder


SAID = """\
before: the law; after: other rules
in the law: 1 changed

changed zz.act §1@2024-01-01  The ban [s. 1]
  when: term diamond before, gold after
    before: good.category is diamond
    after:  good.category is gold
"""


def test_diff_without_cases(capsys: pytest.CaptureFixture[str], rules: Path, other: Path) -> None:
    words = ("diff", "--rules", rules, "--against", other)
    assert said(capsys, *words) == (1, SAID, "")
    code, out, _ = said(capsys, *words, "--format", "markdown")
    assert code == 1
    assert (
        "| zz.act §1\\@2024-01-01 | term diamond before, gold after | when "
        "| good.category is diamond | good.category is gold |  |"
    ) in out
    code, out, _ = said(capsys, *words, "--format", "json")
    (block,) = json.loads(out)["law"]["blocks"]
    assert (block["how"], block["id"], block["version"]) == ("changed", "zz.act §1", "2024-01-01")
    assert block["slots"][0]["words"] == [{"what": "term", "before": "diamond", "after": "gold"}]
    code, out, _ = said(capsys, "diff", "--rules", rules, "--against", rules)
    assert (code, out.splitlines()[-1]) == (0, "in the law: no block changes")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_diff_with_a_revision_of_git(
    capsys: pytest.CaptureFixture[str], rules: Path, other: Path
) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *words], cwd=rules, check=True, capture_output=True)

    git("init", "-q", ".")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    shutil.copy(other / "zz.rules", rules / "zz.rules")
    assert said(capsys, "diff", "--rules", rules, "--git", "HEAD") == (1, SAID, "")
    assert said(capsys, "diff", "--rules", rules / "zz.rules", "--git", "HEAD")[:2] == (1, SAID)
    for wrong in ("nowhere", "--output=x"):
        code, _, err = said(capsys, "diff", "--rules", rules, f"--git={wrong}")
        assert code == 2 and wrong in err
    assert said(capsys, "diff", "--git", "HEAD")[0] == 2


def test_history_of_a_text(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "show", "us.eo14068", "§1(a)(i)(A)", "--history")
    assert code == 0
    versions = out.split("\nhistory\n")[1].split("\nthe rule")[0]
    assert versions.count("\n  us.eo14068 §1(a)(i)") + versions.startswith("  us.eo14068") == 2
    assert "    otherwise than us.eo14068 §1(a)(i)@2022-03-11\n" in versions
    assert "      in force: date 2022-03-11 before, 2023-12-22 after\n" in versions
    assert "      when, limb 1: removed: any of - act.kind is any of import, entry" in versions
    _, plain, _ = said(capsys, "show", "us.eo14068", "§1(a)(i)(A)")
    assert "otherwise than" not in plain
    assert said(capsys, "show", "--history")[0] == 2
