"""From a checked rulebook to the core: everything that is law becomes a named definition.

Each norm, through each determination that fills it, becomes: `in force`, `bound`, `pattern`
(the act and its places), `body`, `scope`, `covered`, `engaged`, `lifted` and `effective`. Each
exception to each target is a definition of its own, so that a block can attack one edge and
leave the exception standing for other targets. Exceptions are lowered before what they except,
so that `Ref` always points backwards; engines then need no ordering logic of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final, cast

from sanctions_rules import clocks, core
from sanctions_rules.codes import Code
from sanctions_rules.core import Apply, Constant, Expr, Fact, Literal, Quantified, Ref
from sanctions_rules.language import ast
from sanctions_rules.language.names import Names, Typed, subject_noun
from sanctions_rules.language.resolve import Rulebook, first_day, regime
from sanctions_rules.language.typecheck import ANY_ACT
from sanctions_rules.schema import NOUNS, ROLE_LISTS
from sanctions_rules.values import UNKNOWN, Truth, point

FOREVER: Final = 2**62
TRUE: Final = Literal(Truth.TRUE)
FALSE: Final = Literal(Truth.FALSE)
DEFAULT_ANCHOR: Final = ast.Path(("act", "events", "conduct"))
#: On which norms a verb may act: an exemption from an instrument does not exempt from its licences.
ACTS_ON: Final = {
    "authorises": ("prohibits", "empowers"),
    "exempts": ("prohibits", "empowers", "requires"),
    "displaces": ("prohibits", "empowers", "requires", "authorises", "exempts", "displaces"),
    "withdraws": ("authorises", "exempts", "displaces"),
    "penalises": ("prohibits", "requires"),
}
#: Which kind of exception a verb makes.
EDGE_KINDS: Final = {"authorises": "licence", "exempts": "scope", "displaces": "override"}


def lower(rulebook: Rulebook, digest: str) -> core.Program:
    return Lowering(rulebook).program(digest)


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
    opened: Mapping[str, Expr | tuple[ast.Block, ...]] = field(default_factory=dict[str, "Expr | tuple[ast.Block, ...]"])
    owned: Expr | None = None  # what `is owned by` its own term means, inside a recursive definition
    term: str = ""

    @property
    def when(self) -> Expr:
        return Apply("instants", (Fact("case", self.anchor.parts), Literal(self.zone)))


class Lowering:
    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.definitions: dict[str, core.Definition | core.Closure] = {}
        self.norms: dict[str, core.Norm] = {}
        self.order: list[core.Norm] = []
        self.variants: dict[int, list[tuple[ast.Block | None, str]]] = {}
        self.working: set[str] = set()

    def program(self, digest: str) -> core.Program:
        rulebook = self.rulebook
        for block in rulebook.blocks:
            if self.is_norm(block):
                for fill, key in self.variants_of(block):
                    self.norm(block, fill, key)
        terms: dict[str, tuple[str, str]] = {}
        for (where, name), blocks in rulebook.terms.items():
            if isinstance(cast(ast.Slot, blocks[0].verb).term, ast.Call):
                continue
            anchor = next((s.anchor for b in blocks if (s := b.slot("in force")) and s.anchor), DEFAULT_ANCHOR)
            defined = self.term(where, name, (), anchor)
            noun = subject_noun(blocks[0])
            terms[f"{where}.{name}"] = (defined, noun.text if noun else "")
        heads = tuple(
            core.Head(name, head.title, cast(date, cast(ast.Slot, head.slot("current through")).day),
                      cast(ast.Slot, head.slot("current through")).number, rulebook.zone(head))
            for name, head in rulebook.heads.items()
        )  # fmt: skip
        return core.Program(
            tuple(self.definitions.values()), tuple(self.order), self.reading_points(), heads, terms,
            self.questions(), digest, self.citations(),
        )  # fmt: skip

    def define(self, name: str, subject: str | None, body: Expr, block: ast.Block | None = None) -> str:
        """Add a definition, after everything that its body refers to."""
        if name not in self.definitions:
            self.definitions[name] = core.Definition(
                name, subject, body, block.id if block else "", block.head if block else core.NOWHERE
            )
        return name

    def citations(self) -> dict[str, tuple[str, ...]]:
        """How the law names each block; of all versions of an id, in the order written."""
        found: dict[str, dict[str, None]] = {}
        for block in self.rulebook.blocks:
            texts = found.setdefault(block.id, {})
            texts.update((text.text, None) for slot in block.all("cites") for text in slot.texts)
        return {name: tuple(texts) for name, texts in found.items()}

    # -- readings, questions ---------------------------------------------------------------------

    def reading_points(self) -> tuple[core.ReadingPoint, ...]:
        points: dict[str, list[tuple[str, str, bool]]] = {}
        for block in self.rulebook.blocks:
            slot = block.slot("reading")
            if slot:
                points.setdefault(self.point_of(block), []).append((str(slot.names[0]), slot.texts[0].text, slot.flag))
        return tuple(
            core.ReadingPoint(
                name, next(r for r, _, preferred in found if preferred),
                tuple(dict.fromkeys((r, basis) for r, basis, _ in found)),
            )
            for name, found in points.items()
        )  # fmt: skip

    def point_of(self, block: ast.Block) -> str:
        """Blocks that give one term, or have one id, are readings of one point."""
        verb = block.verb
        if verb and verb.word == "defines" and isinstance(verb.term, ast.Word):
            return f"{regime(block)}.{verb.term}"
        return block.id

    def guard(self, block: ast.Block) -> Expr:
        slot = block.slot("reading")
        if slot is None:
            return TRUE
        return Apply("equals", (Fact("reading", (self.point_of(block),)), Literal(str(slot.names[0]))), place=slot.span)

    def questions(self) -> dict[str, tuple[str, tuple[str, ...], str]]:
        found: dict[str, tuple[str, tuple[str, ...], str]] = {}
        for (where, name), block in self.rulebook.judgements.items():
            asks = cast(ast.Slot, block.verb)
            factors = block.slot("weighing")
            cites = block.slot("cites")
            found[f"{where}.{name}"] = (
                asks.texts[0].text,
                tuple(f"{label} {text.text}" for label, text in factors.factors) if factors else (),
                cites.texts[0].text if cites else "",
            )
        return found

    # -- time ---------------------------------------------------------------------------------------

    def known_from(self, block: ast.Block) -> int:
        """When the text was first published anywhere: by its own word, or else when issued."""
        days = [day for day, _ in s.days] if (s := block.slot("published")) else []
        issued = block.slot("issued")
        if not issued and block.ref:
            instrument = self.rulebook.instruments.get(block.ref.instrument)
            enacted = block.slot("enacted by")
            if enacted:
                instrument = self.rulebook.instruments.get(enacted.refs[0].instrument) or instrument
            issued = instrument.slot("issued") if instrument else None
        if issued and issued.day:
            days.append(issued.day)
        return clocks.day_start(min(days), self.rulebook.zone(block)) if days else -FOREVER

    def moment(self, moment: ast.Moment, zone: str) -> int:
        return clocks.instant(moment.day, moment.time, zone) if moment.time else clocks.day_start(moment.day, zone)

    def interval(self, block: ast.Block) -> tuple[int, int, int, int]:
        """Since possibly, since surely, until surely, until possibly; ends are exclusive."""
        slot = block.slot("in force")
        zone = self.rulebook.zone(block)
        if slot is None or not isinstance(slot.interval, ast.Interval):
            return (FOREVER, FOREVER, FOREVER, FOREVER)
        since, until = slot.interval.since, slot.interval.until
        first = self.moment(since.first, zone)
        possibly, surely = first, first
        if since.kind == "before":
            possibly = -FOREVER
        elif since.kind == "between" and since.second:
            surely = self.moment(since.second, zone)
        match until.kind:
            case "until":
                end = self.moment(cast(ast.Moment, until.first), zone)
                return (possibly, surely, end, end)
            case "through":
                last = cast(ast.Moment, until.first)
                end = (self.moment(last, zone) + 1 if last.time
                       else clocks.day_start(last.day + timedelta(days=1), zone))
                return (possibly, surely, end, end)
            case "between":
                return (possibly, surely, self.moment(cast(ast.Moment, until.first), zone),
                        self.moment(cast(ast.Moment, until.second), zone))
            case "after":
                last = cast(ast.Moment, until.first)
                return (possibly, surely, clocks.day_start(last.day + timedelta(days=1), zone), FOREVER)
            case _:
                return (possibly, surely, FOREVER, FOREVER)

    def source_to_read(self, block: ast.Block) -> str:
        cites = block.slot("cites")
        note = block.slot("note")
        text = cites.texts[0].text if cites else block.id
        return f"{text}: {note.texts[0].text}" if note else f"{text}: its interval is not fully known"

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
            Apply("in_force", (when, Literal(interval, self.source_to_read(block) if fuzzy else ""))),
        ]
        for newer in self.rulebook.replaced_by.get(id(block), []):
            since = self.interval(newer)
            begun = Apply("in_force", (when, Literal((since[0], since[1], FOREVER, FOREVER),
                                                     self.source_to_read(newer) if since[0] != since[1] else "")))
            parts.append(negation(conjunction([self.guard(newer), self.known(newer), begun])))
        withdrawn = block.slot("withdrawn")
        if withdrawn:
            parts.append(Literal(UNKNOWN, f"{block.id} was withdrawn on {withdrawn.day}: {withdrawn.texts[0].text}"))
        return self.define(name, None, conjunction([*parts, self.guard(block)]), block)

    def known(self, block: ast.Block) -> Expr:
        known = self.known_from(block)
        if known == -FOREVER:
            return TRUE
        return Apply("at_most", (Literal(point(known)), Fact("clock", ("known_on",))))

    def key(self, block: ast.Block) -> str:
        """A name apart from every other version and reading of the same provision."""
        same = self.rulebook.by_id[block.id]
        if len(same) == 1:
            return block.id
        reading = block.slot("reading")
        return f"{block.id}@{first_day(block)}" + (f"~{reading.names[0]}" if reading else "")

    # -- norms -----------------------------------------------------------------------------------------

    def is_norm(self, block: ast.Block) -> bool:
        return block.verb is not None and block.verb.word in (
            "prohibits", "authorises", "exempts", "displaces", "withdraws", "empowers", "requires", "penalises",
        )  # fmt: skip

    def variants_of(self, block: ast.Block) -> list[tuple[ast.Block | None, str]]:
        """The block by itself, and through each determination that fills a predicate it leaves open."""
        found = self.variants.get(id(block))
        if found is None:
            found = [(None, self.key(block))]
            for slot in block.all("leaves open"):
                if not self.fills_itself(block, slot):
                    continue
                for fill in self.rulebook.fills.get((block.id, str(slot.term)), []):
                    if self.fill_meets(fill, block):
                        found.append((fill, f"{self.key(block)} via {self.key(fill)}"))
            self.variants[id(block)] = found
        return found

    def fills_itself(self, block: ast.Block, slot: ast.Slot) -> bool:
        """Whether an open predicate is about the thing that the verb binds: then each fill is a finding."""
        noun = subject_noun(block)
        return slot.subject is not None and noun is not None and slot.subject.text == noun.text

    def fill_meets(self, fill: ast.Block, block: ast.Block) -> bool:
        pin = cast(ast.Slot, fill.verb).refs[0].pin
        return pin is None or first_day(block) == pin

    def targets(self, ref: ast.Ref) -> list[tuple[ast.Block, ast.Block | None, str]]:
        """The norms that a reference means, each with its fill: a fill may be named by itself."""
        found: list[tuple[ast.Block, ast.Block | None, str]] = []
        for block in self.rulebook.meant(ref):
            if self.is_norm(block):
                found += [(block, fill, key) for fill, key in self.variants_of(block)]
            elif block.verb and block.verb.word == "fills":
                for target in self.rulebook.meant(block.verb.refs[0]):
                    found += [(target, f, key) for f, key in self.variants_of(target) if f is block]
        return found

    def acted_on(self, verb: str, ref: ast.Ref) -> list[tuple[ast.Block, ast.Block | None, str]]:
        return [t for t in self.targets(ref) if t[0].verb and t[0].verb.word in ACTS_ON[verb]]

    def collection_of(self, block: ast.Block) -> tuple[str, Fact | None]:
        """The noun that the verb binds, and the list that it ranges over."""
        noun = subject_noun(block)
        if noun is None:
            return "", None
        verb = cast(ast.Slot, block.verb)
        if verb.conduct and not verb.conduct.role("of") and noun.text in ROLE_LISTS:
            return noun.text, Fact("case", ROLE_LISTS[noun.text], noun.span)
        return noun.text, Fact("case", (NOUNS[noun.text],), noun.span)

    def env(self, block: ast.Block, anchor: ast.Path, opened: Mapping[str, Expr | tuple[ast.Block, ...]]) -> Env:
        noun = subject_noun(block)
        names = Names()
        if noun is not None:
            names = names.bind_noun(noun.text) or names
        columns = block.slot("columns")
        if columns and columns.rows and block.kind != "table":
            cells = {c: cell.value for c, cell in zip(columns.columns, columns.rows[0], strict=False)}
            names = Names(names.items, cast("Mapping[str, ast.Value | None]", cells))
        return Env(names, regime(block), anchor, self.rulebook.zone(block), opened)

    def norm(self, block: ast.Block, fill: ast.Block | None, key: str) -> core.Norm:
        if key in self.norms:
            return self.norms[key]
        self.working.add(key)
        verb = cast(ast.Slot, block.verb)
        force = cast(ast.Slot, block.slot("in force"))
        anchor = force.anchor or DEFAULT_ANCHOR
        noun, collection = self.collection_of(block)
        subject = noun or None
        self_ref = Fact(noun, ()) if noun else None
        opened, filled = self.openings(block, fill, anchor)
        env = self.env(block, anchor, opened)

        in_force = self.in_force(block, anchor)
        if fill is not None:
            in_force = self.define(f"{key}: in force", None,
                                   conjunction([Ref(in_force), Ref(self.in_force(fill, anchor))]), fill)
        bound = self.define(f"{key}: bound", None, self.bound(block, anchor), block)
        pattern = self.define(f"{key}: pattern", None, self.pattern(verb, "kind"), block)
        body = self.define(f"{key}: body", subject, conjunction([self.body(block, env), filled]), block)
        scope = self.define(f"{key}: scope", subject, self.scope(block, fill, env), block)
        core_parts: list[Expr] = [Ref(in_force), self.covering(verb), Ref(body, self_ref), negation(Ref(scope, self_ref))]
        covered = self.define(f"{key}: covered", subject, conjunction(core_parts), block)
        edges = self.edges(block, fill, key, subject)
        excepting = [Ref(e.name, self_ref) for e in edges if e.kind != "licence"]
        engaged = self.define(f"{key}: engaged", subject, conjunction([
            Ref(in_force), Ref(bound), Ref(pattern), Ref(body, self_ref), negation(Ref(scope, self_ref)),
            *(negation(e) for e in excepting),
        ]), block)  # fmt: skip
        licences = [Ref(e.name, self_ref) for e in edges if e.kind == "licence"]
        lifted = self.define(f"{key}: lifted", subject, disjunction(licences), block)
        effective = self.define(f"{key}: effective", subject,
                                conjunction([Ref(engaged, self_ref), negation(Ref(lifted, self_ref))]), block)
        conflict = self.conflict(block, key, subject)
        met = block.slot("met when")
        met_name = self.define(f"{key}: met", subject, self.condition(met.condition, env), block) if met and met.condition else ""
        cites = tuple(t.text for b in (block, fill) if b for s in b.all("cites") for t in s.texts)
        sources = tuple(t.text for b in (block, fill) if b for s in b.all("source-id") for t in s.texts)
        checked = (fill or block).slot("checked")
        made = core.Norm(
            id=f"{block.id} via {fill.id}" if fill else block.id, provision=block.id, fill=fill.id if fill else "",
            verb=verb.word, title=(fill or block).title, citations=cites, source_ids=sources, regime=regime(block),
            instrument=block.ref.instrument if block.ref else "", variable=noun, collection=collection,
            in_force=in_force, bound=bound, pattern=pattern, body=body, scope=scope, covered=covered,
            engaged=engaged, lifted=lifted, effective=effective, edges=tuple(edges),
            term=self.term_of(fill or block, anchor), checked=str(checked.names[0]) if checked else "",
            checked_note=checked.texts[0].text if checked and checked.texts else "",
            reading=str(slot.names[0]) if (slot := block.slot("reading")) else "",
            menu=tuple(str(n) for n in verb.names) if verb.word == "empowers" and verb.names
            else ("derogation",) if verb.word == "empowers" else (),
            powers=" or ".join(str(p.office) + (f" after consulting {', '.join(map(str, p.consulting))}" if p.consulting else "")
                               for p in verb.powers),
            duty=replace(self.duty(verb, env), met=met_name) if verb.word == "requires" else None,
            penalties=tuple(str(n) for n in verb.names) if verb.word == "penalises" else (),
            lifts=tuple(str(r) for r in self.lifted_refs(verb)),
            dormant=self.dormant(block, fill), conflict=conflict,
            withdrawn=str(w.day) if (w := block.slot("withdrawn")) else "", place=block.head,
        )  # fmt: skip
        self.working.discard(key)
        self.norms[key] = made
        self.order.append(made)
        for extra in block.all("requires"):
            if extra is not verb:
                self.attached_duty(block, extra, made, env, subject, self_ref)
        return made

    def attached_duty(self, block: ast.Block, slot: ast.Slot, of: core.Norm, env: Env, subject: str | None, self_ref: Fact | None) -> None:
        """A `requires` beside another verb: a duty that follows use of the provision."""
        conduct = cast(ast.Conduct, slot.conduct)
        key = f"{of.id} requires {conduct.acts[0]}"
        made = replace(
            of, id=key, verb="requires", duty=self.duty(slot, env), menu=(), lifts=(), edges=(),
            engaged=of.engaged, effective=of.effective,
        )
        self.norms[key] = made
        self.order.append(made)

    def lifted_refs(self, verb: ast.Slot) -> tuple[ast.Ref, ...]:
        if verb.word == "displaces":
            return verb.refs
        conduct = verb.conduct
        if conduct is None or verb.word not in ("authorises", "exempts", "empowers"):
            return ()
        role = conduct.role("lifting") or (conduct.role("from") if verb.word == "exempts" else None)
        return role.refs if role else ()

    def dormant(self, block: ast.Block, fill: ast.Block | None) -> str:
        opened = [s for s in block.all("leaves open") if s.subject is not None and not self.rulebook.fills.get((block.id, str(s.term)))
                  or self.fills_itself(block, s)]
        if fill is not None or not opened:
            return ""
        return ", ".join(str(s.term) for s in opened)

    def openings(
        self, block: ast.Block, fill: ast.Block | None, anchor: ast.Path
    ) -> tuple[dict[str, Expr | tuple[ast.Block, ...]], Expr]:
        """What the open terms mean in this variant, and the condition that the fill adds.

        An open term about the thing that the verb binds gives one variant for each fill; one about
        something that the condition goes through is filled where it stands.
        """
        opened: dict[str, Expr | tuple[ast.Block, ...]] = {}
        filled: Expr = TRUE
        for slot in block.all("leaves open"):
            name = str(slot.term)
            if slot.subject is None:
                opened[name] = self.open_value(block, name, anchor)
                continue
            if not self.fills_itself(block, slot):
                opened[name] = tuple(f for f in self.rulebook.fills.get((block.id, name), []) if self.fill_meets(f, block))
                continue
            mine = fill is not None and str(cast(ast.Slot, fill.verb).names[0]) == name
            opened[name] = TRUE if mine else FALSE
            if mine and fill is not None:
                env = replace(self.env(block, anchor, {}), zone=self.rulebook.zone(fill))
                with_ = fill.slot("with")
                gap = fill.slot("unencoded")
                filled = conjunction([
                    self.condition(with_.condition, env) if with_ and with_.condition else TRUE,
                    Literal(UNKNOWN, gap.texts[0].text) if gap else TRUE,
                ])  # fmt: skip
        return opened, filled

    def open_value(self, block: ast.Block, name: str, anchor: ast.Path) -> Expr:
        rows: list[tuple[int, int, Any, Any]] = []
        for fill in self.rulebook.fills.get((block.id, name), []):
            since, _, _, until = self.interval(fill)
            for newer in self.rulebook.replaced_by.get(id(fill), []):
                until = min(until, self.interval(newer)[0])
            gives = fill.slot("gives")
            rows.append((since, until, self.constant(gives.value) if gives and gives.value else UNKNOWN, None))
        when = Apply("instants", (Fact("case", anchor.parts), Literal(self.rulebook.zone(block))))
        return Apply("lookup", (when, Literal(cast(Constant, tuple(rows)), f"{block.id}: {name}"), Literal(UNKNOWN)))

    def bound(self, block: ast.Block, anchor: ast.Path) -> Expr:
        slot = block.slot("binds")
        if slot is None:
            return TRUE
        actor = Fact("case", ("actor",), slot.span)
        return disjunction(
            Ref(self.term(regime(block), str(name), (), anchor), actor, name.span) for name in slot.names
        )

    def pattern(self, verb: ast.Slot, kind_fact: str) -> Expr:
        """The act that the verb line names: its kinds and its places."""
        conduct = verb.conduct
        if conduct is None or verb.word in ("requires",):
            return TRUE
        parts: list[Expr] = []
        kinds = [a.text for a in conduct.acts]
        if ANY_ACT not in kinds:
            parts.append(Apply("one_of", (Fact("case", ("act", kind_fact), conduct.span), Literal(frozenset(kinds))), place=conduct.span))
        return conjunction([*parts, *self.places(conduct)])

    def places(self, conduct: ast.Conduct) -> list[Expr]:
        parts: list[Expr] = []
        for role in conduct.roles:
            if isinstance(role.thing, ast.Proper) and role.word in ("into", "to", "from"):
                fact = "departure" if role.word == "from" else "destination"
                parts.append(Apply("equals", (Fact("case", ("act", fact), role.span), Literal(role.thing.text)), place=role.span))
        return parts

    def covering(self, verb: ast.Slot) -> Expr:
        """The pattern for `is covered by`: the act itself, or the act that it facilitates."""
        conduct = verb.conduct
        if conduct is None or verb.word == "requires":
            return TRUE
        kinds = [a.text for a in conduct.acts]
        if ANY_ACT in kinds:
            return conjunction(self.places(conduct))
        either = disjunction(
            Apply("one_of", (Fact("case", ("act", kind), conduct.span), Literal(frozenset(kinds))), place=conduct.span)
            for kind in ("kind", "underlying_kind")
        )
        return conjunction([either, *self.places(conduct)])

    def body(self, block: ast.Block, env: Env) -> Expr:
        parts: list[Expr] = []
        for slot in block.slots:
            if slot.condition is None:
                continue
            if slot.word in ("when", "upon determining that"):
                parts.append(self.condition(slot.condition, env))
            elif slot.word == "provided that":
                parts.append(Apply("shown", (self.condition(slot.condition, env),), place=slot.span))
        gap = block.slot("unencoded")
        if gap:
            parts.append(Literal(UNKNOWN, gap.texts[0].text, gap.span))
        verb = cast(ast.Slot, block.verb)
        if verb.word == "penalises":
            parts.append(self.breach(verb))
        return conjunction(parts)

    def breach(self, verb: ast.Slot) -> Expr:
        parts: list[Expr] = []
        for ref in verb.refs:
            for block, fill, key in self.acted_on("penalises", ref):
                parts.append(self.of_all(self.norm(block, fill, key), "effective"))
        return disjunction(parts)

    def of_all(self, norm: core.Norm, part: str) -> Expr:
        """A part of a norm for the act as a whole: for one of the things that its verb binds."""
        name = getattr(norm, part)
        if norm.collection is None:
            return Ref(name)
        return Quantified("some", norm.collection, norm.variable, Ref(name, Fact(norm.variable, ())))

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
                    parts.append(Apply("shown", (self.condition(slot.condition, env),), place=slot.span))
        return disjunction(parts)

    # -- exceptions --------------------------------------------------------------------------------------

    def edges(self, block: ast.Block, fill: ast.Block | None, key: str, subject: str | None) -> list[core.Edge]:
        found: list[core.Edge] = []
        for source in self.rulebook.blocks:
            if source is block or not self.is_norm(source):
                continue
            verb = cast(ast.Slot, source.verb)
            kind = EDGE_KINDS.get(verb.word)
            if kind is None or not any(
                k == key for ref in self.lifted_refs(verb) for _, _, k in self.acted_on(verb.word, ref)
            ):
                continue
            for source_fill, source_key in self.variants_of(source):
                if source_key in self.working:
                    continue  # a cycle; scrutinise has refused it
                norm = self.norm(source, source_fill, source_key)
                name = f"{source_key} → {key}"
                holds = self.seen_from(norm, subject)
                attacks = [negation(self.seen_from(w, subject)) for w in self.withdrawals(source, block, key)]
                self.define(name, subject, conjunction([holds, *attacks]), source)
                found.append(core.Edge(name, kind, norm.id))
        if block.verb and block.verb.word == "prohibits":
            found.append(self.specific_licence(block, fill, key, subject))
        return found

    def seen_from(self, norm: core.Norm, subject: str | None) -> Expr:
        """Whether a norm is effective, for the same thing that another one is about.

        An exception about goods excepts an act about something else only if all goods are excepted.
        """
        if norm.collection is None:
            return Ref(norm.effective)
        if subject is not None and NOUNS.get(subject) == NOUNS.get(norm.variable):
            return Ref(norm.effective, Fact(subject, ()))
        every = Quantified("every", norm.collection, norm.variable, Ref(norm.effective, Fact(norm.variable, ())))
        return conjunction([self.of_all(norm, "effective"), every])

    def withdrawals(self, source: ast.Block, target: ast.Block, key: str) -> list[core.Norm]:
        found: list[core.Norm] = []
        for block in self.rulebook.blocks:
            verb = block.verb
            if verb is None or verb.word != "withdraws":
                continue
            takes = any(source is b for ref in verb.refs for b in self.rulebook.meant(ref))
            aims = not verb.targets or any(k == key for ref in verb.targets for _, _, k in self.targets(ref))
            if takes and aims:
                found.append(self.norm(block, None, self.key(block)))
        return found

    def specific_licence(self, block: ast.Block, fill: ast.Block | None, key: str, subject: str | None) -> core.Edge:
        """A licence or derogation that an authority gave to a named applicant: a fact, not law."""
        names = {block.id, cast(ast.Ref, block.ref).instrument}
        for one in (block, fill):
            if one is not None:
                names |= {one.id, *(t.text for s in one.all("source-id") for t in s.texts)}
        if fill is not None:
            names.add(f"{block.id} via {fill.id}")
        force = cast(ast.Slot, block.slot("in force"))
        zone = self.rulebook.zone(block)
        when = Apply("instants", (Fact("case", (force.anchor or DEFAULT_ANCHOR).parts), Literal(zone)))

        def valid(path: str) -> Expr:
            return Apply("instants", (Fact("licence", (path,)), Literal(zone)))

        body = conjunction([
            disjunction(Apply("includes", (Fact("licence", ("lifts",)), Literal(n))) for n in sorted(names)),
            Apply("at_most", (valid("valid_from"), when)),
            disjunction([Apply("is_none", (Fact("licence", ("valid_until",)),)), Apply("at_most", (when, valid("valid_until")))]),
            Apply("holds", (Fact("licence", ("conditions_met",)),)),
        ])  # fmt: skip
        name = f"specific licence → {key}"
        held = Quantified("some", Fact("case", ("licences_held",)), "licence", body)
        self.define(name, subject, held, block)
        return core.Edge(name, "licence", "specific licence")

    def conflict(self, block: ast.Block, key: str, subject: str | None) -> str:
        """Where a duty demands what this prohibition forbids and neither displaces the other."""
        verb = cast(ast.Slot, block.verb)
        if verb.word != "prohibits" or verb.conduct is None:
            return ""
        kinds = {a.text for a in verb.conduct.acts}
        found: list[Expr] = []
        for other in self.rulebook.blocks:
            duty = other.verb
            if duty is None or duty.word != "requires" or duty.conduct is None or other is block:
                continue
            acts = {a.text for a in duty.conduct.acts}
            if not acts & kinds or self.displaced(other, block) or self.displaced(block, other):
                continue
            norm = self.norm(other, None, self.key(other))
            kind = Apply("one_of", (Fact("case", ("act", "kind")), Literal(frozenset(acts & kinds))))
            found.append(conjunction([self.seen_from(norm, subject), kind]))
        if not found:
            return ""
        return self.define(f"{key}: in conflict", subject, disjunction(found), block)

    def displaced(self, one: ast.Block, by: ast.Block) -> bool:
        return any(
            other.verb and other.verb.word == "displaces" and any(one is b for r in other.verb.refs for b in self.rulebook.meant(r))
            for other in self.rulebook.blocks
        )

    # -- what is kept of a norm for saying why -----------------------------------------------------------

    def term_of(self, block: ast.Block, anchor: ast.Path) -> core.Term:
        slot = cast(ast.Slot, block.slot("in force"))
        possibly, surely, until, until_possibly = self.interval(block)
        awaiting = slot.interval.what.text if isinstance(slot.interval, ast.Awaiting) else ""
        replaced = tuple(
            (f"{n.id}@{first_day(n)}", self.interval(n)[0]) for n in self.rulebook.replaced_by.get(id(block), [])
        )
        from sanctions_rules.language.format import interval_text

        return core.Term(
            possibly, surely, until, until_possibly, interval_text(slot), anchor.parts, self.rulebook.zone(block),
            self.known_from(block), replaced, awaiting, possibly == -FOREVER,
        )  # fmt: skip

    def duty(self, verb: ast.Slot, env: Env) -> core.Duty:
        conduct = cast(ast.Conduct, verb.conduct)
        role = conduct.role("of")
        payment = ""
        if role and role.share:
            quantity, path = role.share
            payment = f"{quantity.text} of {path}"
        due = verb.due
        if due is None:
            return core.Duty(str(conduct.acts[0]), payment=payment)
        path_fact = None
        if due.path is not None:
            typed = env.names.find(due.path)
            path_fact = typed.fact if isinstance(typed, Typed) else None
        duration = due.duration
        return core.Duty(
            str(conduct.acts[0]), due_kind=due.kind, count=duration.count if duration else 0,
            unit=_plural(duration.unit) if duration else "", business=duration.business if duration else False,
            path=path_fact, month=due.month, day=due.day, payment=payment, due=str(due.path or ""),
        )  # fmt: skip

    # -- terms -----------------------------------------------------------------------------------------------

    def term(self, where: str, name: str, arguments: tuple[ast.Value, ...], anchor: ast.Path, under: str = "") -> str:
        """The definition of a term as it stands at the event: all its versions, each in its time."""
        blocks = self.rulebook.terms[(where, name)]
        if under:
            blocks = [b for b in blocks if b.ref and b.ref.instrument == under] or blocks
        shown = "(" + ", ".join(str(a) for a in arguments) + ")" if arguments else ""
        full = f"{where}.{name}{shown} @ {anchor}" + (f" under {under}" if under else "")
        if full in self.definitions:
            return full
        noun = subject_noun(blocks[0])
        subject = noun.text if noun else None
        recursive = any(_owns(b, name) for b in blocks)
        if not recursive:
            body = self.dispatch(blocks, arguments, anchor, None, name)
            return self.define(full, subject, body, blocks[0])
        owned = next(o for b in blocks for o in _ownership(b, name))
        seed = self.define(f"{full}: by itself", subject, self.dispatch(blocks, arguments, anchor, FALSE, name), blocks[0])
        guard = self.define(f"{full}: may pass by ownership", subject,
                            self.dispatch(blocks, arguments, anchor, TRUE, name), blocks[0])
        quantity = cast(ast.Quantity, owned.value)
        self.definitions[full] = core.Closure(
            full, seed, guard, owned.mode.text, quantity.number, owned.comparator == "more than", owned.of.text,
            Fact("case", anchor.parts), self.rulebook.zone(blocks[0]), blocks[0].id, blocks[0].head,
        )  # fmt: skip
        return full

    def dispatch(self, blocks: list[ast.Block], arguments: tuple[ast.Value, ...], anchor: ast.Path, owned: Expr | None, name: str) -> Expr:
        versions: list[Expr] = []
        living: list[Expr] = []
        noun = subject_noun(blocks[0])
        for block in blocks:
            env = self.env(block, anchor, {})
            own = subject_noun(block)
            if own is not None and noun is not None and own.text != noun.text:  # one subject, two nouns: the first version's noun names the item
                names = env.names.bind(own.text, Typed("item", Fact(noun.text, ()), None, env.names.items[own.text].model))
                env = replace(env, names=names)
            verb = cast(ast.Slot, block.verb)
            if isinstance(verb.term, ast.Call):
                parameters = {str(p): a for p, a in zip(verb.term.arguments, arguments, strict=False)}
                env = replace(env, names=Names(env.names.items, parameters))
            env = replace(env, owned=owned, term=name)
            alive = Ref(self.in_force(block, anchor))
            living.append(alive)
            versions.append(conjunction([alive, self.body(block, env), negation(self.scope(block, None, env))]))
        gap = Literal(f"no text in the rulebook says what `{name}` is at that time")
        return disjunction([*versions, Apply("undefined", (disjunction(living), gap))])

    # -- conditions --------------------------------------------------------------------------------------------

    def condition(self, condition: ast.Condition, env: Env) -> Expr:
        return conjunction(self.labelled(self.atom(e.atom, env), e.label) for e in condition.elements)

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
            body = self.predicate(atom.body, ast.Path((atom.variable,), atom.span), inner, atom.span)
        if atom.quantifier == "no":
            return negation(Quantified("some", collection, atom.variable, body, place=atom.span))
        return Quantified(atom.quantifier, collection, atom.variable, body, atom.count, place=atom.span)

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
                return Quantified("sum", typed.fact, operand.variable, self.condition(operand.condition, inner),
                                  what=what.fact, place=operand.span)
            case ast.Lookup():
                return self.lookup(operand, env)
            case ast.Call():
                raise AssertionError("a call is no operand")

    def lookup(self, lookup: ast.Lookup, env: Env) -> Expr:
        table = self.rulebook.meant(lookup.table)[0]
        slot = cast(ast.Slot, table.slot("columns"))
        zone = self.rulebook.zone(table)
        rows: list[tuple[int, int, Any, Any]] = []
        for row in slot.rows:
            cells = dict(zip(slot.columns, row, strict=False))
            first, last = cells.get("from"), cells.get("until") or cells.get("through")
            since = self.moment(first.value, zone) if first and isinstance(first.value, ast.Moment) else -FOREVER
            until = self.moment(last.value, zone) if last and isinstance(last.value, ast.Moment) else FOREVER
            if "through" in cells and until != FOREVER:
                until += 1
            key = cells.get("code")
            prefixes = _codes(key.value)[0] if key and isinstance(key.value, ast.Codes) else None
            value = cells[lookup.column].value
            rows.append((since, until, UNKNOWN if value is None else self.constant(cast(ast.Value, value)), prefixes))
        anchor = lookup.as_at or env.anchor
        typed = env.names.find(anchor)
        when = Apply("instants", (cast(Typed, typed).fact, Literal(zone)))
        key_typed = env.names.find(lookup.key)
        key_fact = key_typed.fact if isinstance(key_typed, Typed) else Literal(UNKNOWN)
        source = self.source_to_read(table)
        return Apply("lookup", (when, Literal(cast(Constant, tuple(rows)), source), key_fact), place=lookup.span)

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

    def predicate(self, predicate: ast.Predicate, operand: ast.Operand, env: Env, place: Any) -> Expr:
        match predicate:
            case ast.Includes(values):
                return disjunction(
                    Apply("includes", (self.operand(operand, env), self.member(v, env)), place=place) for v in values
                )
            case ast.FallsUnder(codes):
                return self.falls_under(self.codes_of(operand, env), *_codes(codes), place)
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
        return (replace(fact, path=(*fact.path, "codes")), replace(fact, path=(*fact.path, "category")))

    def falls_under(
        self, held: tuple[Expr, Expr], wanted: tuple[Code, ...], without: tuple[Code, ...], place: Any, possible: Expr = Literal(UNKNOWN)
    ) -> Expr:
        return Apply("falls_under", (*held, Literal(wanted), Literal(without), possible), place=place)

    def in_list(self, ref: ast.Ref, operand: ast.Operand, env: Env, place: Any) -> Expr:
        """Membership of a code list: its rows in their days; a miss in an incomplete list is unknown."""
        parts: list[Expr] = []
        for table in self.rulebook.meant(ref):
            parts.append(self.table_membership(table, operand, env, place))
        return disjunction(parts)

    def table_membership(self, table: ast.Block, operand: ast.Operand, env: Env, place: Any) -> Expr:
        held = self.codes_of(operand, env)
        alive = Ref(self.in_force(table, env.anchor))
        only = table.slot("when")
        fact = cast(Typed, env.names.find(cast(ast.Path, operand)))
        possible = self.condition(only.condition, replace(env, names=Names().bind("good", fact))) if only and only.condition else Literal(UNKNOWN)
        groups: dict[tuple[date | None, date | None], list[Code]] = {}
        for entry in self.rulebook.entries.get(table.id, ()):
            if entry.code:
                groups.setdefault((entry.since, entry.until), []).append(entry.code)
        excluded: dict[tuple[date | None, date | None], list[Code]] = {}
        rows = table.slot("columns")
        for row in rows.rows if rows else ():
            cells = dict(zip(cast(ast.Slot, rows).columns, row, strict=False))
            key = cells.get("code")
            if key is None or not isinstance(key.value, ast.Codes):
                continue
            first, last = cells.get("from"), cells.get("until")
            days = (first.value.day if first and isinstance(first.value, ast.Moment) else None,
                    last.value.day if last and isinstance(last.value, ast.Moment) else None)
            included, left_out = _codes(key.value)
            groups.setdefault(days, []).extend(included)
            excluded.setdefault(days, []).extend(left_out)
        zone = self.rulebook.zone(table)
        parts: list[Expr] = []
        for (since, until), members in groups.items():
            inside = self.falls_under(held, tuple(members), tuple(excluded.get((since, until), ())), place, possible)
            if since or until:
                start = clocks.day_start(since, zone) if since else -FOREVER
                end = clocks.day_start(until, zone) if until else FOREVER
                inside = conjunction([Apply("in_force", (env.when, Literal((start, start, end, end)))), inside])
            parts.append(inside)
        entries = table.slot("entries from")
        if entries and entries.names and str(entries.names[0]) == "incomplete":
            gap: Expr = Literal(UNKNOWN, self.source_to_read(table), entries.span)
            if entries.codes:
                gap = conjunction([self.falls_under(held, *_codes(entries.codes), place), gap])
            if possible != Literal(UNKNOWN):
                gap = conjunction([possible, gap])
            parts.append(gap)
        return conjunction([alive, disjunction(parts)])

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
            named = [Apply("one_of", (replace(fact, path=(*fact.path, p)), Literal(frozenset(keys))), place=place) for p in ("id", "name")]
            numbered = [Apply("includes", (replace(fact, path=(*fact.path, "identifiers")), Literal(k)), place=place) for k in keys]
            parts.append(conjunction([Ref(self.in_force(table, env.anchor)), disjunction([*named, *numbered])]))
        return disjunction(parts)

    def complement(self, complement: ast.Complement, operand: ast.Operand, env: Env, place: Any) -> Expr:
        match complement:
            case ast.IsValue(value):
                return self.is_value(value, operand, env, place)
            case ast.IsYesNo(yes):
                holds = Apply("holds", (self.operand(operand, env),), place=place)
                if yes:
                    return holds
                return conjunction([negation(holds), negation(Apply("is_none", (self.operand(operand, env),)))])
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
                return Apply("holds", (replace(typed.fact, path=("judged", question)),), place=place)
            case ast.IsCovered(refs):
                return self.covered(refs, operand, env)
            case ast.IsListed(refs):
                return disjunction(self.listed_in(r, operand, env, place) for r in refs)
            case ast.IsOwned():
                return self.owned(complement, operand, env, place)
            case ast.IsUnder(term, refs):
                fact = cast(Typed, env.names.find(cast(ast.Path, operand))).fact
                return disjunction(
                    Ref(self.term(env.regime, term.text, (), env.anchor, r.instrument), fact, place) for r in refs
                )
            case ast.IsNone():
                return Apply("is_none", (self.operand(operand, env),), place=place)
            case ast.IsUnknown():
                raise AssertionError("the type checker refuses this")

    def owned(self, owned: ast.IsOwned, operand: ast.Operand, env: Env, place: Any) -> Expr:
        if env.owned is not None and owned.term.text == env.term:
            return env.owned
        name = f"{env.regime}.{owned.term} passed on by ownership @ {env.anchor} ({owned.mode}, {owned.of})"
        if name not in self.definitions:
            seed = self.term(env.regime, owned.term.text, (), env.anchor)
            quantity = cast(ast.Quantity, owned.value)
            anyone = self.define(f"{name}: may pass", "party", TRUE)
            self.definitions[name] = core.Closure(
                name, seed, anyone, owned.mode.text, quantity.number, owned.comparator == "more than",
                owned.of.text, Fact("case", env.anchor.parts), env.zone,
            )  # fmt: skip
        fact = cast(Typed, env.names.find(cast(ast.Path, operand))).fact
        return Ref(name, fact, place)

    def covered(self, refs: tuple[ast.Ref, ...], operand: ast.Operand, env: Env) -> Expr:
        typed = cast(Typed, env.names.find(cast(ast.Path, operand)))
        parts: list[Expr] = []
        for ref in refs:
            for block, fill, key in self.targets(ref):
                norm = self.norm(block, fill, key)
                same = typed.form == "item" and typed.model is not None and norm.collection is not None and \
                    NOUNS.get(norm.variable) in _collection_of(typed.model)
                parts.append(Ref(norm.covered, typed.fact) if same else self.of_all(norm, "covered"))
        return disjunction(parts)

    def is_value(self, value: ast.Value, operand: ast.Operand, env: Env, place: Any) -> Expr:
        typed = env.names.find(cast(ast.Path, operand))
        assert isinstance(typed, Typed)
        if typed.form in ("item", "act"):
            if isinstance(value, ast.Path) and value.parts[0] in env.opened:
                opened = env.opened[value.parts[0]]
                return self.filled_here(opened, typed, env) if isinstance(opened, tuple) else opened
            if isinstance(value, ast.Path) and value.parts == ("actor",):
                return Apply("same_item", (typed.fact, Fact("case", ("actor",))), place=place)
            if isinstance(value, ast.Path) and value.parts[0] in env.names.items and typed.form == "item":
                return Apply("same_item", (typed.fact, Fact(value.parts[0], ())), place=place)
            name = value.name if isinstance(value, ast.Call) else cast(ast.Path, value).parts[0]
            arguments = tuple(self.given(a, env) for a in value.arguments) if isinstance(value, ast.Call) else ()
            term = self.term(env.regime, name, arguments, env.anchor)
            return Ref(term, typed.fact if typed.form == "item" else None, place)
        if typed.form == "number":
            return Apply("same", (typed.fact, Literal(self.constant(value))), place=place)
        return Apply("equals", (typed.fact, Literal(self.constant(self.given(value, env)))), place=place)

    def filled_here(self, fills: tuple[ast.Block, ...], typed: Typed, env: Env) -> Expr:
        parts: list[Expr] = []
        for fill in fills:
            for target in self.rulebook.meant(cast(ast.Slot, fill.verb).refs[0]):
                for slot in target.all("leaves open"):
                    if slot.subject is None or str(slot.term) != str(cast(ast.Slot, fill.verb).names[0]):
                        continue
                    names = env.names.bind(slot.subject.text, typed)
                    inner = replace(env, names=names, opened={}, zone=self.rulebook.zone(fill))
                    with_, gap = fill.slot("with"), fill.slot("unencoded")
                    parts.append(conjunction([
                        Ref(self.in_force(fill, env.anchor)),
                        self.condition(with_.condition, inner) if with_ and with_.condition else TRUE,
                        Literal(UNKNOWN, gap.texts[0].text) if gap else TRUE,
                        negation(self.scope(fill, None, inner)),
                    ]))  # fmt: skip
        return disjunction(parts)

    def compared(self, comparator: str, value: ast.Value, operand: ast.Operand, env: Env, place: Any) -> Expr:
        left = self.operand(operand, env)
        value = self.given(value, env)
        form = cast(Typed, env.names.find(operand)).form if isinstance(operand, ast.Path) else "number"
        if form == "moment":
            return self.timed(comparator, value, left, env, place)
        if isinstance(value, ast.Lookup):
            right: Expr = self.lookup(value, env)
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
                    following = Literal(point(clocks.day_start(value.day + timedelta(days=1), env.zone)))
            case ast.Shifted(duration, direction, path):
                typed = cast(Typed, env.names.find(path))
                count = duration.count if direction == "after" else -duration.count
                start = Apply("shifted", (Apply("instants", (typed.fact, zone)), Literal(count), Literal(_plural(duration.unit)), zone))
                following = Apply("next_day", (start, zone))
            case _:
                typed = cast(Typed, env.names.find(cast(ast.Path, value)))
                start = Apply("instants", (typed.fact, zone))
        if following is None:
            operators = {"before": ("less", t, start), "after": ("less", start, t), "on or before": ("at_most", t, start),
                         "on or after": ("at_most", start, t), "on": ("same", t, start)}
        else:
            operators = {"before": ("less", t, start), "after": ("at_most", following, t),
                         "on or before": ("less", t, following), "on or after": ("at_most", start, t)}
            if comparator == "on":
                return Apply("and", (Apply("at_most", (start, t), place=place), Apply("less", (t, following), place=place)), place=place)
        operator, a, b = operators[comparator]
        return Apply(operator, (a, b), place=place)


def _plural(unit: str) -> str:
    return unit if unit.endswith("s") else unit + "s"


def _codes(codes: ast.Codes) -> tuple[tuple[Code, ...], tuple[Code, ...]]:
    def flat(ranges: tuple[ast.CodeRange, ...]) -> tuple[Code, ...]:
        return tuple(
            r.first if r.last is None else Code(r.first.scheme, r.first.digits, r.last.digits) for r in ranges
        )

    return flat(codes.included), flat(codes.excluded)


def _collection_of(model: type[Any]) -> set[str]:
    from sanctions_rules.schema import COLLECTIONS

    return {c for c, m in COLLECTIONS.items() if m is model}


def _ownership(block: ast.Block, term: str) -> list[ast.IsOwned]:
    """Every `is owned by TERM` in the conditions of a block."""
    found: list[ast.IsOwned] = []

    def walk(node: Any) -> None:
        if isinstance(node, ast.IsOwned):
            if node.term.text == term:
                found.append(node)
        elif isinstance(node, tuple):
            for one in cast("tuple[Any, ...]", node):
                walk(one)
        elif hasattr(node, "__dataclass_fields__"):
            for name in node.__dataclass_fields__:
                walk(getattr(node, name))

    for slot in block.slots:
        if slot.condition is not None:
            walk(slot.condition)
    return found


def _owns(block: ast.Block, term: str) -> bool:
    return bool(_ownership(block, term))


