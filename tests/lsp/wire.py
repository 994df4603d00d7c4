"""A language client on the wire: JSON-RPC frames over the pipes of a server that was started for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty, Queue
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
#: How long a test waits for what must come, in seconds: machines of others are slow.
PATIENCE = 300.0


class Wire:
    """One server, and everything that it said. `transcript`: methods and ids, in order, both ways.

    Without `lint` nothing is published but at once, for what was sent.
    """

    def __init__(
        self, *roots: Path, lint: bool = False, encodings: list[str] | None = None
    ) -> None:
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sanctions_rules", "lsp"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip
        self.inbox: Queue[dict[str, Any]] = Queue()
        self.transcript: list[str] = []
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        self.published: list[tuple[str, int | None, list[dict[str, Any]]]] = []
        self.notified: list[dict[str, Any]] = []
        self.errors: list[bytes] = []
        self._number = 0
        self.versions: dict[str, int] = {}
        for read in (self._read, self._read_errors):
            threading.Thread(target=read, daemon=True).start()
        general = {"positionEncodings": encodings} if encodings else {}
        self.initialised = self.request("initialize", {
            "processId": os.getpid(), "rootUri": roots[0].as_uri() if roots else None,
            "workspaceFolders": [{"uri": r.as_uri(), "name": r.name} for r in roots] or None,
            "capabilities": {
                "general": general, "window": {"showDocument": {"support": True}},
                "textDocument": {"rename": {"prepareSupport": True}},
            },
            "initializationOptions": {"lint": lint},
        })  # fmt: skip
        self.notify("initialized", {})

    # -- frames ----------------------------------------------------------------------------------

    def send(self, message: dict[str, Any]) -> None:
        # Not ASCII only: half a surrogate pair has to get through as an escape.
        self.send_bytes(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def send_bytes(self, body: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _read(self) -> None:
        out = self.process.stdout
        assert out is not None
        while True:
            length = 0
            while (line := out.readline().strip()) or not length:
                if not line:
                    return
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            self.inbox.put(json.loads(out.read(length)))

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        self.errors.extend(self.process.stderr)

    # -- talking ---------------------------------------------------------------------------------

    def notify(self, method: str, params: Any) -> None:
        self.transcript.append(f"> {method}")
        self.send({"method": method, "params": params})

    def request(self, method: str, params: Any) -> Any:
        """The result. Raises Refused with what the server said instead."""
        self._number += 1
        number = self._number
        self.transcript.append(f"> {method}")
        self.send({"id": number, "method": method, "params": params})
        answer = self.until(lambda m: m.get("id") == number and "method" not in m)
        self.transcript.append(f"< {method}")
        if "error" in answer:
            raise Refused(answer["error"]["message"])
        return answer.get("result")

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first message that is wanted; the others on the way to it are kept."""
        while True:
            try:
                message = self.inbox.get(timeout=PATIENCE)
            except Empty:
                said = b"".join(self.errors).decode(errors="replace")
                raise AssertionError(
                    f"the server says nothing more: {self.transcript}\n{said}"
                ) from None
            if "method" in message:
                self._heard(message)
            if wanted(message):
                return message

    def _heard(self, message: dict[str, Any]) -> None:
        self.transcript.append(f"< {message['method']}")
        if message["method"] == "textDocument/publishDiagnostics":
            params = message["params"]
            self.diagnostics[params["uri"]] = params["diagnostics"]
            self.published.append((params["uri"], params.get("version"), params["diagnostics"]))
        elif "id" in message:  # the server asks something: it may have it
            self.notified.append(message)
            self.send({"id": message["id"], "result": {"success": True}})
        else:
            self.notified.append(message)

    # -- documents -------------------------------------------------------------------------------

    def open(self, uri: str, text: str) -> list[dict[str, Any]]:
        """Open a document, and what is then published of it."""
        self.versions[uri] = 1
        self.notify("textDocument/didOpen", {"textDocument": {
            "uri": uri, "languageId": "sanctions-rules", "version": 1, "text": text}})  # fmt: skip
        return self.heard_of(uri)

    def close_all(self) -> None:
        for uri in self.versions:
            self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        self.versions.clear()

    def heard_of(self, uri: str) -> list[dict[str, Any]]:
        """What is published next of a document."""
        self.until(
            lambda m: (
                m.get("method") == "textDocument/publishDiagnostics" and m["params"]["uri"] == uri
            )
        )
        return self.diagnostics[uri]

    def change(self, uri: str, *changes: dict[str, Any]) -> None:
        self.versions[uri] = self.versions.get(uri, 0) + 1
        self.notify("textDocument/didChange", {
            "textDocument": {"uri": uri, "version": self.versions[uri]}, "contentChanges": list(changes),
        })  # fmt: skip

    def at(self, uri: str, line: int, column: int, **more: Any) -> dict[str, Any]:
        return {
            "textDocument": {"uri": uri},
            "position": {"line": line, "character": column},
            **more,
        }

    def close(self) -> int:
        """Shut the server down as the protocol says; its exit code."""
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(PATIENCE)

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Refused(Exception):
    """An error in the place of a result."""


def place(text: str, what: str, inside: int = 0, nth: int = 0) -> tuple[int, int]:
    """Line and column, in UTF-16 units, of the nth time that something stands in a text."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(what, at + 1)
    before = text[: at + inside]
    line = before.count("\n")
    return line, len(before.rpartition("\n")[2].encode("utf-16-le")) // 2


def edit(start: tuple[int, int], end: tuple[int, int], text: str) -> dict[str, Any]:
    return {
        "range": {
            "start": {"line": start[0], "character": start[1]},
            "end": {"line": end[0], "character": end[1]},
        },
        "text": text,
    }
