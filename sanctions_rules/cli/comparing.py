"""`compare`: one case under several laws, and through a range of days."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sanctions_rules.cli import show
from sanctions_rules.cli.asking import Asked, WrongUsage, exit_code, law_of
from sanctions_rules.cli.formats import CompareFormat
from sanctions_rules.cli.giving import cases_of

if TYPE_CHECKING:
    from sanctions_rules.compare import Comparison


@dataclass(frozen=True)
class Days:
    """A range of days that the act is moved through; or none."""

    first: date | None = None
    last: date | None = None


def compare_case(asked: Asked, days: Days, homes: Mapping[str, str], format: CompareFormat) -> int:
    """Compare, print, and return the code of the decision as it stands on its own day."""
    given = cases_of(asked.facts[0], asked.actor)
    if len(given) > 1:
        raise WrongUsage("a comparison shows one case, and the message holds several")
    law = law_of(asked.rules, asked.including, asked.regimes, asked.overlays)
    try:
        found = law.compare(
            given[0].case, regimes=asked.regimes or None, about=asked.about,
            known_on=asked.known_on, readings=asked.readings, from_=days.first, to=days.last,
            homes=homes,
        )  # fmt: skip
    except LookupError as error:
        if type(error) is not LookupError:
            raise
        raise WrongUsage(str(error)) from None
    show(_shown(found, format).rstrip("\n"))
    return exit_code(found.decisions, asked.fail_on, asked.allow_undetermined)


def _shown(found: Comparison, format: CompareFormat) -> str:
    match format:
        case CompareFormat.JSON:
            return found.to_json()
        case CompareFormat.MARKDOWN:
            return found.to_markdown()
        case CompareFormat.HTML:
            return found.to_html()
        case CompareFormat.TEXT:
            from sanctions_rules.compare.text import to_text

            if not sys.stdout.isatty():
                return to_text(found)
            colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
            return to_text(found, shutil.get_terminal_size().columns, colour)
