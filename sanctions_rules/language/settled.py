"""A resolved rulebook as plain data: what a checker of certificates reads, in any language.

The syntax of the rules, with everything settled that needs no judgement of law: each name is the
path of a fact, each reference the provisions that it means, each moment a number, each open term
the determinations that fill it. Nothing is lowered: which text binds, excepts or lifts what, and
what a condition comes to, is for the reader of this form to work out from it.
`docs/certificates.md` describes the form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final, cast

from sanctions_rules import clocks, codes
from sanctions_rules.canonical import decimal_text
from sanctions_rules.codes import Code
from sanctions_rules.core import Fact
from sanctions_rules.language import ast
from sanctions_rules.language.chains import Chains
from sanctions_rules.language.names import Names, Typed, subject_noun
from sanctions_rules.language.passing import way_of, ways_of
from sanctions_rules.language.resolve import Rulebook, regime
from sanctions_rules.language.timing import FOREVER, code_tuples
from sanctions_rules.language.typechecking.vocabulary import ANY_ACT
from sanctions_rules.schema import COLLECTIONS, NOUNS, ROLE_LISTS

CONDUCT: Final = ("act", "events", "conduct")
BODY: Final = ("when", "upon determining that", "provided that")
SCOPE: Final = ("except where", "unless shown that")
SHOWN: Final = ("provided that", "unless shown that")

Plain = dict[str, Any]


def settled(rulebook: Rulebook, allowed: frozenset[str] = frozenset()) -> Plain:
    """`allowed`: ids of texts that are used although they were withdrawn."""
    return Settling(rulebook, allowed).whole()


class Settling(Chains):
    """One rulebook, written down. Terms and closures are written when something names them."""

    def __init__(self, rulebook: Rulebook, allowed: frozenset[str]) -> None:
        super().__init__(rulebook, allowed)
        self.texts: dict[str, Plain] = {}
        self.terms: dict[str, Plain] = {}
        self.closures: dict[str, Plain] = {}
        self.pending: list[Callable[[], object]] = []

    def whole(self) -> Plain:
        norms = [b for b in self.rulebook.blocks if self.is_norm(b)]
        variants = [
            {
                "key": key,
                "text": self.text(block),
                "fill": self.text(fill) if fill else "",
                "names": self.licensed_as(block, fill),
            }
            for block in norms
            for fill, key in self.variants_of(block)
        ]
        return {
            "texts": self.texts, "variants": variants, "terms": self.terms,
            "closures": self.closures,
            "readings": self.readings(),
        }  # fmt: skip

    def readings(self) -> dict[str, list[str]]:
        """By each point that may be read in more than one way, its readings; the default first."""
        found: dict[str, list[str]] = {}
        for block in self.rulebook.blocks:
            if slot := block.slot("reading"):
                point, name = found.setdefault(self.point_of(block), []), str(slot.names[0])
                if name not in point:
                    point.insert(0 if slot.flag else len(point), name)
        return found

    # -- texts -----------------------------------------------------------------------------------

    def text(self, block: ast.Block) -> str:
        """The key of a text, which is written down once it was asked for, as all that replace it are."""
        key = self.key(block)
        if key not in self.texts:
            made: Plain = {}
            self.texts[key] = made
            self.later(lambda: made.update(self.written(block)))
            for newer in self.rulebook.replaced_by.get(id(block), []):
                self.later(lambda newer=newer: self.text(newer))
        return key

    def later(self, write: Callable[[], object]) -> None:
        """Write down, unless something is being written, and then after it: no chain costs stack."""
        self.pending.append(write)
        if len(self.pending) == 1:
            for one in self.pending:
                one()
            self.pending.clear()

    def written(self, block: ast.Block) -> Plain:
        force = block.slot("in force")
        reading = block.slot("reading")
        gap = block.slot("unencoded")
        made: Plain = {
            "id": block.id,
            "regime": regime(block),
            "instrument": block.ref.instrument if block.ref else "",
            "zone": self.rulebook.zone(block),
            "anchor": ["case", *(force.anchor.parts if force and force.anchor else CONDUCT)],
            "known": self.known_from(block),
            "interval": list(self.interval(block)),
            "lacks": self.source_to_read(block),
            "newer": [self.key(b) for b in self.rulebook.replaced_by.get(id(block), [])],
            "reading": [self.point_of(block), str(reading.names[0])] if reading else None,
            "withdrawn": self.withdrawn(block),
            "unencoded": gap.texts[0].text if gap else "",
            "cites": [t.text for s in block.all("cites") for t in s.texts],
        }
        verb = block.verb
        if verb is not None:
            made["verb"] = verb.word
        if block.kind == "table":
            made |= self.table(block)
        elif verb is not None and verb.word == "fills":
            made |= self.fill(block, verb)
        elif verb is not None and self.is_norm(block):
            made |= self.norm(block, verb)
        return made

    def norm(self, block: ast.Block, verb: ast.Slot) -> Plain:
        noun = subject_noun(block)
        conduct = verb.conduct
        names = self.names(block, Names().bind_noun(noun.text) if noun else None)
        over: list[str] | None = None
        if noun is not None:
            by_role = conduct and not conduct.role("of") and noun.text in ROLE_LISTS
            over = ["case", *(ROLE_LISTS[noun.text] if by_role else (NOUNS[noun.text],))]
        binds = block.slot("binds")
        acts = [a.text for a in conduct.acts] if conduct else []
        owed = verb.word == "requires"
        role = conduct.role("of") if conduct else None
        kinds = None if conduct is None or owed or ANY_ACT in acts else acts
        return {
            "noun": noun.text if noun else "",
            "over": over,
            "list": NOUNS[noun.text] if noun else "",
            "binds": [self.term(regime(block), str(n)) for n in binds.names] if binds else None,
            "acts": kinds,
            "places": [] if conduct is None or owed else self.places(conduct),
            "demands": acts if owed and not (role and role.share) else [],
            "menu": ["derogation"] if verb.word == "empowers" and not verb.names
            else [str(n) for n in verb.names] if verb.word == "empowers" else [],
            "says": self.lines(block, BODY, names),
            "except": self.lines(block, SCOPE, names),
            "opens": {str(s.term): self.opening(block, s) for s in block.all("leaves open")},
            "on": [self.aim(r) for r in self.aimed_at(verb)],
            "only_for": [key for r in verb.targets for _, _, key in self.targets(r)],
        }  # fmt: skip

    def aimed_at(self, verb: ast.Slot) -> tuple[ast.Ref, ...]:
        return verb.refs if verb.word in ("withdraws", "penalises") else self.lifted_refs(verb)

    def aim(self, ref: ast.Ref) -> Plain:
        """What a reference means: provisions through their fills, and the texts themselves."""
        return {
            "whole": not ref.pinpoint and not ref.pin,
            "variants": [key for _, _, key in self.targets(ref)],
            "texts": [self.key(b) for b in self.rulebook.meant(ref)],
        }

    def opening(self, block: ast.Block, slot: ast.Slot) -> Plain:
        """A value or a predicate that a text leaves open, and the determinations that fill it."""
        fills = self.rulebook.fills.get((block.id, str(slot.term)), [])
        if slot.subject is not None:
            fills = [f for f in fills if self.fill_meets(f, block)]
        return {
            "value": slot.subject is None,
            "itself": self.fills_itself(block, slot),
            "noun": str(slot.subject or ""),
            "zone": self.rulebook.zone(block),
            "fills": [self.text(f) for f in fills],
        }

    def fill(self, block: ast.Block, verb: ast.Slot) -> Plain:
        """What a determination says, for each noun that the text it fills leaves open."""
        name = str(verb.names[0])
        gives = block.slot("gives")
        with_ = block.slot("with")
        made: Plain = {"fills": name, "value": self.value(gives.value) if gives else None}
        nouns = {
            slot.subject.text
            for target in self.rulebook.meant(verb.refs[0])
            for slot in target.all("leaves open")
            if slot.subject is not None and str(slot.term) == name
        }
        for noun in sorted(nouns):
            names = self.names(block, Names().bind_noun(noun))
            said = (
                self.condition(with_.condition, block, names) if with_ and with_.condition else None
            )
            made.setdefault("with", {})[noun] = said
            made.setdefault("except", {})[noun] = self.lines(block, SCOPE, names)
        return made

    def places(self, conduct: ast.Conduct) -> list[Any]:
        facts = {"from": "departure", "into": "destination", "to": "destination"}
        return [
            [["case", "act", facts[role.word]], role.thing.text]
            for role in conduct.roles
            if isinstance(role.thing, ast.Proper) and role.word in facts
        ]

    def names(self, block: ast.Block, names: Names | None) -> Names:
        """With the cells of a text of one row, by the names of its columns."""
        names = names or Names()
        columns = block.slot("columns")
        if not columns or not columns.rows or block.kind == "table":
            return names
        cells = {c: cell.value for c, cell in zip(columns.columns, columns.rows[0], strict=False)}
        return Names(names.items, cast("Mapping[str, ast.Value | None]", cells))

    def lines(
        self, block: ast.Block, words: tuple[str, ...], names: Names, term: str = ""
    ) -> list[Any]:
        """Slots of these words: whether it must be shown by who relies on it, and its condition."""
        return [
            {
                "shown": slot.word in SHOWN,
                "that": self.condition(slot.condition, block, names, term),
            }
            for slot in block.slots
            if slot.condition is not None and slot.word in words
        ]

    # -- terms -----------------------------------------------------------------------------------

    def term(
        self, where: str, name: str, arguments: tuple[ast.Value, ...] = (), under: str = ""
    ) -> str:
        """The key of a term: all its versions, with these arguments put in."""
        blocks = self.rulebook.terms[(where, name)]
        if under:
            blocks = [b for b in blocks if b.ref and b.ref.instrument == under] or blocks
        shown = "(" + ", ".join(str(a) for a in arguments) + ")" if arguments else ""
        key = f"{where}.{name}{shown}" + (f" under {under}" if under else "")
        if key not in self.terms:
            made: Plain = {}
            self.terms[key] = made
            self.later(lambda: made.update(self.versions(key, name, blocks, arguments)))
        return key

    def versions(
        self, key: str, name: str, blocks: list[ast.Block], arguments: tuple[ast.Value, ...]
    ) -> Plain:
        noun = subject_noun(blocks[0])
        ways = dict.fromkeys(w for b in blocks for w in ways_of(self.rulebook, b, name))
        if ways:
            zone = self.rulebook.zone(blocks[0])
            self.closures[key] = self.closure(key, True, ways, False, zone)
        return {
            "name": name,
            "noun": noun.text if noun else "",
            "closure": key if ways else "",
            "versions": [self.version(b, arguments, noun, name) for b in blocks],
        }

    def version(
        self, block: ast.Block, arguments: tuple[ast.Value, ...], first: ast.Word | None, name: str
    ) -> Plain:
        own = subject_noun(block)
        names = self.names(block, Names().bind_noun(own.text) if own else None)
        if own is not None and first is not None and own.text != first.text:
            # One subject, two nouns: the first version's noun names the item.
            typed = Typed("item", Fact(first.text, ()), None, names.items[own.text].model)
            names = names.bind(own.text, typed)
        called = cast(ast.Slot, block.verb).term
        if isinstance(called, ast.Call):
            given = {str(p): a for p, a in zip(called.arguments, arguments, strict=False)}
            names = Names(names.items, given)
        return {
            "text": self.text(block),
            "opens": {
                str(s.term): self.opening(block, s)
                for s in block.all("leaves open") if s.subject is None
            },
            "says": self.lines(block, BODY, names, name),
            "except": self.lines(block, SCOPE, names, name),
        }  # fmt: skip

    def closure(
        self, term: str, recursive: bool, ways: Iterable[Any], direct: bool, zone: str
    ) -> Plain:
        return {
            "term": term, "recursive": recursive, "direct": direct, "zone": zone,
            "ways": [
                {"mode": w.mode, "percent": decimal_text(w.percent), "strict": w.strict,
                 "basis": w.basis, "means": list(w.means)} for w in ways
            ],
        }  # fmt: skip

    # -- conditions ------------------------------------------------------------------------------

    def condition(
        self, condition: ast.Condition, block: ast.Block, names: Names, term: str = ""
    ) -> list[Any]:
        return Conditions(self, block, names, term).condition(condition)

    # -- values, tables --------------------------------------------------------------------------

    def value(self, value: ast.Value | None) -> Any:
        match value:
            case ast.Quantity(number):
                return {"number": decimal_text(number), "tag": None}
            case ast.MoneyValue(amount, currency):
                return {"number": decimal_text(amount), "tag": currency}
            case ast.Proper(text) | ast.Text(text):
                return text
            case ast.Path(parts):
                return parts[0]
            case _:
                return None

    def table(self, block: ast.Block) -> Plain:
        slot = block.slot("columns")
        zone = self.rulebook.zone(block)
        rows: list[Plain] = []
        keys = [e.key for e in self.rulebook.entries.get(block.id, ())]
        groups: dict[tuple[date | None, date | None], list[Code]] = {}
        for entry in self.rulebook.entries.get(block.id, ()):
            if entry.code:
                groups.setdefault((entry.since, entry.until), []).append(entry.code)
        for (since, until), members in groups.items():
            days = self.days(clocks.day_start(since, zone) if since else None,
                             clocks.day_start(until, zone) if until else None)  # fmt: skip
            rows.append({"days": days, "codes": self.codes(tuple(members), ())})
        for row in slot.rows if slot else ():
            cells = dict(zip(cast(ast.Slot, slot).columns, row, strict=False))
            held, key = cells.get("code"), cells.get("key")
            if key and isinstance(key.value, ast.Text):
                keys.append(key.value.text)
            rows.append({
                "days": list(self.row_days(cells, zone)),
                "codes": self.ranges(held.value) if held and isinstance(held.value, ast.Codes) else None,
                "cells": {n: self.value(c.value) for n, c in cells.items()
                          if not isinstance(c.value, (ast.Codes, ast.Until))},
            })  # fmt: skip
        only = block.slot("when")
        names = Names().bind_noun("good") or Names()
        entries = block.slot("entries from")
        incomplete = entries is not None and [str(n) for n in entries.names[:1]] == ["incomplete"]
        return {
            "rows": rows,
            "keys": keys,
            "only": self.condition(only.condition, block, names)
            if only and only.condition
            else None,
            "incomplete": incomplete,
            "within": self.ranges(entries.codes)
            if incomplete and entries and entries.codes
            else None,
        }

    def days(self, since: int | None, until: int | None) -> list[int]:
        first = -FOREVER if since is None else since
        last = FOREVER if until is None else until
        return [first, first, last, last]

    def ranges(self, held: ast.Codes) -> Plain:
        return self.codes(*code_tuples(held))

    def codes(self, wanted: tuple[Code, ...], without: tuple[Code, ...]) -> Plain:
        """`sorts`: of which categories a thing may be that falls under one of the codes."""

        def plain(held: tuple[Code, ...]) -> list[list[str]]:
            return [[c.scheme, c.digits, c.upto or c.digits] for c in held]

        sorts = [c for c in codes.CATEGORY_HS if any(codes.category_may_fall(c, w) for w in wanted)]
        return {"any": plain(wanted), "not": plain(without), "sorts": sorts}


class Conditions:
    """The conditions of one text, with the names that stand in it."""

    def __init__(self, settling: Settling, block: ast.Block, names: Names, term: str) -> None:
        self.settling = settling
        self.block = block
        self.names = names
        self.term = term
        self.zone = settling.rulebook.zone(block)
        self.regime = regime(block)

    def inside(self, names: Names) -> Conditions:
        return Conditions(self.settling, self.block, names, self.term)

    def condition(self, condition: ast.Condition) -> list[Any]:
        return ["and", *(self.atom(e.atom) for e in condition.elements)]

    def atom(self, atom: ast.Atom) -> list[Any]:
        match atom:
            case ast.Comparison(operand, predicate):
                return self.predicate(predicate, operand)
            case ast.Group(kind, members, count):
                parts = [self.condition(m.condition) for m in members]
                match kind:
                    case "any":
                        return ["or", *parts]
                    case "all":
                        return ["and", *parts]
                    case "none":
                        return ["not", ["or", *parts]]
                    case _:
                        return ["count", count, *parts]
            case ast.ForSome():
                inner = self.member_of(atom.variable, atom.collection)
                body = (
                    inner.condition(atom.body)
                    if isinstance(atom.body, ast.Condition)
                    else inner.predicate(atom.body, ast.Path((atom.variable,)))
                )
                quantifier = "some" if atom.quantifier == "no" else atom.quantifier
                each = [
                    "each",
                    quantifier,
                    atom.count,
                    atom.variable,
                    self.path(atom.collection),
                    body,
                ]
                return ["not", each] if atom.quantifier == "no" else each

    def member_of(self, variable: str, collection: ast.Operand) -> Conditions:
        return self.inside(self.names.bind_member(variable, self.typed(collection)))

    def typed(self, operand: ast.Operand) -> Typed:
        found = self.names.find(cast(ast.Path, operand))
        assert isinstance(found, Typed), operand
        return found

    def path(self, operand: ast.Operand) -> list[str]:
        fact = self.typed(operand).fact
        return [fact.variable, *fact.path]

    def given(self, value: ast.Value) -> ast.Value:
        """A parameter replaced by what stands for it here."""
        if isinstance(value, ast.Path) and len(value.parts) == 1:
            return self.names.parameters.get(value.parts[0]) or value
        return value

    def predicate(self, predicate: ast.Predicate, operand: ast.Operand) -> list[Any]:
        match predicate:
            case ast.Includes(values):
                return ["or", *(["includes", self.path(operand), self.member(v)] for v in values)]
            case ast.FallsUnder(held):
                return ["codes", self.path(operand), self.settling.ranges(held)]
            case ast.FallsIn(refs):
                return ["in", self.path(operand), self.tables(refs)]
            case ast.Is(complement, negated):
                said = self.complement(complement, operand)
                return ["not", said] if negated else said

    def tables(self, refs: tuple[ast.Ref, ...]) -> list[str]:
        found = [b for r in refs for b in self.settling.rulebook.meant(r)]
        return [self.settling.text(b) for b in found]

    def member(self, value: ast.Value) -> Any:
        if isinstance(value, ast.Path) and value.parts[0] in (*self.names.items, "actor"):
            return {"item": self.path(value)}
        return self.settling.value(self.given(value))

    def words(self, values: Iterable[ast.Value]) -> list[str]:
        return sorted({str(self.settling.value(self.given(v))) for v in values})

    def complement(self, complement: ast.Complement, operand: ast.Operand) -> list[Any]:
        match complement:
            case ast.IsValue(value):
                return self.is_value(value, operand)
            case ast.IsYesNo(yes):
                return ["yes" if yes else "no", self.path(operand)]
            case ast.IsOneOf(values):
                return ["word", self.path(operand), self.words(values)]
            case ast.IsExactly(values):
                return ["exactly", self.path(operand), self.words(values)]
            case ast.Compared(comparator, value):
                return self.compared(comparator, value, operand)
            case ast.IsJudged(term):
                asked = self.settling.rulebook.judgements.get((self.regime, str(term)))
                gone = self.settling.withdrawn(asked) if asked is not None else ""
                subject = self.typed(operand).fact.variable
                return ["lacks", gone] if gone else ["judged", subject, f"{self.regime}.{term}"]
            case ast.IsCovered(refs):
                return ["or", *(part for r in refs for part in self.covered(r, operand))]
            case ast.IsListed(refs):
                return ["listed", self.path(operand), self.tables(refs)]
            case ast.IsOwned() | ast.IsControlled():
                return self.owned(complement, operand)
            case ast.IsUnder(term, refs):
                keys = [self.settling.term(self.regime, term.text, (), r.instrument) for r in refs]
                return ["or", *(["term", k, self.path(operand)] for k in keys)]
            case ast.IsNone():
                return ["none", self.path(operand)]
            case ast.IsUnknown():
                raise AssertionError("the type checker refuses this")

    def covered(self, ref: ast.Ref, operand: ast.Operand) -> Iterable[list[Any]]:
        """By each provision that is meant: of the thing itself where it is about such things."""
        typed = self.typed(operand)
        mine = [c for c, m in COLLECTIONS.items() if typed.form == "item" and m is typed.model]
        for block, _, key in self.settling.forbidden(ref):
            self.settling.text(block)
            noun = subject_noun(block)
            same = noun is not None and NOUNS.get(noun.text) in mine
            yield ["covered", key, self.path(operand) if same else None]

    def owned(self, owned: ast.IsOwned | ast.IsControlled, operand: ast.Operand) -> list[Any]:
        if self.term and owned.term.text == self.term:
            return ["as owned"]
        way = way_of(owned)
        share = (
            f"{owned.mode}, {owned.comparator} {cast(ast.Quantity, owned.value).text} of {owned.of}"
            if isinstance(owned, ast.IsOwned)
            else f"through {', '.join(way.means)}"
        )
        term = self.settling.term(self.regime, owned.term.text)
        key = f"{term} passed on {'directly' if owned.direct else 'by ownership'} ({share})"
        self.settling.closures[key] = self.settling.closure(
            term, False, (way,), owned.direct, self.zone
        )
        return ["owned", key, self.path(operand)]

    def is_value(self, value: ast.Value, operand: ast.Operand) -> list[Any]:
        typed, path = self.typed(operand), self.path(operand)
        if typed.form in ("item", "act"):
            first = value.parts[0] if isinstance(value, ast.Path) else ""
            if first and self.opened(first):
                return ["open", first, path]
            if isinstance(value, ast.Path) and (
                value.parts == ("actor",) or (first in self.names.items and typed.form == "item")
            ):
                other = ["case", "actor"] if value.parts == ("actor",) else [first]
                return ["same", path, self.path(ast.Path((first,))) if first != "actor" else other]
            name = value.name if isinstance(value, ast.Call) else first
            given = (
                tuple(self.given(a) for a in value.arguments) if isinstance(value, ast.Call) else ()
            )
            key = self.settling.term(self.regime, name, given)
            return ["term", key, path if typed.form == "item" else None]
        if typed.form == "number":
            return ["number", path, "is", self.settling.value(value)]
        return ["word", path, [str(self.settling.value(self.given(value)))]]

    def opened(self, name: str) -> bool:
        return any(str(s.term) == name for s in self.block.all("leaves open"))

    def amount(self, operand: ast.Operand) -> Any:
        """A fact, a sum or a cell of a table."""
        match operand:
            case ast.Sum():
                inner = self.member_of(operand.variable, operand.collection)
                return {
                    "sum": inner.path(operand.what), "each": operand.variable,
                    "in": self.path(operand.collection), "where": inner.condition(operand.condition),
                }  # fmt: skip
            case ast.Lookup():
                table = self.settling.rulebook.meant(operand.table)[0]
                key = self.names.find(operand.key)
                return {
                    "row": self.settling.text(table), "column": operand.column,
                    "of": self.path(operand.key) if isinstance(key, Typed) else None,
                    "at": self.path(operand.as_at) if operand.as_at else None,
                }  # fmt: skip
            case _:
                return self.path(operand)

    def compared(self, comparator: str, value: ast.Value, operand: ast.Operand) -> list[Any]:
        value = self.given(value)
        left = self.amount(operand)
        if isinstance(operand, ast.Path) and self.typed(operand).form == "moment":
            return ["time", left, comparator, self.time(value), self.zone]
        match value:
            case ast.Lookup():
                right: Any = self.amount(value)
            case ast.Multiple():
                right = {"times": decimal_text(value.factor), "of": self.path(value.path)}
            case ast.Path(parts) if self.opened(parts[0]):
                right = {"open": parts[0]}
            case _:
                right = self.settling.value(value)
        return ["number", left, comparator, right]

    def time(self, value: ast.Value) -> Plain:
        """`at`: an instant, with `next` where a whole day is meant; or after or before a fact."""
        match value:
            case ast.Moment():
                made: Plain = {"at": self.settling.moment(value, self.zone)}
                if not value.time:
                    made["next"] = clocks.day_start(value.day + timedelta(days=1), self.zone)
                return made
            case ast.Shifted(duration, direction, path):
                unit = duration.unit if duration.unit.endswith("s") else duration.unit + "s"
                count = duration.count if direction == "after" else -duration.count
                return {"from": self.path(path), "count": count, "unit": unit}
            case _:
                return {"fact": self.path(cast(ast.Path, value))}
