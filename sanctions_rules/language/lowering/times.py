"""A time against a day, an instant, a shifted day, or another time."""

from __future__ import annotations

from datetime import timedelta

from sanctions_rules import clocks
from sanctions_rules.core import Apply, Expr, Literal
from sanctions_rules.language import ast
from sanctions_rules.language.lowering.env import Env
from sanctions_rules.language.lowering.texts import Texts
from sanctions_rules.source import Span
from sanctions_rules.values import point


def compared(
    texts: Texts, comparator: str, value: ast.Value, left: Expr, env: Env, place: Span
) -> Expr:
    """A day of the law is the legal unit: `after 3 May` is from 4 May.

    Another fact is an instant that may be known to the day only, and then the same day leaves the
    order open.
    """
    t = Apply("instants", (left, Literal(env.zone)), place=place)
    start, following = _bounds(texts, value, env)
    if following is None:
        operators = {
            "before": ("less", t, start),
            "after": ("less", start, t),
            "on or before": ("at_most", t, start),
            "on or after": ("at_most", start, t),
            "on": ("same", t, start),
        }
    else:
        operators = {
            "before": ("less", t, start),
            "after": ("at_most", following, t),
            "on or before": ("less", t, following),
            "on or after": ("at_most", start, t),
        }
        if comparator == "on":
            begun = Apply("at_most", (start, t), place=place)
            not_over = Apply("less", (t, following), place=place)
            return Apply("and", (begun, not_over), place=place)
    operator, a, b = operators[comparator]
    return Apply(operator, (a, b), place=place)


def _bounds(texts: Texts, value: ast.Value, env: Env) -> tuple[Expr, Expr | None]:
    """Where the time begins, and for a whole day of the law where the next day does."""
    zone = Literal(env.zone)
    match value:
        case ast.Moment():
            start = Literal(point(texts.moment(value, env.zone)))
            if value.time:
                return start, None
            return start, Literal(point(clocks.day_start(value.day + timedelta(days=1), env.zone)))
        case ast.Shifted(duration, direction, path):
            since = Apply("instants", (env.typed(path).fact, zone))
            count = Literal(duration.count if direction == "after" else -duration.count)
            shifted = Apply("shifted", (since, count, Literal(plural(duration.unit)), zone))
            return shifted, Apply("next_day", (shifted, zone))
        case _:
            assert isinstance(value, ast.Path), value
            return Apply("instants", (env.typed(value).fact, zone)), None


def plural(unit: str) -> str:
    return unit if unit.endswith("s") else unit + "s"
