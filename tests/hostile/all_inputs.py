"""The inputs that no other test holds yet, class by class: what comes in, and what it earns."""

from __future__ import annotations

import json

from hostile.inputs import DEEP, MIB, PACS, Input, good, row, rule, text

INPUTS: tuple[Input, ...] = (
    # 1. deep nesting
    Input(1, "rules", "groups", text(rule("any of\n- " * DEEP)), "limit.lines", "more than 60000 lines"),
    Input(1, "rules", "a group too many", text(rule("any of\n - " * 129 + "good.category is gold" + "\nend" * 129)), "limit.nesting", "deeper than 128"),
    Input(1, "json", "brackets", text("[" * DEEP), "limit.nesting", "nested too deeply"),
    Input(1, "yaml", "brackets", text("[" * DEEP), "limit.nesting", "nested too deeply"),
    Input(1, "toml", "brackets", text("a = " + "[" * DEEP), "limit.nesting", "nested too deeply"),
    Input(1, "json", "components", text(json.dumps({"goods": []})[:-3] + '[{"components": ' * 3_000 + "[]" + "}]" * 3_000 + "}"), "limit.nesting", "nested too deeply"),
    Input(1, "list", "brackets", text('{"a": ' + "[" * DEEP), "limit.nesting", "nested too deeply", "a.ftm.json"),
    Input(1, "message", "elements", text("<a>" * DEEP), "limit.nesting", "deep"),
    Input(1, "certificate", "brackets", text("[" * DEEP), "form", "not one JSON object"),
    Input(1, "record", "brackets", text("[" * DEEP), "bad-json", "line 1"),
    # 2. very wide
    Input(2, "rules", "values", text(rule("good.country_of_origin is any of " + ",\n".join(["RU"] * 100_001))), "limit.lines", "60000"),
    Input(2, "json", "goods", lambda: json.dumps({"goods": [{}] * 100_001}).encode(), "limit.collection", "100000"),
    Input(2, "json", "codes", lambda: good(mined_in=["RU"] * 100_001).encode(), "limit.collection", "100000"),
    Input(2, "certificate", "steps", lambda: b'{"format": "sanctions_rules certificate", "version": 1, "steps": [' + b"0," * 2_000_000 + b"0]}", "limit", "`steps`"),
    # 3. huge
    Input(3, "rules", "bytes", lambda: b"#" * (4 * MIB + 1), "limit.file-bytes", "4194304 bytes"),
    Input(3, "rules", "a line", text("# " + "x" * 1_100), "limit.columns", "longer than 1024"),
    Input(3, "json", "bytes", lambda: b" " * (16 * MIB + 1), "limit.facts-bytes", "16777216"),
    Input(3, "list", "bytes", lambda: b"a" * (64 * MIB + 1), "limit.list-bytes", "67108864"),
    Input(3, "message", "bytes", lambda: b"<" * (64 * MIB + 1), "limit.list-bytes", "67108864"),
    Input(3, "record", "a line", lambda: b"x" * (64 * MIB + 1), "limit.record-bytes", "67108864"),
    Input(3, "certificate", "bytes", lambda: b"[" * (64 * MIB + 1), "limit", "16777216 bytes"),
    # 4. truncated, empty, binary
    Input(4, "json", "empty", text(""), "bad-json", "not JSON"),
    Input(4, "json", "cut", text('{"goods": [{"category": "go'), "bad-json", "not JSON"),
    Input(4, "yaml", "UTF-16", lambda: "act: {}".encode("utf-16"), "encoding", "not UTF-8"),
    Input(4, "toml", "NUL", lambda: b'actor = "a\0b"', "encoding", "NUL"),
    Input(4, "certificate", "empty", text(""), "form", "not one JSON object"),
    Input(4, "record", "empty", text(""), "empty-file", "no record"),
    Input(4, "message", "cut", text(PACS[:150]), "bad-xml", ""),
    # 5. look-alikes
    Input(5, "json", "a key in Cyrillic", text(json.dumps({"\u0430ctor": "a"}, ensure_ascii=False)), "unknown-field", "did you mean `actor`"),
    Input(5, "toml", "a word in Cyrillic", text('[act]\nkind = "imp\u043ert"'), "unknown-word", "import"),
    Input(5, "toml", "a country full width", text('[act]\ndestination = "\uff32\uff35"'), "unknown-country", "ISO 3166"),
    # 6. misspelt
    Input(6, "certificate", "a key", text('{"format": "sanctions_rules certificate", "version": 1, "stepps": []}'), "form", "field required"),
    Input(6, "table", "a column", row("act.knd", "import"), "unknown-column", "did you mean `kind`"),
    # 8. literals
    Input(8, "table", "a day", row("act.events.conduct", "2023-02-29"), "set-aside", "not a day"),
    Input(8, "table", "a country", row("act.destination", "XX"), "set-aside", "ISO 3166"),
    # 10. cycles
    Input(10, "rules", "amendments", text(rule("good.category is gold", "  replaces zz.act §11\n") + rule("good.category is gold", "  replaces zz.act §10\n").replace("zz.act §10 ", "zz.act §11 ", 1)), "cycle", "zz.act §10"),
    # 13. file tricks
    Input(13, "yaml", "a tag", text("actor: !!python/object/apply:os.system ['true']"), "bad-yaml", "python"),
    Input(13, "message", "an entity", text('<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'), "xml-forbidden", "document type"),
    # 14. pattern attack, quadratic reading
    Input(14, "rules", "blanks", text(("\n" + " " * 1_000) * 1_000 + "?"), "no-block", "a block must begin here"),
    Input(14, "json", "a million digits", text('{"goods": [{"carats_each": ' + "1" * MIB + "}]}"), "limit.digits", "too many digits"),
    Input(14, "json", "keys twice at the end", text('{"a": {' + ",".join(f'"k{i}": 1' for i in range(100_000)) + ', "k1": 1}}'), "duplicate-key", "`k1`"),
    Input(14, "yaml", "a million blanks", text("a:" + " " * MIB + "[b"), "bad-yaml", ""),
    Input(14, "toml", "a million quotes", text('a = "' + '\\"' * (MIB // 2)), "bad-toml", ""),
    # 17. careless typing
    Input(17, "yaml", "a key that is a number", text("act: {1: import}"), "bad-yaml", "a key is a word, and this is none"),
    Input(17, "yaml", "a key that is nothing", text(': ""'), "bad-yaml", "a key is a word, and this is none"),
    Input(17, "yaml", "a key that is a list", text("[actor]: a"), "bad-yaml", "a key is a word, and this is none"),
    Input(17, "yaml", "a key that is a list of tables", text("{a: 1, [{b: c}]}"), "bad-yaml", "a key is a word, and this is none"),
    Input(17, "yaml", "a list that is called a table", text("act: !!map [a]"), "bad-yaml", "expected a mapping"),
    Input(17, "yaml", "a word that is called a table", text("!!map abc"), "bad-yaml", "expected a mapping"),
    Input(17, "yaml", "a table that is called a day", text("id: !!timestamp {b: c}"), "bad-yaml", "expected a scalar"),
    Input(17, "yaml", "a table that is called a number", text("id: !!int {b: c}"), "bad-yaml", "expected a scalar"),
    Input(17, "yaml", "a merge", text("<<: {actor: x}"), "bad-yaml", "a key is a word, and this is none"),
    # 18. numbers
    Input(18, "table", "NaN", row("act.value.amount,act.value.currency", "NaN,USD"), "set-aside", "NaN"),
    Input(18, "certificate", "an exponent", text('{"version": 1e999999}'), "form", "not one JSON object"),
    Input(18, "yaml", "an exponent", text("goods: [{carats_each: 1e999999}]"), "bad-number", "plain decimal"),
    Input(18, "yaml", "not a number", text("goods: [{carats_each: .nan}]"), "bad-number", "plain decimal"),
    Input(18, "toml", "whole digits", text("[[goods]]\ncarats_each = " + "9" * 5_000), "limit.digits", "digits"),
    # 20. twice
    Input(20, "json", "an id", text(json.dumps({"parties": [{"id": "a"}, {"id": "a"}]})), "duplicate-id", "parties[1].id"),
    Input(20, "yaml", "a key", text("actor: a\nactor: b"), "duplicate-key", "twice"),
    Input(20, "json", "an owner who is nobody", text(json.dumps({"parties": [{"id": "a"}], "ownership": [{"owner": "b", "asset": "a"}]})), "dangling", "`b`"),
    Input(20, "certificate", "a key", text('{"format": 1, "format": 1}'), "form", "twice"),
    # 21. bombs
    Input(21, "yaml", "aliases", text("a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]"), "yaml-alias", "not read"),
    Input(21, "json", "nested lists", text('{"goods": [' + "[[[[]]]]," * 100_000 + "[]]}"), "limit.collection", "100000"),
    Input(21, "list", "gzip", lambda: b"\x1f\x8b\x08" + bytes(1_000), "unknown-list", "cannot be told"),
    Input(21, "message", "entities", text('<!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><l>&b;</l>'), "xml-forbidden", "document type"),
    Input(21, "certificate", "names", lambda: b'{"format": "sanctions_rules certificate", "version": 1, "names": [' + b'"",' * 2_000_000 + b'""]}', "limit", "`names`"),
)  # fmt: skip
