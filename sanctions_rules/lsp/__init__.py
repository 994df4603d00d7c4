"""The language server: rule text in an editor, with what `check`, `show` and `test` know of it.

The law is taken in once. An edit makes a new text of one file; its pieces that were seen before are
not read again, and everything that rests on other texts is checked anew. Only `session.py` and `server.py`
know the protocol, and need pygls: pip install 'sanctions-rules[lsp]'.
"""
