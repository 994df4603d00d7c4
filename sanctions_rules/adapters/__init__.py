"""Lists, messages and files of owners as facts. `reading` reads files, `screening` uses them."""
