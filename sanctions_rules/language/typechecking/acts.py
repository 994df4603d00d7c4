"""The act that a verb line names: kinds of act, the roles in it, its places."""

from __future__ import annotations

from sanctions_rules.codes import COUNTRIES
from sanctions_rules.diagnostics import did_you_mean
from sanctions_rules.facts import ACT_KINDS
from sanctions_rules.language import ast
from sanctions_rules.language.names import Names
from sanctions_rules.language.typechecking import times, units, words
from sanctions_rules.language.typechecking.look import Look
from sanctions_rules.language.typechecking.vocabulary import ANY_ACT
from sanctions_rules.schema import ROLE_LISTS


def norm(look: Look, slot: ast.Slot, names: Names) -> None:
    """What is forbidden, permitted or demanded, which share is paid, and by when."""
    if slot.conduct:
        _conduct(look, slot.conduct, free=slot.word == "requires")
    units.share_of_payment(look, slot, names)
    times.due(look, slot, names)


def _conduct(look: Look, conduct: ast.Conduct, free: bool) -> None:
    """`free`: a duty may demand acts that are no facts, to whoever it names."""
    for act in conduct.acts:
        if not free and act.text not in ACT_KINDS and act.text != ANY_ACT:
            look.report(
                "unknown-act",
                f"`{act}` is not a kind of act",
                act,
                help=did_you_mean(act.text, (*ACT_KINDS, ANY_ACT))
                or "one of: " + ", ".join((*ACT_KINDS, ANY_ACT)),
            )
    for role in conduct.roles:
        if (
            isinstance(role.thing, ast.Proper)
            and role.word in ("to", "into", "from")
            and not (free and role.word == "to")
            and role.thing.text not in COUNTRIES
        ):
            words.unknown_country(look, role.thing.text, role.thing)
        if (
            role.word in ("to", "by")
            and isinstance(role.thing, ast.Word)
            and role.thing.text not in ROLE_LISTS
            and not free
        ):
            look.report(
                "unknown-noun",
                f"`{role.thing}` is no role of the act",
                role.thing,
                help="one of: " + ", ".join(ROLE_LISTS),
            )
