"""Every sentence comes from one table, and the table has a row for all that can be said."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

import sanctions_rules
from sanctions_rules.core import OPERATORS
from sanctions_rules.decision import DutyState, Outcome, Standing
from sanctions_rules.render.outline import OUT_OF_REACH, TESTED
from sanctions_rules.render.sentences import TEMPLATES, hidden, named, say, stated, visible
from sanctions_rules.values import Truth

PACKAGE = Path(sanctions_rules.__file__).parent
RENDER = PACKAGE / "render"
PAGES = sorted((*RENDER.rglob("*.py"), *(PACKAGE / "compare").glob("*.py")))


@pytest.mark.parametrize("operator", OPERATORS)
def test_an_operator_has_its_rows(operator: str) -> None:
    """Either it can be said to hold and to fail, or it is a value and has words for it."""
    is_truth = {f"{operator}.holds", f"{operator}.fails"} <= set(TEMPLATES)
    is_value = any(row.startswith(f"{operator}.value") for row in TEMPLATES)
    assert is_truth != is_value


@pytest.mark.parametrize("quantifier", ["some", "every", "at_least"])
def test_a_quantifier_has_its_rows(quantifier: str) -> None:
    forms = {f"{quantifier}.lines.{form}" for form in ("holds", "fails", "open")}
    assert forms | {f"{quantifier}.holds", f"{quantifier}.fails"} <= set(TEMPLATES)


def test_outcomes_standings_and_states_have_their_rows() -> None:
    wanted = {f"{kind}.{o}" for kind in ("outcome", "word") for o in Outcome}
    wanted |= {f"standing.{s.name}" for s in Standing}
    wanted |= {f"duty.{s.name}" for s in DutyState}
    wanted |= {f"power.{s.name}" for s in (Standing.BINDS, Standing.MAY_BIND, *TESTED)}
    wanted |= {f"owing.{s.name}" for s in TESTED}
    assert wanted <= set(TEMPLATES), wanted - set(TEMPLATES)


def test_every_standing_is_told_in_one_place() -> None:
    bearing = {Standing.BINDS, Standing.MAY_BIND, Standing.LIFTED, Standing.CONFLICT}
    assert set(Standing) == bearing | set(TESTED) | set(OUT_OF_REACH)


def test_every_need_that_the_package_speaks_of_has_its_row() -> None:
    """Wherever a `Leaf` is made with a need of its own, that need has a row."""
    found = {"fact"}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Leaf":
                values = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "need")]
                for constant in (c for value in values for c in ast.walk(value)):
                    if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                        found.add(constant.value)
    assert {"range", "hour", "completeness", "code", "judgement", "law"} <= found
    missing = {need for need in found if f"need.{need}" not in TEMPLATES}
    assert not missing


def test_rows_that_are_asked_for_by_name_are_in_the_table() -> None:
    """Each literal row name in the renderers exists, and each row that is never named is none."""
    named_rows: set[str] = set()
    patterns: list[str] = []
    for path in PAGES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in (
                "say",
                "stated",
            ):
                continue
            row, suffix = node.args[0], node.func.id == "stated"  # type: ignore[attr-defined]
            if isinstance(row, ast.Constant):
                names = {row.value}
                if suffix:
                    names = {
                        n
                        for n in TEMPLATES
                        if re.fullmatch(re.escape(row.value) + r"\.(holds|fails|open)", n)
                    }
                    assert len(names) >= 2, f"{path.name}: {row.value}"
                assert names <= set(TEMPLATES), f"{path.name}: {names - set(TEMPLATES)}"
                named_rows |= names
            elif isinstance(row, ast.JoinedStr):
                pattern = "".join(
                    re.escape(part.value) if isinstance(part, ast.Constant) else r"[\w.]*"
                    for part in row.values
                )
                assert any(re.fullmatch(pattern, name) for name in TEMPLATES), pattern
                patterns.append(pattern)
    texts = "".join(
        path.read_text(encoding="utf-8") for path in PAGES if path.name != "sentences.py"
    )
    texts += (RENDER / "sentences.py").read_text(encoding="utf-8").split("# -- hostile text")[1]
    idle = [
        name for name in TEMPLATES
        if name not in named_rows and f'"{name}"' not in texts
        and not any(re.fullmatch(p, name) for p in patterns) and name.split(".")[0] not in OPERATORS
    ]  # fmt: skip
    assert not idle


def test_no_sentence_is_written_outside_the_table() -> None:
    """In the other rooms of `render` a string of two words or more is a docstring or markup."""
    for path in PAGES:
        if path.name in ("sentences.py", "data.py"):
            continue  # `data` describes its own schema
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
            and node.body and isinstance(node.body[0], ast.Expr)
        }  # fmt: skip
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in docstrings
            ):
                text = re.sub(r"<[^>]*>?", " ", node.value)
                if any(mark in text for mark in "{[\\\"';@") or text.startswith((":", "bold")):
                    continue  # style, patterns, attributes, types, names of definitions
                words = [w for w in text.split() if re.fullmatch(r"[a-z]{2,}[,.:]?", w)]
                assert len(words) < 2, f"{path.name}:{node.lineno}: {node.value!r}"


def test_gaps_are_named() -> None:
    for row, text in TEMPLATES.items():
        for _, name, spec, conversion in string.Formatter().parse(text):
            assert name is None or name.isidentifier(), row
            assert not spec, row
            assert not conversion, row


def test_an_unknown_thing_is_wrapped_unless_it_has_words_of_its_own() -> None:
    assert stated("equals", Truth.UNKNOWN, a="the purpose", b="travel") == (
        "not known whether the purpose is travel"
    )
    assert stated("judged", Truth.UNKNOWN, thing="“t1”", term="significant") == (
        "nobody has decided whether “t1” is significant"
    )


# -- hostile text -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain name", "plain name"),
        ("Ωmega & Söhne 株式会社", "Ωmega & Söhne 株式会社"),
        ("\x1b[31m", "⟨U+001B⟩[31m"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("a\nb", "a⟨U+000A⟩b"),
        ("a\u2028b", "a⟨U+2028⟩b"),
        ("a\u200bb", "a⟨U+200B⟩b"),
        ("\x7f\x9b", "⟨U+007F⟩⟨U+009B⟩"),
        ("\ud800", "⟨U+D800⟩"),
        ("\U000e0041", "⟨U+E0041⟩"),
    ],
)
def test_what_does_not_show_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert not any(map(hidden, visible(text)))


def test_a_name_cannot_close_its_marks() -> None:
    assert named("a” b “c") == '“a" b "c”'


def test_a_name_with_braces_fills_no_gap() -> None:
    assert say("equals.holds", a="{b}", b="{a}") == "{b} is {a}"
