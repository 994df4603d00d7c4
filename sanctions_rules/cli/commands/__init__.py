"""The commands and their options, as typed functions: help and code cannot differ.

What only one command needs is loaded by that command: `decide` waits for no parser.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Final

import typer

from sanctions_rules import __version__
from sanctions_rules.cli import OK, show
from sanctions_rules.cli.commands import deciding, law, lists, proving, trying

app = typer.Typer(
    epilog="Software, not legal advice.", no_args_is_help=True, add_completion=False,
    rich_markup_mode=None, pretty_exceptions_enable=False,
)  # fmt: skip


def _version(wanted: bool) -> None:
    if wanted:
        show(f"sanctions-rules {__version__}")
        raise typer.Exit(OK)


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Trace internal errors; this may show facts.")
    ] = False,
) -> None:
    """Sanctions law as rules: decide a case, say why, and read the law itself.

    Exit codes: 0 not prohibited, or authorised, or the check passed; 1 prohibited, or a test
    failed; 2 wrong usage; 3 invalid rules or facts; 4 undetermined; 5 internal error.
    """


#: Each command by its name, in the order of `--help`.
COMMANDS: Final[Mapping[str, Callable[..., None]]] = {
    "decide": deciding.question(False, "Decide cases: the outcomes, with short reasons."),
    "explain": deciding.question(True, "Say why, why not, what is missing, what would change it."),
    "compare": deciding.compare_command,
    "ask": deciding.ask_command,
    "scenario": trying.scenario_command,
    "batch": deciding.batch_command,
    "check": law.check_command,
    "fmt": law.fmt_command,
    "lint": law.lint_command,
    "lsp": law.lsp_command,
    "show": law.show_command,
    "changes": law.changes_command,
    "coverage": trying.coverage_command,
    "mutate": trying.mutate_command,
    "selftest": proving.selftest_command,
    "schema": proving.schema_command,
    "verify": proving.verify_command,
    "sign": proving.sign_command,
    "replay": proving.replay_command,
    "test": trying.run_command,
    "diff": trying.diff_command,
    "new": law.new_command,
}
for _name, _command in COMMANDS.items():
    app.command(_name)(_command)
app.add_typer(
    lists.app, name="lists", help="Read lists and messages: what they hold, as facts of a case."
)
