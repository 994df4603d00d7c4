"""A term becomes a definition for each event that it is read at, with all its versions in their time."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from sanctions_rules import core
from sanctions_rules.core import Apply, Expr, Fact, Literal, Ref
from sanctions_rules.language import ast
from sanctions_rules.language.lowering.amounts import open_values
from sanctions_rules.language.lowering.lines import body, env_of, scope
from sanctions_rules.language.lowering.logic import (
    FALSE,
    TRUE,
    conjunction,
    disjunction,
    negation,
)
from sanctions_rules.language.lowering.texts import Texts
from sanctions_rules.language.names import Names, Typed, subject_noun
from sanctions_rules.language.passing import ways_of


class Terms(Texts):
    """The terms of one rulebook, lowered when first asked for."""

    def term(
        self,
        where: str,
        name: str,
        arguments: tuple[ast.Value, ...],
        anchor: ast.Path,
        under: str = "",
    ) -> str:
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
        """The term, after the plain terms that it rests on."""
        if full == f"{where}.{name} @ {anchor}":
            for other in self.rests_on(where, name):
                below = f"{where}.{other} @ {anchor}"
                if below not in self.definitions:
                    versions = self.rulebook.terms[(where, other)]
                    self.lower_term(where, other, versions, (), anchor, below)
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
        first = blocks[0]
        noun = subject_noun(first)
        subject = noun.text if noun else None
        recursive = any(ways_of(self.rulebook, b, name) for b in blocks)
        if not recursive:
            said = self.versions(blocks, arguments, anchor, None, name)
            return self.define(full, subject, said, first)
        by_itself = self.versions(blocks, arguments, anchor, FALSE, name)
        seed = self.define(f"{full}: by itself", subject, by_itself, first)
        if_owned = self.versions(blocks, arguments, anchor, TRUE, name)
        guard = self.define(f"{full}: may pass by ownership", subject, if_owned, first)
        ways = tuple(dict.fromkeys(w for b in blocks for w in ways_of(self.rulebook, b, name)))
        self.definitions[full] = core.Closure(
            full, seed, guard, ways, False,
            Fact("case", anchor.parts), self.rulebook.zone(first), first.id, first.head,
        )  # fmt: skip
        return full

    def versions(
        self,
        blocks: list[ast.Block],
        arguments: tuple[ast.Value, ...],
        anchor: ast.Path,
        owned: Expr | None,
        name: str,
    ) -> Expr:
        """What the versions say, each in its time. `owned`: what passing on by ownership is taken for."""
        versions: list[Expr] = []
        living: list[Expr] = []
        noun = subject_noun(blocks[0])
        for block in blocks:
            env = env_of(self, block, anchor, open_values(self, block, anchor))
            own = subject_noun(block)
            if (
                own is not None and noun is not None and own.text != noun.text
            ):  # one subject, two nouns: the first version's noun names the item
                names = env.names.bind(
                    own.text,
                    Typed("item", Fact(noun.text, ()), None, env.names.items[own.text].model),
                )
                env = replace(env, names=names)
            called = cast(ast.Slot, block.verb).term
            if isinstance(called, ast.Call):
                parameters = {str(p): a for p, a in zip(called.arguments, arguments, strict=False)}
                env = replace(env, names=Names(env.names.items, parameters))
            env = replace(env, owned=owned, term=name)
            alive = Ref(self.in_force(block, anchor))
            living.append(alive)
            said = conjunction([body(self, block, env), negation(scope(self, block, None, env))])
            versions.append(conjunction([alive, self.content(said, block)]))
        gap = Literal(f"no text in the rulebook says what `{name}` is at that time")
        return disjunction([*versions, Apply("undefined", (disjunction(living), gap))])
