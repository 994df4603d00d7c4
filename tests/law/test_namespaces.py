"""No rule of one regime uses a word that another regime defines.

The law of each regime is read alone, and every word in it is found. In the whole law, what a rule was
made into is followed to the end and stays in its regime. To name the text of another regime takes its
full name, and only what carries a commitment out is named so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import cast

import pytest

from sanctions_rules.core import Closure, Definition, Ref
from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import regime
from sanctions_rules.rulebooks import Law, load, load_path
from sanctions_rules.schema import paths

REGIMES = ("us", "eu", "uk")
#: Facts that point to things, of which a term may be said: `act.actor is us_person`.
THINGS = {
    path.rsplit(".", 1)[-1]
    for path, declared in paths()
    if declared.form in ("ref", "refs", "records")
}


def inside(node: object) -> Iterator[object]:
    """Every part of a tree of frozen dataclasses and tuples, the whole first."""
    pending = [node]
    while pending:
        one = pending.pop()
        yield one
        if isinstance(one, tuple):
            pending.extend(cast("tuple[object, ...]", one))
        elif is_dataclass(one) and not isinstance(one, type):
            pending.extend(getattr(one, f.name) for f in fields(one))


def words_used(block: ast.Block) -> Iterator[str]:
    """The words in a block that may be terms; not those that are values of a fact."""
    for slot in block.slots:
        if slot.word == "binds":
            yield from (name.text for name in slot.names)
    conditions = tuple(s.condition for s in block.slots)
    values: set[int] = set()
    for node in inside(conditions):
        match node:
            case ast.Comparison(ast.Path((_, *_, last)), predicate) if last not in THINGS:
                values.update(id(part) for part in inside(predicate))
            case ast.ForSome(collection=ast.Path((*_, last)), body=ast.Is() as body) if (
                last not in THINGS
            ):
                values.update(id(part) for part in inside(body))
            case _:
                pass
    for node in inside(conditions):
        match node:
            case ast.Path((name,)) | ast.Call(name) if id(node) not in values:
                yield name
            case (
                ast.IsOwned(term=term)
                | ast.IsControlled(term=term)
                | ast.IsUnder(term=term)
                | ast.IsJudged(term=term)
            ):
                yield term.text
            case _:
                pass


def home(block: ast.Block) -> str:
    """The regime of the folder that a block stands in; an example has no name that would say it."""
    folder = block.head.file.split("/")[0]
    assert regime(block) in (folder, ""), block.id
    return folder


def owner(name: str) -> str:
    """Whose a definition is: `us.blocked @ …`, `specific licence → eu.833 Art. 3p(1)`."""
    return name.removeprefix("specific licence → ").split(".")[0]


@pytest.mark.parametrize("name", REGIMES)
def test_the_law_of_a_regime_needs_no_other(name: str, whole_law: Law) -> None:
    """Read alone it has the same words, and all that its rules ask for are among them."""
    alone = load(name)
    assert alone.regimes == (name,)
    mine = {term for where, term in alone.compiled.rulebook.terms if where == name}
    assert mine == {term for where, term in whole_law.compiled.rulebook.terms if where == name}
    assert {where for where, _ in alone.compiled.rulebook.terms} == {name}


@pytest.mark.parametrize("name", [*REGIMES, "g7"])
def test_a_word_that_only_others_define_is_never_used(name: str, whole_law: Law) -> None:
    rulebook = whole_law.compiled.rulebook
    defined: dict[str, set[str]] = defaultdict(set)
    for where, term in (*rulebook.terms, *rulebook.judgements):
        defined[term].add(where)
    used = 0
    for block in rulebook.blocks:
        if home(block) != name:
            continue
        opened = {str(s.term) for s in block.slots if s.word == "leaves open"}
        for word in words_used(block):
            if word in opened or word not in defined:
                continue  # a word of the vocabulary of facts, or one that the block leaves open
            used += 1
            assert name in defined[word], f"{block.id}: `{word}` is a word of {defined[word]}"
    assert (used > 0) == (name != "g7"), "commitments use no term; the law of a regime does"


def test_what_a_rule_was_made_into_stays_in_its_regime(whole_law: Law) -> None:
    definitions = whole_law.program.definitions
    followed = 0
    for name in definitions.names:
        made: Definition | Closure = definitions[name]
        refs = (
            [made.seed, made.guard]
            if isinstance(made, Closure)
            else [node.name for node in inside(made.body) if isinstance(node, Ref)]
        )
        for ref in refs:
            followed += 1
            assert owner(ref) == owner(name), f"`{name}` rests on `{ref}`"
    assert {owner(name) for name in definitions.names} == set(REGIMES)
    assert followed > 5000


def test_the_same_word_is_another_in_each_regime(whole_law: Law) -> None:
    """Words that two regimes have keep their own meaning: nothing else would notice a mix-up."""
    shared: dict[str, set[str]] = defaultdict(set)
    for where, term in whole_law.compiled.rulebook.terms:
        shared[term].add(where)
    both = {term: where for term, where in shared.items() if len(where) > 1}
    assert both["originating_in_russia"] == {"eu", "uk"}
    for term, where in both.items():
        made = {whole_law.program.terms[f"{one}.{term}"][0] for one in where}
        assert len(made) == len(where), term


def test_another_regimes_text_is_named_by_commitments_alone(whole_law: Law) -> None:
    crossing: dict[tuple[str, str], int] = defaultdict(int)
    for block in whole_law.compiled.rulebook.blocks:
        for slot in block.slots:
            for node in inside(slot):
                if isinstance(node, ast.Ref) and node.instrument.split(".")[0] != home(block):
                    crossing[home(block), slot.word] += 1
    assert set(crossing) == {("g7", "carried out by")}
    assert crossing["g7", "carried out by"] > 40


FOREIGN = """
instrument zz.act "The act of another country"
  cites         "the act"
  clock         Europe/Zurich
end

provision zz.act §1 "Payments"
  cites         "s. 1"
  in force      from 2024-01-01, no end stated
  binds         us_person
  prohibits     payment to recipient
  when          recipient is blocked
end

provision zz.act §2 "Significant payments"
  cites         "s. 2"
  in force      from 2024-01-01, no end stated
  prohibits     payment of transaction
  when          transaction is judged significant
end
"""
REFUSED = """\
error: no definition says what `us_person` is
  --> zz.rules:10:17
   |
10 |   binds         us_person
   |                 ^^^^^^^^^ not defined in this jurisdiction
help: it is a word of `us`: say in a text of `zz` what it is

error: no definition says what `blocked` is
  --> zz.rules:12:30
   |
12 |   when          recipient is blocked
   |                              ^^^^^^^ not defined in this jurisdiction
help: it is a word of `us`: say in a text of `zz` what it is

error: there is no judgement called `significant`
  --> zz.rules:19:39
   |
19 |   when          transaction is judged significant
   |                                       ^^^^^^^^^^^
help: it is a word of `us`: say in a text of `zz` what it is
"""


def test_a_word_of_the_united_states_is_none_of_another_country(tmp_path: Path) -> None:
    (tmp_path / "zz.rules").write_text(FOREIGN, encoding="utf-8")
    with pytest.raises(RulebookError) as refused:
        load_path(tmp_path, including=["us"])
    assert f"{refused.value}\n" == REFUSED
