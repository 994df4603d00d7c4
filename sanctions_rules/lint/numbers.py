"""Thresholds and codes: numbers that cannot be meant, and lists of codes that hide a mistake."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from sanctions_rules.codes import Code
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import regime
from sanctions_rules.lint.book import Book, removal
from sanctions_rules.lint.model import Check, Edit, Found, Level

#: In which money the law of a packaged regime states its amounts.
MONEY: Final = {"us": "USD", "eu": "EUR", "uk": "GBP"}


def percent_over_hundred(book: Book) -> Iterator[Found]:
    for _, quantity in book.parts(ast.Quantity):
        if quantity.unit == "percent" and quantity.number > 100:
            yield Found(f"{quantity.text} is more than the whole", quantity.span)


def zero_threshold(book: Book) -> Iterator[Found]:
    """Amounts, weights and shares are never below zero."""
    for _, compared in book.parts(ast.Compared):
        value = compared.value
        number = (
            value.number if isinstance(value, ast.Quantity)
            else value.amount if isinstance(value, ast.MoneyValue) else None
        )  # fmt: skip
        if number == Decimal(0) and compared.comparator in ("at least", "less than"):
            always = compared.comparator == "at least"
            yield Found(
                f"{compared.comparator} 0 {'always' if always else 'never'} holds", value.span,
                help="more than 0, if something must be there" if always else "",
            )  # fmt: skip


def threshold_without_unit(book: Book) -> Iterator[Found]:
    """A bare number in a table of values: nothing says what it counts."""
    for block in book.blocks:
        for slot in block.all("columns"):
            for row in slot.rows:
                for cell in row:
                    if isinstance(cell.value, ast.Quantity) and not cell.value.unit:
                        yield Found(
                            f"{cell.value.text} is a number without a unit", cell.value.span,
                            help="50 percent, 0.5 carat, USD 60 per barrel",
                        )  # fmt: skip


def currency_unlike_regime(book: Book) -> Iterator[Found]:
    usual = _usual(book)
    for block, value in book.parts(ast.MoneyValue):
        own = usual.get(regime(block))
        if own and value.currency != own and not value.per:
            yield Found(
                f"an amount in {value.currency}, where the amounts of `{regime(block)}` are in {own}",
                value.span, help="check the currency in the act",
            )  # fmt: skip


def _usual(book: Book) -> Mapping[str, str]:
    """The money of each regime: as known, or that of most of its amounts. Prices per unit do not count."""
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for block in book.everything:
        for node in book.nodes(block):
            if isinstance(node, ast.MoneyValue) and not node.per:
                said[regime(block)][node.currency] += 1
    return {r: found.most_common(1)[0][0] for r, found in said.items()} | MONEY


# -- codes ---------------------------------------------------------------------------------------------


def _lists(book: Book) -> Iterator[tuple[ast.Codes, tuple[ast.CodeRange, ...]]]:
    for _, codes in book.parts(ast.Codes):
        yield codes, codes.included
        if codes.excluded:
            yield codes, codes.excluded


def _holds(wide: ast.CodeRange, narrow: ast.CodeRange) -> bool:
    if wide.last or narrow.last:
        return wide.last is not None and narrow.last is None and _between(wide, narrow.first)
    return _under(narrow.first, wide.first)


def _under(code: Code, upper: Code) -> bool:
    return code.digits.startswith(upper.digits) and (upper.scheme in ("HS", code.scheme))


def _between(wide: ast.CodeRange, code: Code) -> bool:
    if wide.last is None or code.scheme != wide.first.scheme:
        return False
    low, high = wide.first.digits, wide.last.digits
    return len(code.digits) >= len(low) and low <= code.digits[: len(low)] <= high


def code_twice(book: Book) -> Iterator[Found]:
    for _, listed in _lists(book):
        spans = tuple(c.span for c in listed)
        for index, code in enumerate(listed):
            if code in listed[:index]:
                yield Found(
                    f"{code.text} stands in this list already", code.span,
                    fix=(Edit(removal(spans, index), ""),),
                )  # fmt: skip


def code_within_another(book: Book) -> Iterator[Found]:
    for _, listed in _lists(book):
        spans = tuple(c.span for c in listed)
        for index, code in enumerate(listed):
            wider = [c for c in listed if c != code and _holds(c, code)]
            if wider and code not in listed[:index]:
                yield Found(
                    f"{code.text} lies within {wider[0].text}, which is in the same list", code.span,
                    help="delete it, or the wider one, if the act means the narrower",
                    fix=(Edit(removal(spans, index), ""),),
                )  # fmt: skip


def codes_unsorted(book: Book) -> Iterator[Found]:
    for _, listed in _lists(book):
        ordered = sorted(listed, key=lambda c: (c.first.scheme, c.first.digits))
        if list(listed) != ordered and len({c.first.scheme for c in listed}) == 1:
            at = next(i for i, (a, b) in enumerate(zip(listed, ordered, strict=True)) if a != b)
            fix = tuple(
                Edit(a.span, b.text) for a, b in zip(listed, ordered, strict=True) if a != b
            )
            yield Found("the codes do not stand in their order", listed[at].span, fix=fix)


def exclusion_outside(book: Book) -> Iterator[Found]:
    for _, codes in book.parts(ast.Codes):
        for excluded in codes.excluded:
            if not any(_meets(c, excluded) for c in codes.included):
                yield Found(
                    f"{excluded.text} is taken out of a list that does not hold it", excluded.span
                )


def _meets(listed: ast.CodeRange, excluded: ast.CodeRange) -> bool:
    """Whether the two may share a code. Of different schemes the first six digits are the same ones."""
    if excluded.last:
        return True
    mine, theirs = listed.first.digits, excluded.first.digits
    length = min(len(mine), len(theirs), 6 if listed.first.scheme != excluded.first.scheme else 12)
    last = listed.last.digits if listed.last else mine
    return mine[:length] <= theirs[:length] <= last[:length]


CHECKS: Final = (
    Check("percent-over-hundred", Level.WARNING, "A share is more than the whole.", percent_over_hundred),
    Check("zero-threshold", Level.ERROR, "A threshold of zero is always met, or never.", zero_threshold),
    Check("threshold-without-unit", Level.WARNING, "A number in a table has no unit.",
          threshold_without_unit),
    Check("currency-unlike-regime", Level.WARNING,
          "An amount is in another currency than those of its regime.", currency_unlike_regime),
    Check("code-twice", Level.WARNING, "A code stands twice in one list.", code_twice, fixes=True),
    Check("code-within-another", Level.WARNING, "A code lies within another one of its list.",
          code_within_another, fixes=True),
    Check("codes-unsorted", Level.INFO, "The codes of a list do not stand in order.", codes_unsorted,
          fixes=True),
    Check("exclusion-outside", Level.WARNING, "A code is taken out of a list that does not hold it.",
          exclusion_outside),
)  # fmt: skip
