"""Commodity codes in SQL: whether a code of a list surely, or possibly, falls under prefixes.

The schemes share six digits; a code shorter than a prefix, or of another scheme beyond the sixth
digit, leaves the answer open. See `codes.under`, which this follows line by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sanctions_rules.codes import Code
from sanctions_rules.engines.sql.dialects import (
    Dialect,
    Sql,
    call,
    column,
    compared,
    negated,
    number,
    text,
    within,
)
from sanctions_rules.engines.sql.reading import digits_of, scheme_of
from sanctions_rules.engines.sql.truths import (
    Logic,
    all_,
    any_,
    condition,
    conjunction,
    disjunction,
    may,
    must,
    not_,
    pair,
)


def any_code(
    dialect: Dialect, held: Sql, wanted: tuple[Code, ...], without: tuple[Code, ...]
) -> Logic:
    """Whether a code of the list surely, or possibly, falls under the prefixes."""
    under = all_([_under(wanted), not_(_under(without))])

    def some(one: Sql | bool) -> Sql | bool:
        if one is False:
            return False
        kept = dialect.kept(held, "code", condition(one))
        return compared("<", number(0), dialect.size(kept))

    return pair(some(must(under)), some(may(under)))


def _under(prefixes: Iterable[Code]) -> Logic:
    """`codes.under` of the variable `code`, for any of the prefixes."""
    digits, scheme = digits_of(column("code")), scheme_of(column("code"))
    plain: dict[str, set[str]] = {}
    found: list[Logic] = []
    for prefix in prefixes:
        if prefix.upto:
            found += _in_range(prefix, digits, scheme)
            continue
        plain.setdefault(prefix.scheme if len(prefix.digits) > 6 else "", set()).add(prefix.digits)
    for of, wanted in sorted(plain.items()):
        under = pair(*_goes_on(digits, wanted))
        if not of:
            found.append(under)
            continue
        same = compared("=", scheme, text(of))
        found.append(all_([same, under]))
        # another scheme agrees on six digits, and is silent on what follows
        six = _goes_on(call("substr", digits, number(1), number(6)), {w[:6] for w in wanted})[1]
        found.append(pair(False, conjunction([negated(same), six])))
    return any_(found)


def _goes_on(digits: Sql, wanted: set[str]) -> tuple[Sql | bool, Sql | bool]:
    """The digits go on from one of these, or may, because they stop within it."""
    by_length: dict[int, set[str]] = {}
    for one in wanted:
        by_length.setdefault(len(one), set()).add(one)
    sure = disjunction(
        within(call("substr", digits, number(1), number(n)), ones)
        for n, ones in sorted(by_length.items())
    )
    shorter = {w[:n] for w in wanted for n in range(2, len(w), 2)}
    return sure, disjunction([sure, *([within(digits, shorter)] if shorter else [])])


def _in_range(prefix: Code, digits: Sql, scheme: Sql) -> Iterator[Logic]:
    """From one code to another of the same length, both within."""
    for own in (True, False) if len(prefix.digits) > 6 else (None,):
        shared = 6 if own is False else 10
        low, high = prefix.digits[:shared], prefix.upto[:shared]
        inside = len(prefix.digits) <= shared
        mine = call("substr", digits, number(1), number(shared)) if shared == 6 else digits
        same = compared("=", scheme, text(prefix.scheme))
        of_scheme: Sql | bool = True if own is None else same if own else negated(same)
        first = call("substr", mine, number(1), number(len(low)))
        long_enough = compared("<=", number(len(low)), call("length", mine))
        between = [compared("<=", text(low), first), compared("<=", first, text(high))]
        strictly = [compared("<", text(low), first), compared("<", first, text(high))]
        yield pair(
            conjunction([of_scheme, long_enough, *(between if inside else strictly)]),
            conjunction([of_scheme, long_enough, *between]),
        )
        for n in range(2, len(low), 2):
            a, b = text(low[:n]), text(high[:n])
            so_long = compared("=", call("length", mine), number(n))
            yield pair(
                conjunction([of_scheme, so_long, compared("<", a, mine), compared("<", mine, b)]),
                conjunction([of_scheme, so_long, compared("<=", a, mine), compared("<=", mine, b)]),
            )
