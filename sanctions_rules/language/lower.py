"""From a checked rulebook to the core: everything that is law becomes a named definition.

Each norm, through each determination that fills it, becomes: `in force`, `bound`, `pattern`
(the act and its places), `body`, `scope`, `covered`, `engaged`, `lifted` and `effective`. Each
exception to each target is a definition of its own, so that a block can attack one edge and
leave the exception standing for other targets. Exceptions are lowered before what they except,
so that `Ref` always points backwards; engines then need no ordering logic of their own.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import cast

from sanctions_rules import calendars, core
from sanctions_rules.core import Apply, Expr, Fact, Literal, Quantified, Ref
from sanctions_rules.language import ast
from sanctions_rules.language.chains import Words
from sanctions_rules.language.conditions import (
    DEFAULT_ANCHOR,
    FALSE,
    TRUE,
    Conditions,
    Env,
    conjunction,
    disjunction,
    negation,
    plural,
)
from sanctions_rules.language.names import Typed, subject_noun
from sanctions_rules.language.overlays import overlays_of
from sanctions_rules.language.resolve import Rulebook, first_day, regime
from sanctions_rules.language.targets import EDGE_KINDS, Variant
from sanctions_rules.language.timing import FOREVER
from sanctions_rules.language.typechecking.vocabulary import ANY_ACT
from sanctions_rules.schema import NOUNS, ROLE_LISTS
from sanctions_rules.values import UNKNOWN


def lower(
    rulebook: Rulebook,
    digest: str,
    allowed: frozenset[str] = frozenset(),
    words: Words | None = None,
) -> core.Program:
    """`allowed`: ids of texts that are used although they were withdrawn.

    A program that uses some has a digest of its own: no engine may take it for the other.
    """
    if allowed:
        digest = hashlib.sha256("\n".join([digest, *sorted(allowed)]).encode()).hexdigest()
    return Lowering(rulebook, allowed, words).program(digest)


class Lowering(Conditions):
    """The norms of one rulebook, lowered in the order that their exceptions demand."""

    def __init__(
        self,
        rulebook: Rulebook,
        allowed: frozenset[str] = frozenset(),
        words: Words | None = None,
    ) -> None:
        super().__init__(rulebook, allowed, words)
        self.norms: dict[str, core.Norm] = {}
        self.order: list[core.Norm] = []

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
            anchor = next(
                (s.anchor for b in blocks if (s := b.slot("in force")) and s.anchor), DEFAULT_ANCHOR
            )
            defined = self.term(where, name, (), anchor)
            noun = subject_noun(blocks[0])
            terms[f"{where}.{name}"] = (defined, noun.text if noun else "")
        heads = tuple(
            core.Head(name, head.title, cast(date, cast(ast.Slot, head.slot("current through")).day),
                      cast(ast.Slot, head.slot("current through")).number, rulebook.zone(head), self.only_commits(name))
            for name, head in rulebook.heads.items()
        )  # fmt: skip
        return core.Program(
            core.Definitions.of(dict(self.definitions)), tuple(self.order), self.reading_points(), heads, terms,
            self.questions(), digest, self.citations(), self.has_burdens, self.withdrawals_here(),
            tuple(sorted(self.allowed)), overlays_of(rulebook),
        )  # fmt: skip

    def only_commits(self, name: str) -> bool:
        """Whether the rulebook of a regime holds commitments, and nothing else that says something."""
        verbs = {b.verb.word for b in self.rulebook.blocks if b.verb and regime(b) == name}
        return verbs == {"commits to"}

    def withdrawals_here(self) -> dict[str, str]:
        """Every text that was withdrawn, by the id that it was withdrawn by."""
        slots = ((b.id, b.slot("withdrawn")) for b in self.rulebook.blocks)
        return {name: f"{s.day}: {s.texts[0].text}" for name, s in slots if s is not None}

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
                points.setdefault(self.point_of(block), []).append(
                    (str(slot.names[0]), slot.texts[0].text, slot.flag)
                )
        return tuple(
            core.ReadingPoint(
                name, next(r for r, _, preferred in found if preferred),
                tuple(dict.fromkeys((r, basis) for r, basis, _ in found)),
            )
            for name, found in points.items()
        )  # fmt: skip

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

    # -- time ------------------------------------------------------------------------------------

    # -- norms -----------------------------------------------------------------------------------

    def collection_of(self, block: ast.Block) -> tuple[str, Fact | None]:
        """The noun that the verb binds, and the list that it ranges over."""
        noun = subject_noun(block)
        if noun is None:
            return "", None
        verb = cast(ast.Slot, block.verb)
        if verb.conduct and not verb.conduct.role("of") and noun.text in ROLE_LISTS:
            return noun.text, Fact("case", ROLE_LISTS[noun.text], noun.span)
        return noun.text, Fact("case", (NOUNS[noun.text],), noun.span)

    def norm(self, block: ast.Block, fill: ast.Block | None, key: str) -> core.Norm:
        if key not in self.norms:
            self.made(key, lambda: self.new_norm(block, fill, key))
        return self.norms[key]

    def new_norm(self, block: ast.Block, fill: ast.Block | None, key: str) -> None:
        """The norm, lowered after all that acts on it: a loop, however long a chain of exceptions."""
        first: Variant = (block, fill, key)
        seen = {key}
        stack = [(first, iter(self.acting_on(block, key)))]
        while stack:
            variant, following = stack[-1]
            after = next(following, None)
            if after is None:
                stack.pop()
                if variant[2] not in self.norms:  # a condition may have asked for it since
                    self.lower_norm(*variant)
            elif after[2] not in self.norms and after[2] not in seen:
                seen.add(after[2])
                stack.append((after, iter(self.acting_on(after[0], after[2]))))

    def acting_on(self, block: ast.Block, key: str) -> list[Variant]:
        """What is lowered before a norm: its exceptions, what takes those back, duties against it."""
        found: list[Variant] = []
        for source in self.exceptions.get(key, ()):
            if source is not block:
                found += [(source, fill, name) for fill, name in self.variants_of(source)]
                found += [(w, None, self.key(w)) for w in self.withdrawals(source, key)]
        found += [(other, None, self.key(other)) for other, _ in self.against(block)]
        return found

    def lower_norm(self, block: ast.Block, fill: ast.Block | None, key: str) -> None:
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
            in_force = self.define(
                f"{key}: in force",
                None,
                conjunction([Ref(in_force), Ref(self.in_force(fill, anchor))]),
                fill,
            )
        bound = self.define(f"{key}: bound", None, self.bound(block, anchor), block)
        pattern, body, scope = self.said(block, fill, key, env, filled)
        core_parts: list[Expr] = [
            Ref(in_force),
            self.covering(verb),
            Ref(body, self_ref),
            negation(Ref(scope, self_ref)),
        ]
        covered = self.define(f"{key}: covered", subject, conjunction(core_parts), block)
        edges = self.edges(block, fill, key, subject)
        excepting = [Ref(e.name, self_ref) for e in edges if e.kind != "licence"]
        engaged = self.define(f"{key}: engaged", subject, conjunction([
            Ref(in_force), Ref(bound), Ref(pattern), Ref(body, self_ref), negation(Ref(scope, self_ref)),
            *(negation(e) for e in excepting),
        ]), block)  # fmt: skip
        licences = [Ref(e.name, self_ref) for e in edges if e.kind == "licence"]
        lifted = self.define(f"{key}: lifted", subject, disjunction(licences), block)
        effective = self.define(
            f"{key}: effective",
            subject,
            conjunction([Ref(engaged, self_ref), negation(Ref(lifted, self_ref))]),
            block,
        )
        conflict = self.conflict(block, key, subject)
        met = block.slot("met when")
        met_name = (
            self.define(f"{key}: met", subject, self.condition(met.condition, env), block)
            if met and met.condition
            else ""
        )
        cites = tuple(t.text for b in (block, fill) if b for s in b.all("cites") for t in s.texts)
        sources = tuple(
            t.text for b in (block, fill) if b for s in b.all("source-id") for t in s.texts
        )
        named = fill if fill is not None and fill.slot("measure") else block
        measures = tuple(str(n) for s in named.all("measure") for n in s.names)
        checked = (fill or block).slot("checked")
        made = core.Norm(
            id=f"{block.id} via {fill.id}" if fill else block.id, provision=block.id, fill=fill.id if fill else "",
            verb=verb.word, title=(fill or block).title, citations=cites, source_ids=sources, measures=measures, regime=regime(block),
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
            duty=replace(self.duty(verb, env, block, key, subject), met=met_name)
            if verb.word == "requires" else None,
            penalties=tuple(str(n) for n in verb.names) if verb.word == "penalises" else (),
            lifts=tuple(str(r) for r in self.lifted_refs(verb)),
            dormant=self.dormant(block, fill), conflict=conflict,
            withdrawn=", ".join(dict.fromkeys(
                w[0] for b in (block, fill) if b and (w := self.rulebook.withdrawal(b))
            )),
            place=block.head,
        )  # fmt: skip
        self.norms[key] = made
        self.order.append(made)
        for extra in block.all("requires"):
            if extra is not verb:
                self.attached_duty(block, extra, made, env, subject, self_ref)

    def said(
        self, block: ast.Block, fill: ast.Block | None, key: str, env: Env, filled: Expr
    ) -> tuple[str, str, str]:
        """What the norm itself says, before anything acts on it: its act, its body and its scope."""
        verb = cast(ast.Slot, block.verb)
        subject = self.collection_of(block)[0] or None
        gone = any(b is not None and self.withdrawn(b) for b in (block, fill))
        pattern = self.define(f"{key}: pattern", None, self.pattern(verb, "kind"), block)
        says = self.content(conjunction([self.body(block, env), filled]), block, fill)
        body = self.define(f"{key}: body", subject, says, block)
        excepted = FALSE if gone else self.scope(block, fill, env)
        scope = self.define(f"{key}: scope", subject, excepted, block)
        return pattern, body, scope

    def promised(self, block: ast.Block) -> list[tuple[str, str, tuple[str, ...]]]:
        """For each variant of a norm its provision, its fill, and the definitions of what it says."""
        force = block.slot("in force")
        anchor = (force.anchor if force else None) or DEFAULT_ANCHOR
        found: list[tuple[str, str, tuple[str, ...]]] = []
        for fill, key in self.variants_of(block):
            opened, filled = self.openings(block, fill, anchor)
            names = self.said(block, fill, key, self.env(block, anchor, opened), filled)
            found.append((block.id, fill.id if fill else "", names))
        return found

    def attached_duty(
        self,
        block: ast.Block,
        slot: ast.Slot,
        of: core.Norm,
        env: Env,
        subject: str | None,
        self_ref: Fact | None,
    ) -> None:
        """A `requires` beside another verb: a duty that follows use of the provision."""
        conduct = cast(ast.Conduct, slot.conduct)
        key = f"{of.id} requires {conduct.acts[0]}"
        made = replace(
            of,
            id=key,
            verb="requires",
            duty=self.duty(slot, env, block, key, subject),
            menu=(),
            lifts=(),
            edges=(),
            engaged=of.engaged,
            effective=of.effective,
        )
        self.norms[key] = made
        self.order.append(made)

    def dormant(self, block: ast.Block, fill: ast.Block | None) -> str:
        opened = [
            s
            for s in block.all("leaves open")
            if (s.subject is not None and not self.rulebook.fills.get((block.id, str(s.term))))
            or self.fills_itself(block, s)
        ]
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
                opened[name] = tuple(
                    f
                    for f in self.rulebook.fills.get((block.id, name), [])
                    if self.fill_meets(f, block)
                )
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

    def bound(self, block: ast.Block, anchor: ast.Path) -> Expr:
        slot = block.slot("binds")
        if slot is None:
            return TRUE
        actor = Fact("case", ("actor",), slot.span)
        return disjunction(
            Ref(self.term(regime(block), str(name), (), anchor), actor, name.span)
            for name in slot.names
        )

    def pattern(self, verb: ast.Slot, kind_fact: str) -> Expr:
        """The act that the verb line names: its kinds and its places."""
        conduct = verb.conduct
        if conduct is None or verb.word in ("requires",):
            return TRUE
        parts: list[Expr] = []
        kinds = [a.text for a in conduct.acts]
        if ANY_ACT not in kinds:
            parts.append(
                Apply(
                    "one_of",
                    (Fact("case", ("act", kind_fact), conduct.span), Literal(frozenset(kinds))),
                    place=conduct.span,
                )
            )
        return conjunction([*parts, *self.places(conduct)])

    def places(self, conduct: ast.Conduct) -> list[Expr]:
        parts: list[Expr] = []
        for role in conduct.roles:
            if isinstance(role.thing, ast.Proper) and role.word in ("into", "to", "from"):
                fact = "departure" if role.word == "from" else "destination"
                parts.append(
                    Apply(
                        "equals",
                        (Fact("case", ("act", fact), role.span), Literal(role.thing.text)),
                        place=role.span,
                    )
                )
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
            Apply(
                "one_of",
                (Fact("case", ("act", kind), conduct.span), Literal(frozenset(kinds))),
                place=conduct.span,
            )
            for kind in ("kind", "underlying_kind")
        )
        return conjunction([either, *self.places(conduct)])

    # -- exceptions ------------------------------------------------------------------------------

    def edges(
        self, block: ast.Block, fill: ast.Block | None, key: str, subject: str | None
    ) -> list[core.Edge]:
        found: list[core.Edge] = []
        for source in self.exceptions.get(key, ()):
            if source is block:
                continue
            kind = EDGE_KINDS[cast(ast.Slot, source.verb).word]
            for _, source_key in self.variants_of(source):
                norm = self.norms[source_key]
                name = f"{source_key} → {key}"
                holds = self.seen_from(norm, subject)
                attacks = [
                    negation(self.seen_from(self.norms[self.key(w)], subject))
                    for w in self.withdrawals(source, key)
                ]
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
        every = Quantified(
            "every", norm.collection, norm.variable, Ref(norm.effective, Fact(norm.variable, ()))
        )
        return conjunction([self.effective(norm), every])

    def withdrawals(self, source: ast.Block, key: str) -> list[ast.Block]:
        """The texts that take an exception back for a norm."""
        found: list[ast.Block] = []
        for block in self.withdrawing.get(id(source), ()):
            verb = cast(ast.Slot, block.verb)
            if not verb.targets or any(
                k == key for ref in verb.targets for _, _, k in self.targets(ref)
            ):
                found.append(block)
        return found

    def specific_licence(
        self, block: ast.Block, fill: ast.Block | None, key: str, subject: str | None
    ) -> core.Edge:
        """A licence or derogation that an authority gave to a named applicant: a fact, not law."""
        force = cast(ast.Slot, block.slot("in force"))
        zone = self.rulebook.zone(block)
        when = Apply(
            "instants", (Fact("case", (force.anchor or DEFAULT_ANCHOR).parts), Literal(zone))
        )

        def valid(path: str) -> Expr:
            return Apply("instants", (Fact("licence", (path,)), Literal(zone)))

        body = conjunction([
            disjunction(Apply("includes", (Fact("licence", ("lifts",)), Literal(n))) for n in self.licensed_as(block, fill)),
            Apply("at_most", (valid("valid_from"), when)),
            disjunction([Apply("is_none", (Fact("licence", ("valid_until",)),)), Apply("at_most", (when, valid("valid_until")))]),
            Apply("same_item", (Fact("licence", ("holder",)), Fact("case", ("actor",)))),
            Apply("holds", (Fact("licence", ("conditions_met",)),)),
        ])  # fmt: skip
        name = f"specific licence → {key}"
        held = Quantified("some", Fact("case", ("licences_held",)), "licence", body)
        self.define(name, subject, held, block)
        return core.Edge(name, "licence", "specific licence")

    def conflict(self, block: ast.Block, key: str, subject: str | None) -> str:
        """Where a duty demands what this prohibition forbids and neither displaces the other.

        Duties of its own regime: what another state demands does not open the answer of this one.
        A duty to pay a share of a value is owed to the authority, and no payment that is forbidden.
        """
        found: list[Expr] = []
        for other, shared in self.against(block):
            norm = self.norms[self.key(other)]
            kind = Apply("one_of", (Fact("case", ("act", "kind")), Literal(shared)))
            found.append(conjunction([self.seen_from(norm, subject), kind]))
        if not found:
            return ""
        return self.define(f"{key}: in conflict", subject, disjunction(found), block)

    # -- what is kept of a norm for saying why ---------------------------------------------------

    def term_of(self, block: ast.Block, anchor: ast.Path) -> core.Term:
        slot = cast(ast.Slot, block.slot("in force"))
        possibly, surely, until, until_possibly = self.interval(block)
        awaiting = slot.interval.what.text if isinstance(slot.interval, ast.Awaiting) else ""
        replaced = tuple(
            (f"{n.id}@{first_day(n)}", self.interval(n)[0])
            for n in self.rulebook.replaced_by.get(id(block), [])
        )
        from sanctions_rules.language.format import interval_text

        return core.Term(
            possibly, surely, until, until_possibly, interval_text(slot), anchor.parts, self.rulebook.zone(block),
            self.known_from(block), replaced, awaiting, possibly == -FOREVER,
        )  # fmt: skip

    def duty(
        self, verb: ast.Slot, env: Env, block: ast.Block, key: str, subject: str | None
    ) -> core.Duty:
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
        made = core.Duty(
            str(conduct.acts[0]), due_kind=due.kind, count=duration.count if duration else 0,
            unit=plural(duration.unit) if duration else "", business=duration.business if duration else False,
            path=path_fact, month=due.month, day=due.day, payment=payment, due=str(due.path or ""),
        )  # fmt: skip
        last = self.last_day(made, env, block)
        zone = Literal(env.zone)
        following = Apply("next_day", (last, zone))
        as_of = Apply("instants", (Fact("case", ("as_of",)), zone))
        that_day = Apply("shifted", (as_of, Literal(0), Literal("days"), zone))  # its hour is idle
        over = self.define(f"{key}: over", subject, Apply("at_most", (following, that_day)), block)
        return replace(made, last=last, over=over)

    def last_day(self, duty: core.Duty, env: Env, block: ast.Block) -> Expr:
        """The beginning of the last day of a duty, or of the last day on which something is kept."""
        zone = Literal(env.zone)
        if duty.due_kind == "yearly":  # counted from the event that the provision is measured at
            return Apply("shifted", (env.when, Literal(duty.day), Literal(duty.month), zone))
        since = Apply("instants", (cast(Fact, duty.path), zone))
        if duty.due_kind == "at":
            return Apply("shifted", (since, Literal(0), Literal("days"), zone))
        business = calendars.BUSINESS + self.rulebook.calendar(block)
        unit = business if duty.business else duty.unit
        return Apply("shifted", (since, Literal(duty.count), Literal(unit), zone))

    # -- terms -----------------------------------------------------------------------------------

    # -- conditions ------------------------------------------------------------------------------
