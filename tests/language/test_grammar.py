"""The grammar: no conflict, no word read as another, white space without meaning, print and parse.

Strict mode compares whole words only: it does not see that one word can begin another, nor that
a reserved word might be taken for a name. Recovery after a mistake relies on where the words
that open blocks and slots may stand. Each of these is held here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from language.rules import in_print_order, texts, tree
from lark import Lark, Token
from lark.exceptions import UnexpectedInput
from lark.grammar import Rule

from sanctions_rules.language import ast
from sanctions_rules.language.format import block_text, rulebook_text
from sanctions_rules.language.grammar import grammar_text
from sanctions_rules.language.parse import parse, parse_condition
from sanctions_rules.language.parsing import tokens as words
from sanctions_rules.language.parsing.tokens import reserved_words
from sanctions_rules.language.slots import BLOCK_WORDS, FIRST_WORDS, ORDER, SHAPES
from sanctions_rules.limits import DEFAULT
from sanctions_rules.source import Source

STARTS = ["start", "slot", "condition"]
TEXTS = texts()
#: A proposal lies over law, so it does not stand among the files that load by themselves.
PROPOSAL = (Path(__file__).parent.parent / "overlay" / "proposal.rules").read_text("utf-8")


@cache
def grammar() -> Lark:
    return Lark(grammar_text(), parser="lalr", lexer="basic", start=STARTS)


def lexed(text: str) -> list[tuple[str, str]]:
    return [(token.type, str(token)) for token in words.tokens_of(Source("test", text))[0]]


# -- no conflict ---------------------------------------------------------------------------------


def test_strict_mode_finds_no_conflict_and_no_collision() -> None:
    pytest.importorskip("interegular", reason="lark's strict mode needs interegular")
    Lark(grammar_text(), parser="lalr", lexer="basic", start=STARTS, strict=True)


def test_strict_mode_with_the_words_for_what_is_no_word() -> None:
    pytest.importorskip("interegular", reason="lark's strict mode needs interegular")
    Lark(grammar_text() + words.CATCH_ALL, parser="lalr", lexer="basic", start=STARTS, strict=True,
         postlex=words.KeepStrays())  # fmt: skip


# -- words that begin as another ends ------------------------------------------------------------

#: For each pair of patterns of which a word of the first can begin a word of the second: a text
#: that is a word of the second. It is read whole, never bitten into.
PREFIXES = {
    ("NUMBER", "DATE"): "2014-07-31",
    ("NUMBER", "INSTANT"): "2024-02-21 00:01 EST",
    ("DATE", "INSTANT"): "2024-02-21 00:01 EST",
    ("NAME", "DOTTED"): "us.eo14068",
    ("NAME", "CALL"): "held_outside_russia_since(",
    ("NAME", "PINPOINT"): "reg. 11",
    ("NAME", "SOURCE_ID"): "source-id",
    ("NAME", "_OTHER_THAN"): "other than",
    ("NAME", "OWNED_BY"): "owned directly by",
    ("NAME", "CONTROLLED_BY"): "controlled by",
    ("PROPER", "ZONE"): "America/New_York",
    ("PROPER", "PINPOINT"): "Annex XLV Part B",
    ("PROPER", "HSCODE"): "HTSUS 0304.75.1000",
}


def can_begin() -> set[tuple[str, str]]:
    """The pairs, from the patterns themselves: some word of one, and more, is a word of the other."""
    interegular = pytest.importorskip("interegular", reason="finding the pairs needs interegular")
    patterns = {
        t.name: t.pattern.to_regexp() for t in grammar().terminals if t.pattern.type == "re"
    }
    patterns["SOURCE_ID"] = "source-id"
    machines = {}
    alphabet = None
    for name, pattern in patterns.items():
        parsed = interegular.parse_pattern(re.sub(r"\(\?:", "(?:", pattern).replace(r"\b", ""))
        made = parsed.get_alphabet(interegular.patterns.REFlags(0))
        alphabet = made if alphabet is None else alphabet.union(made)[0]
        machines[name] = parsed
    more = interegular.parse_pattern(r"(.|\n)+")
    alphabet = alphabet.union(more.get_alphabet(interegular.patterns.REFlags(0)))[0]
    fsm = {name: parsed.to_fsm(alphabet) for name, parsed in machines.items()}
    rest = more.to_fsm(alphabet)
    return {
        (one, other) for one in fsm for other in fsm
        if one != other and not (fsm[one].concatenate(rest) & fsm[other]).empty()
    }  # fmt: skip


def test_every_pair_of_which_one_can_begin_the_other_is_in_the_table() -> None:
    assert can_begin() == set(PREFIXES)


@pytest.mark.parametrize(
    ("pair", "text"), PREFIXES.items(), ids=lambda v: "-".join(v) if isinstance(v, tuple) else ""
)
def test_the_longer_word_wins(pair: tuple[str, str], text: str) -> None:
    first, second = pair
    pattern = {t.name: t.pattern.to_regexp() for t in grammar().terminals}
    assert re.fullmatch(pattern[second], text)
    assert any(re.fullmatch(pattern[first], text[:n]) for n in range(1, len(text))), (
        "the example shows the danger"
    )
    assert lexed(text) == [(second, text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2014-07-31", "DATE"), ("2014", "NUMBER"), ("2014-07", "NUMBER DASH NUMBER"),
        ("1 000 000.50", "NUMBER"), ("2024 07", "NUMBER NUMBER"), ("60 per", "NUMBER PER"),
        ("2024-02-21 00:01 EST", "INSTANT"), ("2024-02-21 00:01", "DATE NUMBER STRAY NUMBER"),
        ("2024-02-21 24", "DATE NUMBER"), ("2024-02-21  00:01 EST", "DATE NUMBER STRAY NUMBER PROPER"),
        ("HS 7102", "HSCODE"), ("HS", "PROPER"), ("HS 7", "PROPER NUMBER"), ("HSX 7102", "PROPER NUMBER"),
        ("CN 2709 00 to CN 2710", "HSCODE TO HSCODE"), ("CN 2709 | 2022-12-05", "HSCODE VBAR DATE"),
        ("USD 60", "PROPER NUMBER"), ("UKGT 7102.31", "HSCODE"), ("7102.31", "NUMBER"),
        ("§1(a)(i)(B)", "PINPOINT"), ("§1 (a)", "PINPOINT LABEL"), ("§1(d)/2", "PINPOINT"), ("§587.510", "PINPOINT"),
        ("Art. 3p(4)/1", "PINPOINT"), ("Art", "PROPER"), ("Annex I", "PINPOINT"), ("Annex", "PROPER"),
        ("Annexed", "PROPER"), ("FAQ 1151/1", "PINPOINT"), ("FAQ", "PROPER"), ("reg. 7", "PINPOINT"), ("reg", "NAME"),
        ("para. 6(b)", "PINPOINT"), ("Sch. 1(2)(c)", "PINPOINT"), ("Annex II Part B", "PINPOINT"),
        ("us.gl6, us.gl8", "DOTTED COMMA DOTTED"), ("us.eo14068 §1(a)@2022-03-11", "DOTTED PINPOINT __ANON_0 DATE"),
        ("held_since(2024-03-01)", "CALL DATE RPAR"), ("held_since (a)", "NAME LABEL"), ("(a) good", "LABEL NAME"),
        ("America/New_York", "ZONE"), ("America", "PROPER"), ("America /", "PROPER STRAY"),
        ("source-id", "SOURCE_ID"), ("source", "NAME"), ("source_id", "NAME"),
        ("other than", "_OTHER_THAN"), ("other", "NAME"), ("other\n  than", "_OTHER_THAN"), ("other thanks", "NAME NAME"),
        ('"a # b" # c', "STRING"), ('"open', "STRING"), ("- good", "DASH NAME"), ("-5", "DASH NUMBER"),
        ("ending", "NAME"), ("end", "END"), ("end.x", "DOTTED"), ("End", "PROPER"), ("is_", "NAME"),
    ],
)  # fmt: skip
def test_which_word_it_is(text: str, expected: str) -> None:
    assert " ".join(kind for kind, _ in lexed(text)) == expected


# -- reserved words ------------------------------------------------------------------------------

#: Reserved words that mean something after `is`.
MEANT = {"yes", "no", "unknown", "none"}


@pytest.mark.parametrize("word", sorted(reserved_words()))
def test_a_reserved_word_is_reserved_everywhere(word: str) -> None:
    plain = "source-id" if word == "source-id" else word
    assert [kind for kind, _ in lexed(plain)] == [
        "SOURCE_ID" if word == "source-id" else word.upper()
    ]
    if word not in MEANT:
        with pytest.raises(UnexpectedInput):
            parse_condition(f"good.kind is {plain}")
    with pytest.raises(UnexpectedInput):
        parse_condition(f"good.kind includes {plain}")
    with pytest.raises(UnexpectedInput):
        parse_condition(f"some {plain} of act.parties is blocked")


@pytest.mark.parametrize("word", sorted(reserved_words() - {"source-id"}))
def test_a_reserved_word_is_free_inside_a_longer_one(word: str) -> None:
    assert lexed(f"{word}x") == [("NAME", f"{word}x")]
    assert lexed(f"good.{word}") == [("DOTTED", f"good.{word}")]
    assert lexed(word.capitalize()) == [("PROPER", word.capitalize())]


def test_a_reserved_word_names_no_term() -> None:
    for word in sorted(reserved_words() - {"source-id"}):
        source = Source("test", f"definition zz.a\n  defines good is {word}(day)\nend")
        _, problems = parse(source, DEFAULT)
        assert [p.code for p in problems] == ["reserved"], word


def test_no_word_of_the_facts_is_reserved() -> None:
    """What a fact can be is written in rules: `good.category is other`."""
    from sanctions_rules.schema import paths

    words = {word for _, declared in paths() for word in declared.values}
    assert words & reserved_words() <= MEANT


# -- where the words of blocks and slots may stand -----------------------------------------------

#: Slot words that the grammar knows elsewhere too, and where; recovery knows these places.
ELSEWHERE = {
    ("lookup", "IN"), ("complement", "IN"),  # `the price in …`, `is listed in …`; as a slot `in force`
    ("norm", "WITH"),  # `penalises breach of … with …`
    ("bearing", "WHEN"),  # `met when`
}  # fmt: skip
SLOT_RULES = {"document", "time", "norm", "bearing", "data", "test"}


def _terminals() -> Iterator[tuple[Rule, int, str]]:
    for rule in grammar().rules:
        for place, symbol in enumerate(rule.expansion):
            if symbol.is_term:
                yield rule, place, symbol.name


def test_block_words_stand_at_the_head_of_a_block_only() -> None:
    words = {word.upper() for word in BLOCK_WORDS}
    assert {rule.origin.name for rule, _, name in _terminals() if name in words} == {"kind"}
    assert {name for rule, _, name in _terminals() if rule.origin.name == "kind"} == words


def test_slot_words_stand_at_the_head_of_a_slot_only() -> None:
    words = {"SOURCE_ID" if word == "source-id" else word.upper() for word in FIRST_WORDS}
    elsewhere = {
        (str(rule.origin.name), name) for rule, place, name in _terminals()
        if name in words and not (rule.origin.name in SLOT_RULES and place == 0)
    }  # fmt: skip
    assert elsewhere == ELSEWHERE


def test_the_table_of_slots_has_every_slot_of_the_grammar() -> None:
    heads = {
        str(rule.expansion[0].name)
        for rule in grammar().rules
        if rule.origin.name in SLOT_RULES and rule.expansion[0].is_term
    }
    assert heads == {"SOURCE_ID" if word == "source-id" else word.upper() for word in FIRST_WORDS}
    used = {word for shape in SHAPES.values() for word in (*shape.verbs, *shape.must, *shape.may)}
    assert used == set(ORDER), "every slot belongs to some block"


# -- white space ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(
    "blank", [" ", "\n", "\t \r\n\n"], ids=["one line", "one word a line", "tabs and CRLF"]
)
def test_white_space_has_no_meaning(name: str, blank: str) -> None:
    words = [word for _, word in lexed(TEXTS[name])]
    blocks, problems = parse(Source(name, blank.join(words)), DEFAULT)
    assert not problems
    assert blocks == tree(TEXTS[name])


@pytest.mark.parametrize("name", TEXTS)
def test_comments_have_no_meaning(name: str) -> None:
    commented = "\n".join(
        f'{line}  # a note, with "quotes" and an end' for line in TEXTS[name].split("\n")
    )
    assert tree(commented) == tree(TEXTS[name])


# -- print and parse -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_printed_is_what_was_parsed(name: str) -> None:
    blocks = tree(TEXTS[name])
    assert tree(rulebook_text(blocks)) == in_print_order(blocks)


@pytest.mark.parametrize("name", TEXTS)
def test_printing_twice_changes_nothing(name: str) -> None:
    once = rulebook_text(tree(TEXTS[name]))
    assert rulebook_text(tree(once)) == once


@pytest.mark.parametrize("name", TEXTS)
def test_one_block_prints_as_in_its_file(name: str) -> None:
    blocks = tree(TEXTS[name])
    assert rulebook_text(blocks) == "\n\n".join(block_text(b) for b in blocks) + "\n"


# -- the good files have every construct ---------------------------------------------------------

#: Productions that no rulebook that loads can have, and a text that has them.
NEVER_SOUND = """
overlay end
overlay "title" end
overlay zz.a end
overlay zz.a "title" end
definition zz.b when good.category is unknown end
"""


def _productions(text: str) -> set[Rule]:
    """The rules of the grammar by which a text is read."""
    used: set[Rule] = set()
    parser: Any = words.parser_for("start")
    conf = copy(parser.parser_state.parse_conf)

    def noting(rule: Rule, build: Any) -> Any:
        def reduce(children: list[Any]) -> Any:
            used.add(rule)
            return build(children)

        return reduce

    conf.callbacks = {rule: noting(rule, build) for rule, build in conf.callbacks.items()}
    parser.parser_state.parse_conf = conf
    for token in words.tokens_of(Source("test", text))[0]:
        parser.feed_token(token)
    parser.feed_token(Token("$END", ""))
    return used


def test_every_construct_of_the_grammar_stands_in_a_good_file() -> None:
    used = {
        rule
        for text in (*(t for name, t in TEXTS.items() if name.startswith("good/")), PROPOSAL)
        for rule in _productions(text)
    }
    never = _productions(NEVER_SOUND) | _productions("")
    assert set(words.grammar().rules) - used - never == set()
    assert not {str(rule) for rule in never - used if len(rule.expansion) > 4}


def test_every_field_of_the_tree_is_used_by_a_good_file() -> None:
    """No part of the tree is there that no text can fill."""
    filled: set[tuple[str, str]] = set()
    pending: list[Any] = [block for text in TEXTS.values() for block in tree(text)]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)
        elif hasattr(node, "__dataclass_fields__") and type(node).__module__ == ast.__name__:
            for name, declared in type(node).__dataclass_fields__.items():
                value = getattr(node, name)
                if value not in ((), "", None, False, 0):
                    filled.add((type(node).__name__, name))
                if declared.compare:
                    pending.append(value)
    nodes = [
        n
        for n in vars(ast).values()
        if isinstance(n, type)
        and n.__module__ == ast.__name__
        and hasattr(n, "__dataclass_fields__")
    ]
    expected = {
        (n.__name__, f)
        for n in nodes
        for f in n.__dataclass_fields__
        if f not in ("span", "damaged")
    }
    assert expected - filled == set()
