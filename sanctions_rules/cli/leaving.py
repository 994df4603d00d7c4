"""How a command ends: with its exit code, and with one for what was asked wrongly."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn

import typer

from sanctions_rules.cli import INVALID, USAGE
from sanctions_rules.cli.asking import WrongUsage
from sanctions_rules.diagnostics import ProblemsError


def leave(command: Callable[[], int]) -> NoReturn:
    """Run the command and leave with its code; what was asked wrongly is usage."""
    try:
        code = command()
    except WrongUsage as error:
        print(error, file=sys.stderr)
        code = USAGE
    except ProblemsError as error:
        print(error, file=sys.stderr)
        code = INVALID
    raise typer.Exit(code)
