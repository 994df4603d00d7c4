"""Commands by which a machine, a proof or a record is checked, and the schemas of their documents."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from sanctions_rules.cli import show
from sanctions_rules.cli.leaving import leave
from sanctions_rules.cli.options import Including, Overlays, Rules, SignedBy, check_with, many


def selftest_command(
    engines: Annotated[
        list[str] | None, typer.Argument(metavar="ENGINE", help="These engines; all by default.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Show every failure.")] = False,
) -> None:
    """Say whether each engine on this machine answers the conformance examples."""
    from sanctions_rules.cli.selftesting import selftest

    leave(lambda: selftest(engines or (), everything))


class Document(Enum):
    """What there is a JSON Schema of."""

    CASE = "case"
    DECISION = "decision"
    COMPARISON = "comparison"
    SCENARIO = "scenario"
    RECORD = "record"
    CERTIFICATE = "certificate"


def schema_command(
    of: Annotated[Document, typer.Argument(help="Of what.")] = Document.CASE,
) -> None:
    """Print a JSON Schema, for editors and other programs."""
    match of:
        case Document.CASE:
            from sanctions_rules.schema import json_schema
        case Document.DECISION:
            from sanctions_rules.render.data import decision_schema as json_schema
        case Document.COMPARISON:
            from sanctions_rules.compare.data import comparison_schema as json_schema
        case Document.SCENARIO:
            from sanctions_rules.scenario import json_schema
        case Document.RECORD:
            from sanctions_rules.record import record_schema as json_schema
        case Document.CERTIFICATE:
            from sanctions_rules.certificates.writing import certificate_schema as json_schema
    show(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def verify_command(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="A certificate, or one a line; or a file of records.",
        ),
    ],
    facts: Annotated[
        list[str] | None,
        many("--facts", "FACTS", "The facts of each certificate, in the same order."),
    ] = None,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="DIGEST", help="The digest that the last record must have."),
    ] = None,
    rules: Rules = None,
    including: Including = None,
    signed_by: SignedBy = None,
    overlay: Overlays = None,
) -> None:
    """Check what a certificate proves, by the rules and the facts alone and by no engine.

    Of a file of records: that no line was changed, dropped or moved. No decision is made again.
    Exit codes: 0 all holds, whatever the outcome; 1 something is refused; 3 rules or facts are
    invalid.
    """
    from sanctions_rules.cli.verifying import Verifying, verify_file

    check_with(rules, including)
    asked = Verifying(
        file, tuple(facts or ()), head, tuple(rules or ()), tuple(including or ()),
        tuple(overlay or ()),
    )  # fmt: skip
    leave(lambda: verify_file(asked))


def sign_command(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", exists=True, file_okay=False, help="Rules of your own."),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key", metavar="FILE", exists=True, dir_okay=False, help="Sign with this private key."
        ),
    ] = None,
    new_key: Annotated[
        Path | None,
        typer.Option(
            "--new-key", metavar="FILE", help="Write a new private key, and its public key to FILE.pub."
        ),
    ] = None,
) -> None:  # fmt: skip
    """Sign a folder of rules, so that no change of a file goes unseen; or make a key for it."""
    from sanctions_rules.cli.signing import make_key, sign

    if (folder is None) == (new_key is None) or (folder is None) != (key is None):
        raise typer.BadParameter("give FOLDER and --key, or --new-key alone", param_hint="sign")
    if folder is not None and key is not None:
        leave(lambda: sign(folder, key))
    if new_key is not None:
        leave(lambda: make_key(new_key))


def replay_command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="Records.")
    ],
    facts: Annotated[
        list[str] | None,
        many("--facts", "FACTS", "The facts of a record, for one without names."),
    ] = None,
    redact_key: Annotated[
        Path | None,
        typer.Option(
            "--redact-key",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="The key by which names were taken out.",
        ),
    ] = None,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="DIGEST", help="The digest that the last line must have."),
    ] = None,
    rules: Rules = None,
    including: Annotated[
        list[str] | None,
        many("--including", "REGIME", "Packaged law that your own rules build upon."),
    ] = None,
    signed_by: SignedBy = None,
    lists: Annotated[
        list[str] | None,
        many(
            "--with",
            "[KIND=]FILE[@DAY]",
            "Say instead which decisions would differ with what this list says of the parties.",
        ),
    ] = None,
    overlay: Overlays = None,
) -> None:
    """Check a chain of records, and make each decision again: the same bytes, or what differs.

    Exit codes: 0 all were reproduced; 1 something differs; 3 the file is broken.
    """
    from sanctions_rules.cli.replaying import Replaying, replay_file

    if including and not rules:
        raise typer.BadParameter("goes with rules of your own: --rules", param_hint="--including")
    asked = Replaying(
        file, tuple(facts or ()), redact_key, head, tuple(rules or ()), tuple(including or ()),
        tuple(lists or ()), tuple(overlay or ()),
    )  # fmt: skip
    leave(lambda: replay_file(asked))
