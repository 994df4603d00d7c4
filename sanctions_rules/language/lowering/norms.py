"""A norm, through each determination that fills it, as nine definitions.

Exceptions are lowered before what they except, so that `Ref` always points backwards; engines then
need no ordering logic of their own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from sanctions_rules import core
from sanctions_rules.core import Expr, Fact, Ref
from sanctions_rules.language import ast
from sanctions_rules.language.chains import Words
from sanctions_rules.language.lowering import acts, duties, exceptions, lines
from sanctions_rules.language.lowering.conditions import Conditions
from sanctions_rules.language.lowering.env import DEFAULT_ANCHOR, Env
from sanctions_rules.language.lowering.logic import FALSE, TRUE, conjunction, disjunction, negation
from sanctions_rules.language.lowering.openings import dormant, openings
from sanctions_rules.language.names import subject_noun
from sanctions_rules.language.resolve import Rulebook, first_day, regime
from sanctions_rules.language.targets import Variant
from sanctions_rules.language.timing import FOREVER
from sanctions_rules.schema import NOUNS, ROLE_LISTS


class Norms(Conditions):
    """The norms of one rulebook, lowered in the order that their exceptions demand."""

    def __init__(
        self,
        rulebook: Rulebook,
        allowed: frozenset[str] = frozenset(),
        words: Words | None = None,
    ) -> None:
        super().__init__(rulebook, allowed, words)
        self.order: list[core.Norm] = []

    def norm(self, block: ast.Block, fill: ast.Block | None, key: str) -> core.Norm:
        if key not in self.norms:
            self.made(key, lambda: self.new_norm(block, fill, key))
        return self.norms[key]

    def new_norm(self, block: ast.Block, fill: ast.Block | None, key: str) -> None:
        """The norm, lowered after all that acts on it: a loop, however long a chain of exceptions."""
        first: Variant = (block, fill, key)
        seen = {key}
        stack = [(first, iter(exceptions.acting_on(self, block, key)))]
        while stack:
            variant, following = stack[-1]
            after = next(following, None)
            if after is None:
                stack.pop()
                if variant[2] not in self.norms:  # a condition may have asked for it since
                    self.lower_norm(*variant)
            elif after[2] not in self.norms and after[2] not in seen:
                seen.add(after[2])
                stack.append((after, iter(exceptions.acting_on(self, after[0], after[2]))))

    def lower_norm(self, block: ast.Block, fill: ast.Block | None, key: str) -> None:
        verb = cast(ast.Slot, block.verb)
        force = cast(ast.Slot, block.slot("in force"))
        anchor = force.anchor or DEFAULT_ANCHOR
        noun, collection = self.collection_of(block)
        subject = noun or None
        self_ref = Fact(noun, ()) if noun else None
        opened, filled = openings(self, block, fill, anchor)
        env = lines.env_of(self, block, anchor, opened)

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
            acts.covering(verb),
            Ref(body, self_ref),
            negation(Ref(scope, self_ref)),
        ]
        covered = self.define(f"{key}: covered", subject, conjunction(core_parts), block)
        edges = exceptions.edges(self, block, fill, key, subject)
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
        conflict = exceptions.conflict(self, block, key, subject)
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
            duty=replace(duties.duty(self, verb, env, block, key, subject), met=met_name)
            if verb.word == "requires" else None,
            penalties=tuple(str(n) for n in verb.names) if verb.word == "penalises" else (),
            lifts=tuple(str(r) for r in self.lifted_refs(verb)),
            dormant=dormant(self, block, fill), conflict=conflict,
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
        pattern = self.define(f"{key}: pattern", None, acts.pattern(verb, "kind"), block)
        says = self.content(conjunction([lines.body(self, block, env), filled]), block, fill)
        body = self.define(f"{key}: body", subject, says, block)
        excepted = FALSE if gone else lines.scope(self, block, fill, env)
        scope = self.define(f"{key}: scope", subject, excepted, block)
        return pattern, body, scope

    def promised(self, block: ast.Block) -> list[tuple[str, str, tuple[str, ...]]]:
        """For each variant of a norm its provision, its fill, and the definitions of what it says."""
        force = block.slot("in force")
        anchor = (force.anchor if force else None) or DEFAULT_ANCHOR
        found: list[tuple[str, str, tuple[str, ...]]] = []
        for fill, key in self.variants_of(block):
            opened, filled = openings(self, block, fill, anchor)
            names = self.said(block, fill, key, lines.env_of(self, block, anchor, opened), filled)
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
            duty=duties.duty(self, slot, env, block, key, subject),
            menu=(),
            lifts=(),
            edges=(),
            engaged=of.engaged,
            effective=of.effective,
        )
        self.norms[key] = made
        self.order.append(made)

    def bound(self, block: ast.Block, anchor: ast.Path) -> Expr:
        slot = block.slot("binds")
        if slot is None:
            return TRUE
        actor = Fact("case", ("actor",), slot.span)
        return disjunction(
            Ref(self.term(regime(block), str(name), (), anchor), actor, name.span)
            for name in slot.names
        )

    def collection_of(self, block: ast.Block) -> tuple[str, Fact | None]:
        """The noun that the verb binds, and the list that it ranges over."""
        noun = subject_noun(block)
        if noun is None:
            return "", None
        verb = cast(ast.Slot, block.verb)
        if verb.conduct and not verb.conduct.role("of") and noun.text in ROLE_LISTS:
            return noun.text, Fact("case", ROLE_LISTS[noun.text], noun.span)
        return noun.text, Fact("case", (NOUNS[noun.text],), noun.span)

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
