"""The names that stand in a block: what its verb binds, its parameters, its columns."""

from __future__ import annotations

from sanctions_rules.diagnostics import did_you_mean
from sanctions_rules.language import ast
from sanctions_rules.language.names import Names, subject_noun
from sanctions_rules.language.typechecking.look import Look
from sanctions_rules.schema import NOUNS


def names_in(look: Look) -> Names:
    block = look.block
    names = _bound(look, _assumed(look))
    verb = block.verb
    if verb is not None and isinstance(verb.term, ast.Call):
        parameters = {str(a): None for a in verb.term.arguments if isinstance(a, ast.Path)}
        names = Names(names.items, parameters)
    columns = block.slot("columns")
    if columns is not None and block.kind != "table":
        names = Names(names.items, {**names.parameters, **dict.fromkeys(columns.columns)})
    if block.kind == "table":
        names = names.bind_noun("good") or names
    if block.kind == "example":
        names = names.bind_noun("good") or names
        conduct = block.slot("conduct")
        role = conduct.conduct.role("of") if conduct and conduct.conduct else None
        if role and isinstance(role.thing, ast.Word):
            names = names.bind_noun(role.thing.text) or names
    return names


def _assumed(look: Look) -> Names:
    """What stands in a fill of what is left open, and in a block whose verb could not be read."""
    names = Names()
    verb = look.block.verb
    if (verb is None and look.block.damaged) or (
        verb is not None and verb.word == "fills" and not look.rulebook.meant(verb.refs[0])
    ):
        return _every_noun(names)  # what the verb binds is not known: it may be any of these
    if verb is not None and verb.word == "fills":
        for target in look.rulebook.meant(verb.refs[0]):
            slots = [s for s in target.all("leaves open") if s.subject is not None]
            named = [s for s in slots if str(s.term) == str(verb.names[0])]
            for slot in named or slots:  # a wrong name is reported once, not at every use
                names = names.bind_noun(str(slot.subject)) or names
    return names


def _bound(look: Look, names: Names) -> Names:
    """With the thing that the verb binds."""
    noun, verb = subject_noun(look.block), look.block.verb
    if noun is None:
        return names
    bound = names.bind_noun(noun.text)
    if bound is not None:
        return bound
    if not (verb is not None and verb.conduct and not verb.conduct.role("of")):
        look.report(
            "unknown-noun",
            f"`{noun}` is not a thing that facts describe",
            noun,
            help=did_you_mean(noun.text, NOUNS) or "one of: " + ", ".join(sorted(NOUNS)),
        )
    look.reported.add(noun.text)
    return _every_noun(names)


def _every_noun(names: Names) -> Names:
    for noun in NOUNS:
        names = names.bind_noun(noun) or names
    return names
