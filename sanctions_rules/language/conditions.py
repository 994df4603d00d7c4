"""Conditions and terms of rule text as expressions of the core.

A term becomes a definition for each event that it is read at, with all its versions in their
time. A day of the law is the legal unit; a day-only fact is the whole of that day.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final, cast

from sanctions_rules import clocks, core
from sanctions_rules.codes import Code
from sanctions_rules.core import Apply, Constant, Expr, Fact, Literal, Quantified, Ref
from sanctions_rules.language import ast
from sanctions_rules.language.chains import Chains, Words
from sanctions_rules.language.names import Names, Typed, subject_noun
from sanctions_rules.language.passing import way_of, ways_of
from sanctions_rules.language.resolve import Rulebook, regime
from sanctions_rules.language.timing import FOREVER, code_tuples
from sanctions_rules.schema import NOUNS
from sanctions_rules.values import UNKNOWN, Truth, point

TRUE: Final = Literal(Truth.TRUE)
FALSE: Final = Literal(Truth.FALSE)
NOT_SAID: Final = Literal(UNKNOWN)
DEFAULT_ANCHOR: Final = ast.Path(("act", "events", "conduct"))


def conjunction(parts: Iterable[Expr], label: str = "") -> Expr:
    kept = [p for p in parts if p != TRUE]
    if any(p == FALSE for p in kept):
        return FALSE
    if not kept:
        return TRUE
    return kept[0] if len(kept) == 1 and not label else Apply("and", tuple(kept), label)


def disjunction(parts: Iterable[Expr]) -> Expr:
    kept = [p for p in parts if p != FALSE]
    if any(p == TRUE for p in kept):
        return TRUE
    if not kept:
        return FALSE
    return kept[0] if len(kept) == 1 else Apply("or", tuple(kept))


def negation(part: Expr) -> Expr:
    if part == TRUE:
        return FALSE
    if part == FALSE:
        return TRUE
    return Apply("not", (part,), place=getattr(part, "place", core.NOWHERE))


@dataclass(frozen=True, slots=True)
class Env:
    """Where a condition stands: names, the event it is measured at, and what open terms mean."""

    names: Names
    regime: str
    anchor: ast.Path
    zone: str
    opened: Mapping[str, Expr | tuple[ast.Block, ...]] = field(
        default_factory=dict[str, "Expr | tuple[ast.Block, ...]"]
    )
    owned: Expr | None = (
        None  # what `is owned by` its own term means, inside a recursive definition
    )
    term: str = ""

    @property
    def when(self) -> Expr:
        return Apply("instants", (Fact("case", self.anchor.parts), Literal(self.zone)))


class Conditions(Chains):
    """Everything that a condition may say. What a norm becomes, `lower.py` adds."""

    def __init__(
        self,
        rulebook: Rulebook,
        allowed: frozenset[str] = frozenset(),
        words: Words | None = None,
    ) -> None:
        super().__init__(rulebook, allowed, words)
        self.definitions: dict[str, core.Definition | core.Closure] = {}
        self.has_burdens = False

    @abstractmethod
    def norm(self, block: ast.Block, fill: ast.Block | None, key: str) -> core.Norm:
        """The norm of a provision through a fill, lowered when first asked for."""

    @abstractmethod
    def covering(self, verb: ast.Slot) -> Expr:
        """The act that a verb line names, done or facilitated."""

    def define(
        self, name: str, subject: str | None, body: Expr, block: ast.Block | None = None
    ) -> str:
        """Add a definition, after everything that its body refers to."""
        if name not in self.definitions:
            self.definitions[name] = core.Definition(
                name,
                subject,
                body,
                block.id if block else "",
                block.head if block else core.NOWHERE,
            )
        return name

    def guard(self, block: ast.Block) -> Expr:
        slot = block.slot("reading")
        if slot is None:
            return TRUE
        return Apply(
            "equals",
            (Fact("reading", (self.point_of(block),)), Literal(str(slot.names[0]))),
            place=slot.span,
        )

    def in_force(self, block: ast.Block, anchor: ast.Path) -> str:
        """Published by then, begun, not over, and not replaced by a text published by then."""
        name = f"{self.key(block)} in force @ {anchor}"
        if name in self.definitions:
            return name
        zone = self.rulebook.zone(block)
        when = Apply("instants", (Fact("case", anchor.parts), Literal(zone)))
        interval = self.interval(block)
        fuzzy = interval[0] != interval[1] or interval[2] != interval[3]
        parts: list[Expr] = [
            self.known(block),
            Apply(
                "in_force", (when, Literal(interval, self.source_to_read(block) if fuzzy else ""))
            ),
        ]
        for newer in self.rulebook.replaced_by.get(id(block), []):
            since = self.interval(newer)
            begun = Apply(
                "in_force",
                (
                    when,
                    Literal(
                        (since[0], since[1], FOREVER, FOREVER),
                        self.source_to_read(newer) if since[0] != since[1] else "",
                    ),
                ),
            )
            parts.append(
                negation(
                    conjunction(
                        [self.guard(newer), self.known(newer), begun, self.relied_on(newer)]
                    )
                )
            )
        parts.append(self.relied_on(block))
        return self.define(name, None, conjunction([*parts, self.guard(block)]), block)

    def relied_on(self, block: ast.Block) -> Expr:
        """Whether the text may be used: not known of one that we found wrong and withdrew."""
        because = self.withdrawn(block)
        return Literal(UNKNOWN, because) if because else TRUE

    def content(self, says: Expr, *blocks: ast.Block | None) -> Expr:
        """What a text says; nothing where it was withdrawn, because any line of it may be wrong.

        Its interval, its act and whom it binds stay: else every decision would wait for it.
        """
        gone = next((b for b in blocks if b is not None and self.withdrawn(b)), None)
        return says if gone is None else self.relied_on(gone)

    def known(self, block: ast.Block) -> Expr:
        known = self.known_from(block)
        if known == -FOREVER:
            return TRUE
        return Apply("at_most", (Literal(point(known)), Fact("clock", ("known_on",))))

    def env(
        self, block: ast.Block, anchor: ast.Path, opened: Mapping[str, Expr | tuple[ast.Block, ...]]
    ) -> Env:
        noun = subject_noun(block)
        names = Names()
        if noun is not None:
            names = names.bind_noun(noun.text) or names
        columns = block.slot("columns")
        if columns and columns.rows and block.kind != "table":
            cells = {
                c: cell.value for c, cell in zip(columns.columns, columns.rows[0], strict=False)
            }
            names = Names(names.items, cast("Mapping[str, ast.Value | None]", cells))
        return Env(names, regime(block), anchor, self.rulebook.zone(block), opened)

    def breach(self, verb: ast.Slot) -> Expr:
        parts: list[Expr] = []
        for ref in verb.refs:
            for block, fill, key in self.acted_on("penalises", ref):
                parts.append(self.effective(self.norm(block, fill, key)))
        return disjunction(parts)

    def in_question(self, verb: ast.Slot, noun: ast.Word | None) -> Expr:
        """That a ban which a derogation lifts is effective: else there is nothing to ask for.

        Where both are about the same list of things, it is asked of the same thing.
        """
        parts: list[Expr] = []
        for ref in self.lifted_refs(verb):
            for block, fill, key in self.acted_on("authorises", ref):
                norm = self.norm(block, fill, key)
                if noun is not None and NOUNS.get(noun.text) == NOUNS.get(norm.variable):
                    parts.append(Ref(norm.effective, Fact(noun.text, ())))
                else:
                    parts.append(self.effective(norm))
        return disjunction(parts)

    def shown(self, slot: ast.Slot, env: Env) -> Expr:
        """A line that must be shown by who relies on it."""
        self.has_burdens = True
        return Apply(
            "shown", (self.condition(cast(ast.Condition, slot.condition), env),), place=slot.span
        )

    def of_all(self, norm: core.Norm, part: str, reach: Iterable[Expr] = ()) -> Expr:
        """A part of a norm for the act as a whole: for one of the things that its verb binds.

        `reach`: what does not turn on the thing. It stands outside too, because a list of things
        that is not known must not keep an act of another kind, or of another time, open.
        """
        name = getattr(norm, part)
        if norm.collection is None:
            return Ref(name)
        whole = name + core.OF_THE_ACT
        if whole not in self.definitions:
            one = Ref(name, Fact(norm.variable, ()))
            some = Quantified("some", norm.collection, norm.variable, one)
            body = conjunction([Ref(norm.in_force), *reach, some])
            self.definitions[whole] = core.Definition(whole, None, body, norm.provision, norm.place)
        return Ref(whole)

    def effective(self, norm: core.Norm) -> Expr:
        return self.of_all(norm, "effective", (Ref(norm.bound), Ref(norm.pattern)))

    def body(self, block: ast.Block, env: Env) -> Expr:
        parts: list[Expr] = []
        for slot in block.slots:
            if slot.condition is None:
                continue
            if slot.word in ("when", "upon determining that"):
                parts.append(self.condition(slot.condition, env))
            elif slot.word == "provided that":
                parts.append(self.shown(slot, env))
        gap = block.slot("unencoded")
        if gap:
            parts.append(Literal(UNKNOWN, gap.texts[0].text, gap.span))
        verb = cast(ast.Slot, block.verb)
        if verb.word == "penalises":
            parts.append(self.breach(verb))
        if verb.word == "empowers" and not verb.names:
            parts.append(self.in_question(verb, subject_noun(block)))
        return conjunction(parts)

    def scope(self, block: ast.Block, fill: ast.Block | None, env: Env) -> Expr:
        parts: list[Expr] = []
        for one in (block, fill):
            if one is None:
                continue
            for slot in one.slots:
                if slot.condition is None:
                    continue
                if slot.word == "except where":
                    parts.append(self.condition(slot.condition, env))
                elif slot.word == "unless shown that":
                    parts.append(self.shown(slot, env))
        return disjunction(parts)

    def term(
        self,
        where: str,
        name: str,
        arguments: tuple[ast.Value, ...],
        anchor: ast.Path,
        under: str = "",
    ) -> str:
        """The definition of a term as it stands at the event: all its versions, each in its time."""
        blocks = self.rulebook.terms[(where, name)]
        if under:
            blocks = [b for b in blocks if b.ref and b.ref.instrument == under] or blocks
        shown = "(" + ", ".join(str(a) for a in arguments) + ")" if arguments else ""
        full = f"{where}.{name}{shown} @ {anchor}" + (f" under {under}" if under else "")
        if full in self.definitions:
            return full
        return self.made(full, lambda: self.new_term(where, name, blocks, arguments, anchor, full))

    def new_term(
        self,
        where: str,
        name: str,
        blocks: list[ast.Block],
        arguments: tuple[ast.Value, ...],
        anchor: ast.Path,
        full: str,
    ) -> str:
        if full == f"{where}.{name} @ {anchor}":
            for other in self.rests_on(where, name):
                if f"{where}.{other} @ {anchor}" not in self.definitions:
                    self.lower_term(
                        where,
                        other,
                        self.rulebook.terms[(where, other)],
                        (),
                        anchor,
                        f"{where}.{other} @ {anchor}",
                    )
        return self.lower_term(where, name, blocks, arguments, anchor, full)

    def lower_term(
        self,
        where: str,
        name: str,
        blocks: list[ast.Block],
        arguments: tuple[ast.Value, ...],
        anchor: ast.Path,
        full: str,
    ) -> str:
        noun = subject_noun(blocks[0])
        subject = noun.text if noun else None
        recursive = any(ways_of(self.rulebook, b, name) for b in blocks)
        if not recursive:
            body = self.dispatch(blocks, arguments, anchor, None, name)
            return self.define(full, subject, body, blocks[0])
        seed = self.define(
            f"{full}: by itself",
            subject,
            self.dispatch(blocks, arguments, anchor, FALSE, name),
            blocks[0],
        )
        guard = self.define(
            f"{full}: may pass by ownership",
            subject,
            self.dispatch(blocks, arguments, anchor, TRUE, name),
            blocks[0],
        )
        ways = tuple(dict.fromkeys(w for b in blocks for w in ways_of(self.rulebook, b, name)))
        self.definitions[full] = core.Closure(
            full, seed, guard, ways, False,
            Fact("case", anchor.parts), self.rulebook.zone(blocks[0]), blocks[0].id, blocks[0].head,
        )  # fmt: skip
        return full

    def dispatch(
        self,
        blocks: list[ast.Block],
        arguments: tuple[ast.Value, ...],
        anchor: ast.Path,
        owned: Expr | None,
        name: str,
    ) -> Expr:
        versions: list[Expr] = []
        living: list[Expr] = []
        noun = subject_noun(blocks[0])
        for block in blocks:
            env = self.env(block, anchor, self.open_values(block, anchor))
            own = subject_noun(block)
            if (
                own is not None and noun is not None and own.text != noun.text
            ):  # one subject, two nouns: the first version's noun names the item
                names = env.names.bind(
                    own.text,
                    Typed("item", Fact(noun.text, ()), None, env.names.items[own.text].model),
                )
                env = replace(env, names=names)
            verb = cast(ast.Slot, block.verb)
            if isinstance(verb.term, ast.Call):
                parameters = {
                    str(p): a for p, a in zip(verb.term.arguments, arguments, strict=False)
                }
                env = replace(env, names=Names(env.names.items, parameters))
            env = replace(env, owned=owned, term=name)
            alive = Ref(self.in_force(block, anchor))
            living.append(alive)
            said = conjunction([self.body(block, env), negation(self.scope(block, None, env))])
            versions.append(conjunction([alive, self.content(said, block)]))
        gap = Literal(f"no text in the rulebook says what `{name}` is at that time")
        return disjunction([*versions, Apply("undefined", (disjunction(living), gap))])

    def condition(self, condition: ast.Condition, env: Env) -> Expr:
        self.depth += 1
        try:
            return conjunction(
                self.labelled(self.atom(e.atom, env), e.label) for e in condition.elements
            )
        finally:
            self.depth -= 1

    def labelled(self, expr: Expr, label: str) -> Expr:
        if label and isinstance(expr, (Apply, Quantified)):
            return replace(expr, label=label)
        if label:
            return Apply("and", (expr,), label)
        return expr

    def atom(self, atom: ast.Atom, env: Env) -> Expr:
        match atom:
            case ast.Comparison(operand, predicate):
                return self.predicate(predicate, operand, env, atom.span)
            case ast.Group(kind, members, count):
                parts = [self.labelled(self.condition(m.condition, env), m.label) for m in members]
                match kind:
                    case "any":
                        return disjunction(parts)
                    case "all":
                        return conjunction(parts)
                    case "none":
                        return negation(disjunction(parts))
                    case _:
                        return self.at_least(parts, count)
            case ast.ForSome():
                return self.for_some(atom, env)

    def at_least(self, parts: list[Expr], count: int) -> Expr:
        """At least `count` of a few conditions, as a disjunction over the choices."""
        if count <= 0:
            return TRUE
        if len(parts) < count:
            return FALSE
        first, rest = parts[0], parts[1:]
        return disjunction([
            conjunction([first, self.at_least(rest, count - 1)]), self.at_least(rest, count),
        ])  # fmt: skip

    def for_some(self, atom: ast.ForSome, env: Env) -> Expr:
        collection = self.operand(atom.collection, env)
        typed = cast(Typed, env.names.find(cast(ast.Path, atom.collection)))
        inner = replace(env, names=env.names.bind_member(atom.variable, typed))
        if isinstance(atom.body, ast.Condition):
            body = self.condition(atom.body, inner)
        else:
            body = self.predicate(
                atom.body, ast.Path((atom.variable,), atom.span), inner, atom.span
            )
        if atom.quantifier == "no":
            return negation(Quantified("some", collection, atom.variable, body, place=atom.span))
        return Quantified(
            atom.quantifier, collection, atom.variable, body, atom.count, place=atom.span
        )

    def operand(self, operand: ast.Operand, env: Env) -> Expr:
        match operand:
            case ast.Path():
                typed = env.names.find(operand)
                assert isinstance(typed, Typed), operand
                return typed.fact
            case ast.Sum():
                typed = cast(Typed, env.names.find(operand.collection))
                inner = replace(env, names=env.names.bind_member(operand.variable, typed))
                what = cast(Typed, inner.names.find(operand.what))
                return Quantified(
                    "sum",
                    typed.fact,
                    operand.variable,
                    self.condition(operand.condition, inner),
                    what=what.fact,
                    place=operand.span,
                )
            case ast.Lookup():
                return self.lookup(operand, env)
            case ast.Call():
                raise AssertionError("a call is no operand")

    def open_values(
        self, block: ast.Block, anchor: ast.Path
    ) -> dict[str, Expr | tuple[ast.Block, ...]]:
        """What each value that a text leaves open is at the event."""
        return {
            str(slot.term): self.open_value(block, str(slot.term), anchor)
            for slot in block.all("leaves open")
            if slot.subject is None
        }

    def open_value(self, block: ast.Block, name: str, anchor: ast.Path) -> Expr:
        """Each determination is a row: seen from its publication, ended by one published by then."""
        rows: list[Any] = []
        source = f"{block.id}: {name}"
        for fill in self.rulebook.fills.get((block.id, name), []):
            gives = fill.slot("gives")
            why = self.withdrawn(fill)
            source = why or source
            given = gives.value if gives and not why else None
            cuts = tuple(
                (self.known_from(newer), *self.interval(newer)[:2])
                for newer in self.rulebook.replaced_by.get(id(fill), [])
            )
            value = self.constant(given) if given else UNKNOWN
            rows.append((self.interval(fill), value, None, self.known_from(fill), cuts))
        when = Apply("instants", (Fact("case", anchor.parts), Literal(self.rulebook.zone(block))))
        known_by = Fact("clock", ("known_on",))
        given_by = Literal(cast(Constant, tuple(rows)), source)
        return Apply("lookup", (when, given_by, Literal(UNKNOWN), known_by))

    def lookup(self, lookup: ast.Lookup, env: Env) -> Expr:
        table = self.rulebook.meant(lookup.table)[0]
        slot = cast(ast.Slot, table.slot("columns"))
        zone = self.rulebook.zone(table)
        known = self.known_from(table)
        rows: list[Any] = []
        for row in slot.rows:
            cells = dict(zip(slot.columns, row, strict=False))
            key = cells.get("code")
            prefixes = code_tuples(key.value) if key and isinstance(key.value, ast.Codes) else None
            value = cells[lookup.column].value
            constant = UNKNOWN if value is None else self.constant(cast(ast.Value, value))
            rows.append((self.row_days(cells, zone), constant, prefixes, known, ()))
        anchor = lookup.as_at or env.anchor
        typed = env.names.find(anchor)
        when = Apply("instants", (cast(Typed, typed).fact, Literal(zone)))
        key_typed = env.names.find(lookup.key)
        key_fact = key_typed.fact if isinstance(key_typed, Typed) else Literal(UNKNOWN)
        source = self.source_to_read(table)
        return Apply(
            "lookup",
            (
                when,
                Literal(cast(Constant, tuple(rows)), source),
                key_fact,
                Fact("clock", ("known_on",)),
            ),
            place=lookup.span,
        )

    def constant(self, value: ast.Value) -> Constant:
        match value:
            case ast.Quantity(number):
                return point(number)
            case ast.MoneyValue(amount, currency):
                return point(amount, currency)
            case ast.Proper(text) | ast.Text(text):
                return text
            case ast.Path(parts):
                return parts[0]
            case _:
                return UNKNOWN

    def predicate(
        self, predicate: ast.Predicate, operand: ast.Operand, env: Env, place: Any
    ) -> Expr:
        match predicate:
            case ast.Includes(values):
                return disjunction(
                    Apply(
                        "includes", (self.operand(operand, env), self.member(v, env)), place=place
                    )
                    for v in values
                )
            case ast.FallsUnder(codes):
                return self.falls_under(self.codes_of(operand, env), *code_tuples(codes), place)
            case ast.FallsIn(refs):
                return disjunction(self.in_list(r, operand, env, place) for r in refs)
            case ast.Is(complement, negated):
                expr = self.complement(complement, operand, env, place)
                return negation(expr) if negated else expr

    def member(self, value: ast.Value, env: Env) -> Expr:
        if isinstance(value, ast.Path) and value.parts[0] in (*env.names.items, "actor"):
            return self.operand(value, env)
        return Literal(self.constant(self.given(value, env)))

    def given(self, value: ast.Value, env: Env) -> ast.Value:
        """A parameter replaced by what stands for it here."""
        if isinstance(value, ast.Path) and len(value.parts) == 1:
            return env.names.parameters.get(value.parts[0]) or value
        return value

    def codes_of(self, operand: ast.Operand, env: Env) -> tuple[Expr, Expr]:
        typed = cast(Typed, env.names.find(cast(ast.Path, operand)))
        fact = typed.fact
        return (
            replace(fact, path=(*fact.path, "codes")),
            replace(fact, path=(*fact.path, "category")),
        )

    def falls_under(
        self,
        held: tuple[Expr, Expr],
        wanted: tuple[Code, ...],
        without: tuple[Code, ...],
        place: Any,
        possible: Expr = NOT_SAID,
    ) -> Expr:
        return Apply(
            "falls_under", (*held, Literal(wanted), Literal(without), possible), place=place
        )

    def in_list(self, ref: ast.Ref, operand: ast.Operand, env: Env, place: Any) -> Expr:
        """Membership of a code list: its rows in their days; a miss in an incomplete list is unknown."""
        parts: list[Expr] = []
        for table in self.rulebook.meant(ref):
            parts.append(self.table_membership(table, operand, env, place))
        return disjunction(parts)

    def within(
        self, interval: tuple[int, int, int, int], inside: Expr, env: Env, source: str
    ) -> Expr:
        """A row of a list in its own days, where it has any; a row of other goods fails by its goods."""
        if interval == (-FOREVER, -FOREVER, FOREVER, FOREVER):
            return inside
        known = interval[0] == interval[1] and interval[2] == interval[3]
        days = Apply("in_force", (env.when, Literal(interval, "" if known else source)))
        return conjunction([inside, days])

    def table_membership(
        self, table: ast.Block, operand: ast.Operand, env: Env, place: Any
    ) -> Expr:
        held = self.codes_of(operand, env)
        alive = Ref(self.in_force(table, env.anchor))
        only = table.slot("when")
        fact = cast(Typed, env.names.find(cast(ast.Path, operand)))
        possible = (
            self.condition(only.condition, replace(env, names=Names().bind("good", fact)))
            if only and only.condition
            else Literal(UNKNOWN)
        )
        zone = self.rulebook.zone(table)
        source = self.source_to_read(table)
        parts: list[Expr] = []
        groups: dict[tuple[date | None, date | None], list[Code]] = {}
        for entry in self.rulebook.entries.get(table.id, ()):
            if entry.code:
                groups.setdefault((entry.since, entry.until), []).append(entry.code)
        for (since, until), members in groups.items():
            start = clocks.day_start(since, zone) if since else -FOREVER
            end = clocks.day_start(until, zone) if until else FOREVER
            inside = self.falls_under(held, tuple(members), (), place, possible)
            parts.append(self.within((start, start, end, end), inside, env, source))
        rows = table.slot("columns")
        for row in rows.rows if rows else ():
            cells = dict(zip(cast(ast.Slot, rows).columns, row, strict=False))
            key = cells.get("code")
            if key is not None and isinstance(key.value, ast.Codes):
                inside = self.falls_under(held, *code_tuples(key.value), place, possible)
                parts.append(self.within(self.row_days(cells, zone), inside, env, source))
        entries = table.slot("entries from")
        if entries and entries.names and str(entries.names[0]) == "incomplete":
            gap: Expr = Literal(UNKNOWN, self.source_to_read(table), entries.span)
            if entries.codes:
                gap = conjunction([self.falls_under(held, *code_tuples(entries.codes), place), gap])
            if possible != Literal(UNKNOWN):
                gap = conjunction([possible, gap])
            parts.append(gap)
        return conjunction([alive, self.content(disjunction(parts), table)])

    def listed_in(self, ref: ast.Ref, operand: ast.Operand, env: Env, place: Any) -> Expr:
        """A person on a list of the law itself, by identifier or exact name only."""
        fact = cast(Typed, env.names.find(cast(ast.Path, operand))).fact
        parts: list[Expr] = []
        for table in self.rulebook.meant(ref):
            keys = [e.key for e in self.rulebook.entries.get(table.id, ())]
            rows = table.slot("columns")
            for row in rows.rows if rows else ():
                cell = dict(zip(cast(ast.Slot, rows).columns, row, strict=False)).get("key")
                if cell and isinstance(cell.value, ast.Text):
                    keys.append(cell.value.text)
            named = [
                Apply(
                    "one_of",
                    (replace(fact, path=(*fact.path, p)), Literal(frozenset(keys))),
                    place=place,
                )
                for p in ("id", "name")
            ]
            numbered = [
                Apply(
                    "includes",
                    (replace(fact, path=(*fact.path, "identifiers")), Literal(k)),
                    place=place,
                )
                for k in keys
            ]
            said = self.content(disjunction([*named, *numbered]), table)
            parts.append(conjunction([Ref(self.in_force(table, env.anchor)), said]))
        return disjunction(parts)

    def complement(
        self, complement: ast.Complement, operand: ast.Operand, env: Env, place: Any
    ) -> Expr:
        match complement:
            case ast.IsValue(value):
                return self.is_value(value, operand, env, place)
            case ast.IsYesNo(yes):
                holds = Apply("holds", (self.operand(operand, env),), place=place)
                if yes:
                    return holds
                return conjunction(
                    [negation(holds), negation(Apply("is_none", (self.operand(operand, env),)))]
                )
            case ast.IsOneOf(values):
                chosen = frozenset(str(self.constant(self.given(v, env))) for v in values)
                return Apply("one_of", (self.operand(operand, env), Literal(chosen)), place=place)
            case ast.IsExactly(values):
                chosen = frozenset(str(self.constant(v)) for v in values)
                return Apply("exactly", (self.operand(operand, env), Literal(chosen)), place=place)
            case ast.Compared(comparator, value):
                return self.compared(comparator, value, operand, env, place)
            case ast.IsJudged(term):
                typed = cast(Typed, env.names.find(cast(ast.Path, operand)))
                question = f"{env.regime}.{term}"
                asked = self.rulebook.judgements.get((env.regime, str(term)))
                if asked is not None and self.withdrawn(asked):
                    return self.relied_on(asked)  # an answer to a wrong question answers nothing
                return Apply(
                    "holds", (replace(typed.fact, path=("judged", question)),), place=place
                )
            case ast.IsCovered(refs):
                return self.covered(refs, operand, env)
            case ast.IsListed(refs):
                return disjunction(self.listed_in(r, operand, env, place) for r in refs)
            case ast.IsOwned() | ast.IsControlled():
                return self.owned(complement, operand, env, place)
            case ast.IsUnder(term, refs):
                fact = cast(Typed, env.names.find(cast(ast.Path, operand))).fact
                return disjunction(
                    Ref(self.term(env.regime, term.text, (), env.anchor, r.instrument), fact, place)
                    for r in refs
                )
            case ast.IsNone():
                return Apply("is_none", (self.operand(operand, env),), place=place)
            case ast.IsUnknown():
                raise AssertionError("the type checker refuses this")

    def owned(
        self, owned: ast.IsOwned | ast.IsControlled, operand: ast.Operand, env: Env, place: Any
    ) -> Expr:
        if env.owned is not None and owned.term.text == env.term:
            return env.owned
        way = way_of(owned)
        if isinstance(owned, ast.IsOwned):
            quantity = cast(ast.Quantity, owned.value).text
            share = f"{owned.mode}, {owned.comparator} {quantity} of {owned.of}"
        else:
            share = f"through {', '.join(way.means)}"
        passed = "passed on directly" if owned.direct else "passed on by ownership"
        name = f"{env.regime}.{owned.term} {passed} @ {env.anchor} ({share})"
        if name not in self.definitions:
            seed = self.term(env.regime, owned.term.text, (), env.anchor)
            anyone = self.define(f"{name}: may pass", "party", TRUE)
            self.definitions[name] = core.Closure(
                name, seed, anyone, (way,), owned.direct, Fact("case", env.anchor.parts), env.zone,
            )  # fmt: skip
        fact = cast(Typed, env.names.find(cast(ast.Path, operand))).fact
        return Ref(name, fact, place)

    def covered(self, refs: tuple[ast.Ref, ...], operand: ast.Operand, env: Env) -> Expr:
        typed = cast(Typed, env.names.find(cast(ast.Path, operand)))
        return disjunction(self.covered_by(ref, typed) for ref in refs)

    def covered_by(self, ref: ast.Ref, typed: Typed) -> Expr:
        parts: list[Expr] = []
        bans = True
        for block, fill, key in self.forbidden(ref):
            norm = self.norm(block, fill, key)
            bans = bans and norm.verb == "prohibits"
            same = (
                typed.form == "item"
                and typed.model is not None
                and norm.collection is not None
                and NOUNS.get(norm.variable) in _collection_of(typed.model)
            )
            reach = (self.covering(cast(ast.Slot, block.verb)),)
            parts.append(
                Ref(norm.covered, typed.fact) if same else self.of_all(norm, "covered", reach)
            )
        whole = not ref.pinpoint and not ref.pin and bans and len(parts) > 1
        if not whole or typed.form != "act":
            return disjunction(parts)
        name = ref.instrument + core.REACHES
        return Ref(self.define(name, None, disjunction(parts)))

    def is_value(self, value: ast.Value, operand: ast.Operand, env: Env, place: Any) -> Expr:
        typed = env.names.find(cast(ast.Path, operand))
        assert isinstance(typed, Typed)
        if typed.form in ("item", "act"):
            if isinstance(value, ast.Path) and value.parts[0] in env.opened:
                opened = env.opened[value.parts[0]]
                return self.filled_here(opened, typed, env) if isinstance(opened, tuple) else opened
            if isinstance(value, ast.Path) and value.parts == ("actor",):
                return Apply("same_item", (typed.fact, Fact("case", ("actor",))), place=place)
            if (
                isinstance(value, ast.Path)
                and value.parts[0] in env.names.items
                and typed.form == "item"
            ):
                return Apply("same_item", (typed.fact, Fact(value.parts[0], ())), place=place)
            name = value.name if isinstance(value, ast.Call) else cast(ast.Path, value).parts[0]
            arguments = (
                tuple(self.given(a, env) for a in value.arguments)
                if isinstance(value, ast.Call)
                else ()
            )
            term = self.term(env.regime, name, arguments, env.anchor)
            return Ref(term, typed.fact if typed.form == "item" else None, place)
        if typed.form == "number":
            return Apply("same", (typed.fact, Literal(self.constant(value))), place=place)
        return Apply(
            "equals", (typed.fact, Literal(self.constant(self.given(value, env)))), place=place
        )

    def filled_here(self, fills: tuple[ast.Block, ...], typed: Typed, env: Env) -> Expr:
        parts: list[Expr] = []
        for fill in fills:
            for target in self.rulebook.meant(cast(ast.Slot, fill.verb).refs[0]):
                for slot in target.all("leaves open"):
                    if slot.subject is None or str(slot.term) != str(
                        cast(ast.Slot, fill.verb).names[0]
                    ):
                        continue
                    names = env.names.bind(slot.subject.text, typed)
                    inner = replace(env, names=names, opened={}, zone=self.rulebook.zone(fill))
                    with_, gap = fill.slot("with"), fill.slot("unencoded")
                    said = conjunction([
                        self.condition(with_.condition, inner) if with_ and with_.condition else TRUE,
                        Literal(UNKNOWN, gap.texts[0].text) if gap else TRUE,
                        negation(self.scope(fill, None, inner)),
                    ])  # fmt: skip
                    alive = Ref(self.in_force(fill, env.anchor))
                    parts.append(conjunction([alive, self.content(said, fill)]))
        return disjunction(parts)

    def compared(
        self, comparator: str, value: ast.Value, operand: ast.Operand, env: Env, place: Any
    ) -> Expr:
        left = self.operand(operand, env)
        value = self.given(value, env)
        form = (
            cast(Typed, env.names.find(operand)).form if isinstance(operand, ast.Path) else "number"
        )
        if form == "moment":
            return self.timed(comparator, value, left, env, place)
        if isinstance(value, ast.Lookup):
            right: Expr = self.lookup(value, env)
        elif isinstance(value, ast.Multiple):
            fact = cast(Typed, env.names.find(value.path)).fact
            right = Apply("times", (fact, Literal(point(value.factor))), place=value.span)
        elif isinstance(value, ast.Path) and value.parts[0] in env.opened:
            right = cast(Expr, env.opened[value.parts[0]])
        else:
            right = Literal(self.constant(value))
        match comparator:
            case "at least":
                return Apply("at_most", (right, left), place=place)
            case "at most":
                return Apply("at_most", (left, right), place=place)
            case "more than":
                return Apply("less", (right, left), place=place)
            case _:
                return Apply("less", (left, right), place=place)

    def timed(self, comparator: str, value: ast.Value, left: Expr, env: Env, place: Any) -> Expr:
        """A time against a day, an instant, a shifted day, or another time.

        A day of the law is the legal unit: `after 3 May` is from 4 May. Another fact is an
        instant that may be known to the day only, and then the same day leaves the order open.
        """
        zone = Literal(env.zone)
        t = Apply("instants", (left, zone), place=place)
        start: Expr
        following: Expr | None = None
        match value:
            case ast.Moment():
                start = Literal(point(self.moment(value, env.zone)))
                if not value.time:
                    following = Literal(
                        point(clocks.day_start(value.day + timedelta(days=1), env.zone))
                    )
            case ast.Shifted(duration, direction, path):
                typed = cast(Typed, env.names.find(path))
                count = duration.count if direction == "after" else -duration.count
                start = Apply(
                    "shifted",
                    (
                        Apply("instants", (typed.fact, zone)),
                        Literal(count),
                        Literal(plural(duration.unit)),
                        zone,
                    ),
                )
                following = Apply("next_day", (start, zone))
            case _:
                typed = cast(Typed, env.names.find(cast(ast.Path, value)))
                start = Apply("instants", (typed.fact, zone))
        if following is None:
            operators = {
                "before": ("less", t, start),
                "after": ("less", start, t),
                "on or before": ("at_most", t, start),
                "on or after": ("at_most", start, t),
                "on": ("same", t, start),
            }
        else:
            operators = {
                "before": ("less", t, start),
                "after": ("at_most", following, t),
                "on or before": ("less", t, following),
                "on or after": ("at_most", start, t),
            }
            if comparator == "on":
                return Apply(
                    "and",
                    (
                        Apply("at_most", (start, t), place=place),
                        Apply("less", (t, following), place=place),
                    ),
                    place=place,
                )
        operator, a, b = operators[comparator]
        return Apply(operator, (a, b), place=place)


def plural(unit: str) -> str:
    return unit if unit.endswith("s") else unit + "s"


def _collection_of(model: type[Any]) -> set[str]:
    from sanctions_rules.schema import COLLECTIONS

    return {c for c, m in COLLECTIONS.items() if m is model}
