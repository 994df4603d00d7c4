"""Defects of conditions, thresholds, codes, titles and texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lint.places import (
    EXTRA,
    after,
    before,
    norms,
    whens,
)
from lint.planting import Law, Plant, Planter, beside, here

from sanctions_rules.language import ast
from sanctions_rules.language.resolve import regime
from sanctions_rules.lint import Edit
from sanctions_rules.lint.licences import ANY
from sanctions_rules.source import Span

# -- conditions that nothing meets ------------------------------------------------------------------------


def _says(law: Law, element: ast.Element) -> tuple[str, str] | None:
    """A plain element of one value, and what denies it."""
    match element.atom:
        case ast.Comparison(ast.Path(), ast.Is(ast.IsValue(ast.Path() | ast.Proper()), False)):
            text = law.text(element.atom.span)
            return text, text.replace(" is ", " is not ", 1)
        case _:
            return None


def plain(law: Law, condition: ast.Condition) -> Iterator[tuple[ast.Element, str, str]]:
    for element in condition.elements:
        said = _says(law, element)
        if said is not None:
            yield element, *said


def contradiction(law: Law) -> Iterator[Plant]:
    for block, _, condition in whens(law):
        for element, _, denied in plain(law, condition):
            yield here(block, after(element.span, f"\n    and         {denied}"))


def unreachable_limb(law: Law) -> Iterator[Plant]:
    for block, _, condition in whens(law):
        groups = [
            e.atom
            for e in condition.elements
            if isinstance(e.atom, ast.Group) and e.atom.kind == "any"
        ]
        for _, _, denied in plain(law, condition):
            for group in groups:
                yield here(block, after(group.members[-1].condition.span, f"\n and {denied}"))


def excepted(pick: int) -> Planter:
    """An exception that denies (2) or repeats (1) what the rule asks."""

    def planter(law: Law) -> Iterator[Plant]:
        for block, slot, condition in whens(law):
            if block.slot("except where") or block.slot("unless shown that"):
                continue
            if block.verb and block.verb.word in ("penalises", "withdraws", "displaces", "asks"):
                continue
            for said in plain(law, condition):
                yield here(block, after(slot.span, f"\n  except where  {said[pick]}"))

    return planter


def groups(law: Law, kind: str = "any") -> Iterator[tuple[ast.Block, ast.Group]]:
    for block, slot, _ in whens(law):
        for node in ast.walk(slot.condition):
            if isinstance(node, ast.Group) and node.kind == kind and node.members[0].label == "":
                yield block, node


def covers_everything(law: Law) -> Iterator[Plant]:
    for block, group in groups(law):
        for member in group.members:
            found = list(plain(law, member.condition))
            if len(member.condition.elements) == 1 and found:
                yield here(block, after(member.span, f"\n - {found[0][2]}"))


def redundant_member(law: Law) -> Iterator[Plant]:
    for block, group in groups(law):
        member = group.members[0]
        if EXTRA not in law.text(member.span):
            yield here(block, after(member.span, f"\n {law.text(member.span)}\n and {EXTRA}"))


def kind_outside_verb(law: Law) -> Iterator[Plant]:
    for block, _, condition in whens(law):
        verb = block.verb
        if verb and verb.word in ("prohibits", "authorises", "exempts") and verb.conduct:
            acts = {a.text for a in verb.conduct.acts}
            free = [w for w in ("donation", "foreign_exchange", "guarantee") if w not in acts]
            if ANY not in acts and free:
                yield here(
                    block, before(condition.span, f"act.kind is {free[0]}\n    and         ")
                )


def asks_who_is_bound(law: Law) -> Iterator[Plant]:
    for block, _, condition in whens(law):
        bound = block.slot("binds")
        if bound and len(bound.names) == 1:
            yield here(
                block, before(condition.span, f"actor is {bound.names[0]}\n    and         ")
            )


# -- numbers -------------------------------------------------------------------------------------------


def more(text: str) -> Planter:
    """One condition more."""

    def planter(law: Law) -> Iterator[Plant]:
        for block, _, condition in whens(law):
            money = {"us": "EUR", "eu": "USD", "uk": "USD"}.get(regime(block), "USD")
            yield here(
                block, before(condition.span, text.format(money=money) + "\n    and         ")
            )

    return planter


def percent_over_hundred(law: Law) -> Iterator[Plant]:
    for block in norms(law):
        for node in law.book.nodes(block):
            if isinstance(node, ast.Role) and node.share:
                yield here(block, Edit(node.share[0].span, "350"))


def threshold_without_unit(law: Law) -> Iterator[Plant]:
    """In a table that nothing looks values up in yet: elsewhere the type checker wants the unit."""
    for block in law.blocks:
        for slot in block.all("columns") if block.kind == "table" and block.ref else ():
            for row in slot.rows:
                for cell in row:
                    if isinstance(cell.value, ast.MoneyValue) and block.ref:
                        at = cell.value.span.start - block.span.start
                        text = law.text(block.span)
                        new = text[:at] + text[at:].replace(law.text(cell.value.span), "60", 1)
                        yield beside(
                            block,
                            new.replace(law.text(block.ref.span), f"{regime(block)}.planted", 1),
                        )


def zero_threshold(law: Law) -> Iterator[Plant]:
    for block in norms(law):
        for node in law.book.nodes(block):
            match node:
                case ast.Compared("at least" | "less than", ast.Quantity(_, unit, span=span)):
                    yield here(block, Edit(span, f"0 {unit}".strip()))
                case _:
                    pass


def coded(law: Law) -> Iterator[tuple[ast.Block, ast.Codes]]:
    for block in norms(law):
        for node in law.book.nodes(block):
            if isinstance(node, ast.FallsUnder):
                yield block, node.codes


def code_twice(law: Law) -> Iterator[Plant]:
    for block, codes in coded(law):
        yield here(block, after(codes.included[-1].span, f", {codes.included[0].text}"))


def code_within_another(law: Law) -> Iterator[Plant]:
    for block, codes in coded(law):
        for code in codes.included:
            if code.last is None and len(code.first.digits) <= 4:
                yield here(
                    block,
                    after(codes.included[-1].span, f", {code.first.scheme} {code.first.digits}.10"),
                )


def codes_unsorted(law: Law) -> Iterator[Plant]:
    for block, codes in coded(law):
        first, last = codes.included[0], codes.included[-1]
        if len(codes.included) > 1:
            yield here(block, Edit(first.span, last.text), Edit(last.span, first.text))
        elif first.last is None and first.first.digits > "0102":
            yield here(block, after(first.span, f", {first.first.scheme} 0101"))


def exclusion_outside(law: Law) -> Iterator[Plant]:
    for block, codes in coded(law):
        if any(c.first.digits <= "0101" for c in codes.included):
            continue  # a list from the first chapter on holds it
        far = f"{codes.included[0].first.scheme} 0101"
        if codes.excluded:
            yield here(block, after(codes.excluded[-1].span, f", {far}"))
        else:
            yield here(block, after(codes.included[-1].span, f" other than {far}"))


# -- how conditions are written -------------------------------------------------------------------------


def duplicate_condition(law: Law) -> Iterator[Plant]:
    for block, _, condition in whens(law):
        for element in condition.elements:
            yield here(
                block, after(element.span, f"\n    and         {law.text(element.atom.span)}")
            )


def value_twice(law: Law) -> Iterator[Plant]:
    for block in norms(law):
        for node in law.book.nodes(block):
            if isinstance(node, (ast.IsOneOf, ast.Includes)):
                yield here(block, after(node.values[-1].span, f", {law.text(node.values[0].span)}"))


def one_value_list(law: Law) -> Iterator[Plant]:
    for block, _, condition in whens(law):
        for element, said, _ in plain(law, condition):
            fact = "." in said.split(" is ")[0]  # a thing is never one of several words
            if fact and not said.endswith(" is actor"):
                yield here(block, Edit(element.span, said.replace(" is ", " is any of ", 1)))


def one_member_group(law: Law) -> Iterator[Plant]:
    for block, _, condition in whens(law):
        for element in condition.elements:
            if not element.label:
                yield here(block, Edit(element.span, f"any of\n - {law.text(element.span)}\n end"))


def group_in_like_group(law: Law) -> Iterator[Plant]:
    for block, group in groups(law):
        if len(group.members) > 1:
            first, second = group.members[:2]
            both = f"- any of\n {law.text(first.span)}\n {law.text(second.span)}\n end"
            yield here(block, Edit(first.span.to(second.span), both))


def all_of_for_and(law: Law) -> Iterator[Plant]:
    for block, _, condition in whens(law):
        if len(condition.elements) > 1 and not any(e.label for e in condition.elements):
            first, second = condition.elements[:2]
            both = f"all of\n - {law.text(first.span)}\n - {law.text(second.span)}\n end"
            yield here(block, Edit(first.span.to(second.span), both))


def labelled(*labels: str) -> Planter:
    """The first members of a group, given labels."""

    def planter(law: Law) -> Iterator[Plant]:
        for block, group in groups(law):
            if len(group.members) >= len(labels):
                places = [Span(m.span.file, m.span.start, m.span.start + 1) for m in group.members]
                yield here(block, *(Edit(s, x) for s, x in zip(places, labels, strict=False)))

    return planter


# -- titles and texts -----------------------------------------------------------------------------------


def titled(make: Callable[[str], str]) -> Planter:
    def planter(law: Law) -> Iterator[Plant]:
        for block in norms(law):
            yield here(block, Edit(law.book.title(block), make(block.title)))

    return planter


def title_twice(law: Law) -> Iterator[Plant]:
    first: dict[tuple[str, str], ast.Block] = {}
    for block in norms(law):
        if block.ref and not block.slot("reading"):
            other = first.setdefault((block.kind, block.ref.instrument), block)
            if other.id != block.id:
                yield Plant(
                    (Edit(law.book.title(block), f'"{other.title}"'),),
                    (block.span,),
                    (block, other),
                )


def noting(make: Callable[[str], str]) -> Planter:
    def planter(law: Law) -> Iterator[Plant]:
        for block in norms(law):
            for slot in block.all("note"):
                yield here(block, Edit(slot.span, make(slot.texts[0].text)))

    return planter


def commented(comment: str) -> Planter:
    def planter(law: Law) -> Iterator[Plant]:
        for block in norms(law):
            yield here(block, after(block.head, f"  # {comment}"))

    return planter
