"""When law holds: days and instants that contradict each other, or that a reader will misread."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final, cast

from sanctions_rules import clocks
from sanctions_rules.language import ast
from sanctions_rules.language.resolve import first_day, regime
from sanctions_rules.language.timing import FOREVER
from sanctions_rules.lint.book import Book
from sanctions_rules.lint.model import Check, Edit, Found, Level
from sanctions_rules.source import Span


def published_before_issue(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        issued, published = block.slot("issued"), block.slot("published")
        for day, text in published.days if published and issued and issued.day else ():
            if day < cast(date, cast(ast.Slot, issued).day):
                yield Found(
                    f"published on {day}, before it was issued on {cast(ast.Slot, issued).day}",
                    text.span,
                )


def ended_before_known(book: Book) -> Iterator[Found]:
    for block in book.norms:
        slot = block.slot("in force")
        if slot is None or not (block.slot("issued") or block.slot("published")):
            continue
        known = book.targets.known_from(block)
        end = book.targets.interval(block)[3]
        if end < FOREVER and end <= clocks.day_start(
            date.fromordinal(known), book.rulebook.zone(block)
        ):
            yield Found(
                f"`{block.id}` ended before anybody could read it, on {date.fromordinal(known)}",
                slot.span, help="one of the days is wrong, or the text was published elsewhere first",
            )  # fmt: skip


def begins_before_issue(book: Book) -> Iterator[Found]:
    for block in book.norms:
        slot, issued, begins = block.slot("in force"), block.slot("issued"), first_day(block)
        if any(str(s.names[0]) in ("guidance", "faq") for s in block.all("rank")):
            continue  # it says what the words meant from their first day
        if not (
            slot and issued and issued.day and begins and isinstance(slot.interval, ast.Interval)
        ):
            continue
        if slot.interval.since.kind == "at" and begins < issued.day:
            yield Found(
                f"in force from {begins}, before it was issued on {issued.day}", slot.span,
                help="if it reaches back, say so: silence this with the words that do",
            )  # fmt: skip


def replaces_a_later_text(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        slot, mine = block.slot("replaces"), first_day(block)
        for ref in slot.refs if slot and mine else ():
            for older in book.rulebook.meant(ref):
                then = first_day(older)
                if older.id != block.id and then and then > cast(date, mine):
                    yield Found(
                        f"this begins on {mine}, and what it replaces begins on {then}", ref.span
                    )


def gap_between_versions(book: Book) -> Iterator[Found]:
    """A text that ended by its own words before the one that replaces it began."""
    for block in book.norms:
        slot = block.slot("replaces")
        since = book.targets.interval(block)[0]
        for ref in slot.refs if slot else ():
            for older in book.rulebook.meant(ref):
                end = book.targets.interval(older)[3]
                if older is not block and end < since < FOREVER:
                    yield Found(
                        f"`{older.id}` ended before this began: between them neither is in force",
                        ref.span, help="check both days; if the gap is real, silence this and say so",
                    )  # fmt: skip


_VERSION: Final = re.compile(r"(?P<stem>[a-z]+\.[a-z_]*[0-9]+)(?P<letter>[a-z]*)")


def overlaps_successor(book: Book) -> Iterator[Found]:
    """Lettered versions of one licence that both lift one prohibition, neither replacing the other."""
    series: dict[str, list[tuple[str, ast.Block]]] = defaultdict(list)
    for block in book.norms:
        named = _VERSION.fullmatch(block.ref.instrument) if block.ref else None
        if named and block.verb and block.verb.word == "authorises":
            series[named["stem"]].append((named["letter"], block))
    for versions in series.values():
        for letter, newer in versions:
            for before, older in versions:
                if before < letter and _both_lift(book, older, newer):
                    yield Found(
                        f"`{older.id}` is still in force when this begins, and this does not replace it",
                        newer.slot("in force").span,  # type: ignore[union-attr]
                        help=f"replaces {older.id}, or end the older one",
                    )


def _both_lift(book: Book, older: ast.Block, newer: ast.Block) -> bool:
    a, b = book.alive(older), book.alive(newer)
    since = book.targets.interval(newer)[1]
    if not a[0] < since < min(a[1], b[1]) or _readings_apart(older, newer):
        return False
    return bool(lifted(book, older) & lifted(book, newer)) and _conditions(older) == _conditions(
        newer
    )


def _readings_apart(one: ast.Block, other: ast.Block) -> bool:
    return bool(one.slot("reading") or other.slot("reading"))


def _conditions(block: ast.Block) -> tuple[object, ...]:
    return tuple(s.condition for s in block.slots if s.condition is not None)


def lifted(book: Book, block: ast.Block) -> set[str]:
    """The norms, by name, that a block takes effect on."""
    verb = cast(ast.Slot, block.verb)
    refs = book.targets.lifted_refs(verb)
    return {key for ref in refs for _, _, key in book.targets.acted_on(verb.word, ref)}


def after_current_through(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        head, issued = book.head(block), block.slot("issued")
        through = head.slot("current through") if head else None
        if through and through.day and issued and issued.day and issued.day > through.day:
            yield Found(
                f"issued on {issued.day}, and the rulebook says it is current through {through.day}",
                issued.span, help="move `current through` on, with everything that was issued since",
            )  # fmt: skip


# -- clocks ------------------------------------------------------------------------------------------


def noon_for_midnight(book: Book) -> Iterator[Found]:
    for _, moment in book.parts(ast.Moment):
        if moment.time == "12:01":
            new = f"{moment.day} 00:01 {moment.label}".strip()
            yield Found(
                "12:01 is a minute past noon; licences end at 12:01 a.m., which is 00:01",
                moment.span, help=f"write {new}, or silence this where the act says noon",
            )  # fmt: skip


def one_moment_unknown(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        slot = block.slot("in force")
        if slot and isinstance(slot.interval, ast.Interval):
            for end in (slot.interval.since, slot.interval.until):
                if end.kind == "between" and end.first == end.second and end.first and end.second:
                    yield Found(
                        "unknown between a day and the same day", end.first.span.to(end.second.span),
                        help=f"write {end.first}, or the two days that are meant",
                    )  # fmt: skip


def no_clock(book: Book) -> Iterator[Found]:
    said: set[str] = set()
    for block in book.norms:
        own, head = book.instrument(block), book.head(block)
        if not any(b and b.slot("clock") for b in (own, head)):
            name = own.id if own else regime(block)
            if name not in said:
                said.add(name)
                yield Found(
                    f"days of `{name}` begin at midnight UTC, because nothing names a clock",
                    (own or block).head, help="clock America/New_York, in the instrument or the head",
                )  # fmt: skip


_TIME: Final = r"\b(?:[01]?[0-9]|2[0-3]):[0-5][0-9]\b"
_SPOKEN: Final = r"[0-9]{1,2} [A-Z][a-z]+ [0-9]{4}"
_ZONED: Final = re.compile(
    rf"(?P<before>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}},? |{_SPOKEN},? (?:at )?)?"
    + _TIME
    + r"(?::[0-5][0-9])?(?: ?[ap]\.?m\.?)?(?P<zone>,? (?:[A-Z]{2,5}\b|[A-Z]?[a-z]+ (?:daylight |standard |summer )?time))?"
    + rf"(?P<after> (?:on|of) {_SPOKEN})?"
)
_DATED: Final = re.compile(
    _TIME
    + r" (?P<zone>EST|EDT|GMT|BST|CET|CEST)\b(?: (?:on|of) (?P<spoken>[0-9]{1,2} [A-Z][a-z]+ [0-9]{4}))?"
)
_ISO: Final = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}) " + _TIME + r" (?P<zone>EST|EDT|GMT|BST|CET|CEST)\b"
)
#: The zone that each label belongs to, and the label of the other half of the year.
SEASONS: Final = {
    "EST": ("America/New_York", "EDT"), "EDT": ("America/New_York", "EST"),
    "GMT": ("Europe/London", "BST"), "BST": ("Europe/London", "GMT"),
    "CET": ("Europe/Brussels", "CEST"), "CEST": ("Europe/Brussels", "CET"),
}  # fmt: skip
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def time_without_zone(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        for word, text, span in book.quoted(block):
            for match in _ZONED.finditer(text):
                dated = match["before"] or match["after"]
                if dated and not match["zone"] and word not in ("source-id", "entries from"):
                    yield Found(
                        f"{match[0]} is said without its zone", _within(span, match),
                        help="name the zone: 00:01 EST, 23:01 BST",
                    )  # fmt: skip


def zone_out_of_season(book: Book) -> Iterator[Found]:
    """In rules the label has no effect, and in texts nothing else looks at it."""
    for block, moment in book.parts(ast.Moment):
        zone = book.rulebook.zone(block)
        if moment.time and zone != "UTC":
            own = clocks.label_at(moment.day, moment.time, zone)
            if moment.label != own:
                at = Span(moment.span.file, moment.span.end - len(moment.label), moment.span.end)
                yield _wrong_label(moment.label, moment.day, own, at)
    for block in book.blocks:
        for _, text, span in book.quoted(block):
            for match in (*_DATED.finditer(text), *_ISO.finditer(text)):
                day = _day(match.groupdict().get("spoken") or match.groupdict().get("day") or "")
                zone, other = SEASONS[match["zone"]]
                if day and clocks.label_at(day, "12:00", zone) == other:
                    yield _wrong_label(match["zone"], day, other, _within(span, match, "zone"))


def _wrong_label(label: str, day: date, own: str, at: Span) -> Found:
    return Found(
        f"{label} is said of {day}, when the clock shows {own}", at,
        help=f"write {own}, if the clock time is right", fix=(Edit(at, own),),
    )  # fmt: skip


def ambiguous_date(book: Book) -> Iterator[Found]:
    for block in book.blocks:
        for word, text, span in book.quoted(block):
            for match in re.finditer(
                r"(?<![\w/.])([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})(?![\w/])", text
            ):
                if word not in ("cites", "source-id", "entries from"):
                    yield Found(
                        f"{match[0]} is one day in Washington and may be another in Brussels",
                        _within(span, match), help="write the month as a word, or YYYY-MM-DD",
                    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        if "-" in text:
            return date.fromisoformat(text)
        day, month, year = text.split()
        return date(int(year), _MONTHS.index(month) + 1, int(day))
    except ValueError:
        return None


def _within(span: Span, match: re.Match[str], group: str | int = 0) -> Span:
    """The place of a match in a text in quotes."""
    return Span(span.file, span.start + 1 + match.start(group), span.start + 1 + match.end(group))


CHECKS: Final = (
    Check("published-before-issue", Level.ERROR, "A text was published before it was issued.",
          published_before_issue),
    Check("ended-before-known", Level.WARNING, "A text ended before it was issued or published.",
          ended_before_known),
    Check("begins-before-issue", Level.WARNING, "A text is in force before it was issued.",
          begins_before_issue),
    Check("replaces-a-later-text", Level.ERROR, "A text replaces one that begins after it.",
          replaces_a_later_text),
    Check("gap-between-versions", Level.WARNING, "A text ended before its successor began.",
          gap_between_versions),
    Check("overlaps-successor", Level.WARNING, "Two versions of a licence are in force at once.",
          overlaps_successor),
    Check("after-current-through", Level.WARNING,
          "A text was issued after the day through which its rulebook is current.", after_current_through),
    Check("noon-for-midnight", Level.WARNING, "A clock time of 12:01 is a minute past noon.",
          noon_for_midnight),
    Check("one-moment-unknown", Level.WARNING, "A day is unknown between a day and the same day.",
          one_moment_unknown),
    Check("no-clock", Level.WARNING, "Days are counted in UTC, because nothing names a clock.", no_clock),
    Check("time-without-zone", Level.WARNING, "A text says a clock time without its zone.",
          time_without_zone),
    Check("zone-out-of-season", Level.WARNING, "EST is said of a day in summer, or the like.",
          zone_out_of_season, fixes=True),
    Check("ambiguous-date", Level.WARNING, "A text writes a day that can be read in two ways.",
          ambiguous_date),
)  # fmt: skip
