"""What a name stands for at one place of a block: a bound item, a fact, a term, a parameter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sanctions_rules import core, schema
from sanctions_rules.diagnostics import Diagnostic, did_you_mean
from sanctions_rules.facts import Case, Declared, FactModel
from sanctions_rules.language import ast

LIST_FORMS = ("words", "countries", "texts", "codes", "refs", "records")


@dataclass(frozen=True, slots=True)
class Typed:
    """A path with its meaning. `form`: a fact's form, or `item`, `act`, `element` of a list."""

    form: str
    fact: core.Fact
    declared: Declared | None = None
    model: type[FactModel] | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """The names in scope. `items`: bound names and what they are bound to."""

    items: Mapping[str, Typed] = field(default_factory=dict[str, Typed])
    parameters: Mapping[str, ast.Value | None] = field(
        default_factory=dict[str, "ast.Value | None"]
    )

    def bind(self, name: str, typed: Typed) -> Names:
        return replace(self, items={**self.items, name: typed})

    def bind_noun(self, noun: str) -> Names | None:
        collection = schema.NOUNS.get(noun)
        if collection is None:
            return None
        model = schema.COLLECTIONS[collection]
        return self.bind(noun, Typed("item", core.Fact(noun, ()), None, model))

    def bind_member(self, name: str, of: Typed) -> Names:
        """Bind one member of a list: an item of records or refs, or a plain word."""
        if of.form in ("refs", "records"):
            return self.bind(name, Typed("item", core.Fact(name, ()), None, of.model))
        return self.bind(name, Typed("element", core.Fact(name, ()), of.declared, None))

    def find(self, path: ast.Path) -> Typed | Diagnostic:
        head, rest = path.parts[0], path.parts[1:]
        if head in self.items:
            bound = self.items[head]
            if not rest:
                return bound
            if bound.model is None:
                return Diagnostic(
                    "unknown-fact", f"`{head}` is a plain word and has no `{rest[0]}`", path.span
                )
            return self._fact(path, bound.model, head, rest, 1)
        if head == "act" and not rest:
            return Typed("act", core.Fact("case", ()))
        if head in ("act", "actor"):
            return self._fact(path, Case, "case", path.parts, 0)
        if head == "case" and rest:
            return self._fact(path, Case, "case", rest, 1)
        known = (*self.items, "act", "actor", "case")
        return Diagnostic(
            "unknown-name", f"nothing here is called `{head}`", path.span, "no verb or quantifier binds it",
            did_you_mean(head, known) or "known here: " + ", ".join(dict.fromkeys(known)),
        )  # fmt: skip

    def _fact(
        self,
        path: ast.Path,
        model: type[FactModel],
        variable: str,
        parts: tuple[str, ...],
        offset: int,
    ) -> Typed | Diagnostic:
        found = schema.find(model, parts)
        if isinstance(found, schema.UnknownStep):
            before = ".".join(path.parts[: found.index + offset])
            wrong = path.parts[min(found.index + offset, len(path.parts) - 1)]
            near = did_you_mean(wrong, found.known, "{}")
            return Diagnostic(
                "unknown-fact", f"there is no fact called `{path}`", path.span, "not in the fact schema",
                f"did you mean `{before}.{near}`?" if near
                else f"`{before}` has: " + ", ".join(found.known[:12]) + (", …" if len(found.known) > 12 else "") if found.known
                else f"`{before}` has no parts",
            )  # fmt: skip
        fact = core.Fact(variable, parts, path.span)
        if not isinstance(found, schema.Fact):
            return Diagnostic(
                "not-a-fact",
                f"`{path}` is a group of facts, not one",
                path.span,
                help="it has: " + ", ".join(schema.names(found)[:12]),
            )
        form = found.declared.form
        if form == "ref":
            return Typed("item", fact, found.declared, found.model)
        return Typed(form, fact, found.declared, found.model)


def subject_noun(block: ast.Block) -> ast.Word | None:
    """The noun that the block's verb binds, if it binds one. The act is not bound: it is one."""
    noun = _noun(block)
    return None if noun is not None and noun.text == "act" else noun


def _noun(block: ast.Block) -> ast.Word | None:
    verb = block.verb
    if verb is None:
        return None
    if (
        verb.word in ("defines", "asks", "empowers", "displaces", "withdraws", "penalises")
        and verb.subject
    ):
        return verb.subject
    if verb.conduct:
        for word in ("of", "to", "by"):
            role = verb.conduct.role(word)
            if role and isinstance(role.thing, ast.Word):
                return role.thing
            if (
                role and role.share and role.share[1].parts[0] in schema.NOUNS
            ):  # a share of something of each
                return ast.Word(role.share[1].parts[0], role.share[1].span)
    return None
