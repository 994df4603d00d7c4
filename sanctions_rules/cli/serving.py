"""`lsp`: the language server, where its extra is installed."""

from __future__ import annotations

import sys

from sanctions_rules.cli import OK, USAGE


def serve() -> int:
    """Serve one editor over standard input and output until it leaves."""
    try:
        from sanctions_rules.lsp.server import main
    except ImportError as error:
        if (error.name or "").split(".")[0] not in ("pygls", "lsprotocol"):
            raise
        print(
            "the language server needs pygls: pip install 'sanctions-rules[lsp]'", file=sys.stderr
        )
        return USAGE
    main()
    return OK
