"""Signed rulebook packs: once a key is configured, only what was signed loads, all of it or nothing.

Every kind of tampering is tried in several ways. Each is refused before a line is parsed: the
fixture `parses` fails a test in which the compiler saw a file of a refused pack.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command import said
from small import BAN, HEAD

import sanctions_rules as sr
from sanctions_rules import rulebooks, signing
from sanctions_rules.cli import INVALID, OK, USAGE
from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.limits import DEFAULT
from sanctions_rules.rulebooks import AT_LEAST, Law, laid_over, load_path
from sanctions_rules.rulebooks.folders import contents
from sanctions_rules.signing import NAME, SETTING, PublicKey, new_key, pack_digest, signed

pytest.importorskip("cryptography", reason="cryptography is not installed (extra `sign`)")

TERM = """
definition zz.gem "A gem"
  cites "s. 2"
  checked primary
  in force from 2024-01-01, no end stated
  defines good is gem
  when good.category is diamond
end
"""
OVERLAY = """
overlay "A proposal"
  over zz
  cites "a draft"
end
provision zz.act §9 "More"
  cites "s. 9"
  checked primary
  in force from 2025-01-01, no end stated
  prohibits export of good from US
  when good.category is diamond
end
"""


@pytest.fixture(autouse=True)
def _nothing_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    monkeypatch.delenv(AT_LEAST, raising=False)


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many files each call of the compiler was given."""
    calls: list[int] = []
    compiled = rulebooks.compiled

    def counted(files: dict[str, bytes], *more: object) -> object:
        calls.append(len(files))
        return compiled(files, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(rulebooks, "compiled", counted)
    return calls


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """The private key; the public one lies beside it."""
    new_key(tmp_path / "key")
    return tmp_path / "key"


@pytest.fixture
def public(key: Path) -> Path:
    return key.with_name("key.pub")


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        target = folder / name.replace("__", "/").replace("_rules", ".rules").replace(
            "_csv", ".csv"
        )
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return folder


def put(folder: Path, key: Path) -> Path:
    (folder / NAME).write_bytes(signed(contents(folder, "", DEFAULT), key))
    return folder


@pytest.fixture
def pack(tmp_path: Path, key: Path) -> Path:
    """Three files, one in a folder below, one an annex that no rule names."""
    folder = write(
        tmp_path / "pack", head_rules=HEAD, more__ban_rules=BAN, more__list_csv="code\n7102\n"
    )
    (folder / "README.md").write_text("not law")
    return put(folder, key)


def refusals(pack: Path, public: Path | str, **more: str) -> list[tuple[str, str]]:
    with pytest.raises(RulebookError) as refused:
        load_path(pack, key=public, **more)  # type: ignore[arg-type]
    for problem in refused.value.problems:
        assert problem.message and problem.path and problem.help, problem
    return [(problem.code, problem.path) for problem in refused.value.problems]


def test_what_was_signed_loads(pack: Path, public: Path) -> None:
    law = load_path(pack, key=public)
    assert isinstance(law, Law) and law.digest == load_path(pack).digest
    assert load_path(pack, key=PublicKey.read(public)).digest == law.digest


def test_what_loading_does_not_read_is_not_covered(pack: Path, public: Path) -> None:
    (pack / "README.md").write_text("changed")
    (pack / "more" / "notes.txt").write_text("new")
    (pack / ".git").mkdir()
    (pack / ".git" / "hidden.rules").write_text("not read")
    assert load_path(pack, key=public).digest == load_path(pack).digest


# -- tampering -----------------------------------------------------------------------------------

Tamper = Callable[[Path], object]


def edit(name: str, change: Callable[[bytes], bytes]) -> Tamper:
    return lambda pack: (pack / name).write_bytes(change((pack / name).read_bytes()))


def signature(change: Callable[[bytes], bytes]) -> Tamper:
    return edit(NAME, change)


def resigned(folder: Path) -> None:
    new_key(folder.parent / "other")
    put(folder, folder.parent / "other")


def resigned_under_the_name(pack: Path) -> None:
    """The key of the owner is named, and another one signed."""
    good = pack.joinpath(NAME).read_bytes().split(b"\n")[1]
    resigned(pack)
    lines = pack.joinpath(NAME).read_bytes().split(b"\n")
    lines[1] = good
    pack.joinpath(NAME).write_bytes(b"\n".join(lines))


def listed_anew(pack: Path) -> None:
    """A file is changed and the list beside the old signature is made to say so."""
    edit("head.rules", lambda text: text + b"\n")(pack)
    head, *_, last = pack.joinpath(NAME).read_text().split("signature ")
    first = "\n".join(head.split("\n")[:2])
    listed = signing.listed(contents(pack, "", DEFAULT))
    pack.joinpath(NAME).write_text(f"{first}\n{listed}signature {last}")


def swapped(pack: Path) -> None:
    """Two files change names: every byte that was signed is still there."""
    one, other = pack / "head.rules", pack / "more" / "ban.rules"
    text = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(text)


def of_another_pack(pack: Path) -> None:
    """A good signature of the same key, under other files."""
    other = write(pack.parent / "another", head_rules=HEAD, term_rules=TERM)
    pack.joinpath(NAME).write_bytes(put(other, pack.parent / "key").joinpath(NAME).read_bytes())


HEAD_CHANGED = ("signature.changed", "head.rules")
BAN_CHANGED = ("signature.changed", "more/ban.rules")
BAN_GONE = ("signature.removed", "more/ban.rules")
SIG = f"PACK/{NAME}"

#: Kind of tampering, how, and what each refusal names.
TAMPERING: tuple[tuple[str, Tamper, tuple[tuple[str, str], ...]], ...] = (
    ("edit: one bit", edit("more/ban.rules", lambda t: bytes([t[0] ^ 1]) + t[1:]), (BAN_CHANGED,)),
    ("edit: a day", edit("more/ban.rules", lambda t: t.replace(b"2024-01-01", b"2034-01-01")), (BAN_CHANGED,)),
    ("edit: a comment", edit("head.rules", lambda t: b"# nothing\n" + t), (HEAD_CHANGED,)),
    ("edit: line ends", edit("head.rules", lambda t: t.replace(b"\n", b"\r\n")), (HEAD_CHANGED,)),
    ("edit: cut at the end of a block", edit("head.rules", lambda t: t[: t.index(b"end\n") + 4]), (HEAD_CHANGED,)),
    ("edit: emptied", edit("more/ban.rules", lambda _: b""), (BAN_CHANGED,)),
    ("edit: an annex", edit("more/list.csv", lambda t: t + b"7103\n"), (("signature.changed", "more/list.csv"),)),
    ("edit: two files", lambda p: (edit("head.rules", lambda t: t + b" ")(p), edit("more/ban.rules", lambda t: t + b" ")(p)),
     (HEAD_CHANGED, BAN_CHANGED)),
    ("strip: gone", lambda p: (p / NAME).unlink(), (("signature.missing", "PACK"),)),
    ("strip: under another name", lambda p: (p / NAME).rename(p / "rulebook.sig.old"), (("signature.missing", "PACK"),)),
    ("strip: a folder of that name", lambda p: ((p / NAME).unlink(), (p / NAME).mkdir()), (("signature.missing", "PACK"),)),
    ("strip: in a folder below", lambda p: (p / NAME).rename(p / "more" / NAME), (("signature.missing", "PACK"),)),
    ("other key: signed anew", resigned, (("signature.other-key", SIG),)),
    ("other key: under the name of the owner", resigned_under_the_name, (("signature.wrong", SIG),)),
    ("other key: the list made anew", listed_anew, (("signature.wrong", SIG),)),
    ("other key: named without it", signature(lambda t: t.replace(t[27:91], b"0" * 64)), (("signature.other-key", SIG),)),
    ("added: a rule file", lambda p: write(p, zz_rules=TERM), (("signature.added", "zz.rules"),)),
    ("added: an empty one below", lambda p: write(p, more__a_rules=""), (("signature.added", "more/a.rules"),)),
    ("added: an annex", lambda p: write(p, other_csv="code\n1\n"), (("signature.added", "other.csv"),)),
    ("added: a lock file", lambda p: (p / "annexes.lock").write_text(""), (("signature.added", "annexes.lock"),)),
    ("removed: a rule file", lambda p: (p / "more" / "ban.rules").unlink(), (BAN_GONE,)),
    ("removed: an annex", lambda p: (p / "more" / "list.csv").unlink(), (("signature.removed", "more/list.csv"),)),
    ("removed: all", lambda p: [f.unlink() for f in p.rglob("*") if f.suffix in (".rules", ".csv")],
     (("signature.removed", "head.rules"), BAN_GONE, ("signature.removed", "more/list.csv"))),
    ("renamed: in its folder", lambda p: (p / "more" / "ban.rules").rename(p / "more" / "bans.rules"),
     (BAN_GONE, ("signature.added", "more/bans.rules"))),
    ("renamed: to the folder above", lambda p: (p / "more" / "ban.rules").rename(p / "ban.rules"),
     (("signature.added", "ban.rules"), BAN_GONE)),
    ("renamed: so that it is not read", lambda p: (p / "more" / "ban.rules").rename(p / "more" / "ban.txt"), (BAN_GONE,)),
    ("renamed: two for each other", swapped, (HEAD_CHANGED, BAN_CHANGED)),
    ("truncated: by a byte", signature(lambda t: t[:-1]), (("signature.damaged", SIG),)),
    ("truncated: by half", signature(lambda t: t[: len(t) // 2]), (("signature.damaged", SIG),)),
    ("truncated: to nothing", signature(lambda _: b""), (("signature.damaged", SIG),)),
    ("truncated: the last line", signature(lambda t: t[: t.index(b"signature ")]), (("signature.damaged", SIG),)),
    ("truncated: a file fewer", signature(lambda t: b"\n".join(line for line in t.split(b"\n") if b"ban" not in line)),
     (("signature.wrong", SIG),)),
    ("damaged: not text", signature(lambda t: b"\xff" + t), (("signature.damaged", SIG),)),
    ("damaged: something behind it", signature(lambda t: t + b"\n"), (("signature.damaged", SIG),)),
    ("damaged: one digit", signature(lambda t: t[:-2] + (b"0" if t[-2:-1] != b"0" else b"1") + b"\n"), (("signature.wrong", SIG),)),
    ("damaged: capitals", signature(lambda t: t[:-129] + t[-129:].upper()), (("signature.damaged", SIG),)),
    ("another version", signature(lambda t: t.replace(b"pack/1", b"pack/2")), (("signature.version", SIG),)),
    ("another pack's", of_another_pack,
     (("signature.added", "more/ban.rules"), ("signature.added", "more/list.csv"), ("signature.removed", "term.rules"))),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "tamper", "expected"), TAMPERING, ids=[t[0] for t in TAMPERING])
def test_tampering_is_refused_before_anything_is_parsed(
    kind: str, tamper: Tamper, expected: tuple[tuple[str, str], ...], pack: Path, public: Path,
    parses: list[int],
) -> None:  # fmt: skip
    tamper(pack)
    named = tuple(
        (code, path.replace(pack.as_posix(), "PACK")) for code, path in refusals(pack, public)
    )
    assert named == expected
    assert not parses


def test_each_kind_is_tried_three_times() -> None:
    kinds = [kind.partition(":")[0] for kind, _, _ in TAMPERING]
    for kind in ("edit", "strip", "other key", "added", "removed", "renamed", "truncated"):
        assert kinds.count(kind) >= 3, kind


def test_without_a_key_the_signature_says_nothing(pack: Path) -> None:
    (pack / NAME).write_text("damaged")
    assert load_path(pack).regimes == ("zz",)


def test_a_pack_that_is_not_signed_and_no_folder(tmp_path: Path, public: Path) -> None:
    bare = write(tmp_path / "bare", head_rules=HEAD + BAN)
    assert refusals(bare, public) == [("signature.missing", bare.as_posix())]
    one = bare / "head.rules"
    assert refusals(one, public) == [("signature.missing", str(one))]


def test_every_folder_is_signed_for_itself(pack: Path, public: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other", term_rules=TERM)
    with pytest.raises(RulebookError, match="and there is no"):
        load_path(pack, other, key=public)
    put(other, tmp_path / "key")
    assert load_path(pack, other, key=public)["zz.gem"]


def test_a_link_is_not_followed(pack: Path, public: Path) -> None:
    text = (pack / "head.rules").read_bytes()
    (pack / "head.rules").unlink()
    (pack.parent / "elsewhere.rules").write_bytes(text)
    (pack / "head.rules").symlink_to(pack.parent / "elsewhere.rules")
    with pytest.raises(RulebookError, match="links are not followed"):
        load_path(pack, key=public)


def test_the_digest_covers_names_and_bytes() -> None:
    one = pack_digest({"a.rules": b"x", "b.rules": b"y"})
    assert one == pack_digest({"b.rules": b"y", "a.rules": b"x"})
    others = [
        {"a.rules": b"y", "b.rules": b"x"},
        {"a.rules": b"xy"},
        {"a.rules": b"x", "c.rules": b"y"},
    ]
    assert len({one, *(pack_digest(o) for o in others)}) == 4


def test_names_that_would_break_the_list_are_not_signed(key: Path) -> None:
    for name in ("a\nb.rules", "a\u2028.rules", "a\x1b[31m.rules"):
        with pytest.raises(RulebookError, match="cannot be signed"):
            signed({name: b""}, key)


# -- proposals, settings, rollback ---------------------------------------------------------------


def test_proposals_are_signed_too(pack: Path, public: Path, key: Path, tmp_path: Path) -> None:
    law = load_path(pack, key=public)
    proposal = write(tmp_path / "proposal", more_rules=OVERLAY)
    for refused in (proposal, proposal / "more.rules", OVERLAY):
        with pytest.raises(RulebookError, match="and there is no"):
            law.overlaid(refused, key=public)
        with pytest.raises(RulebookError, match="and there is no"):
            laid_over(refused, key=public)
    put(proposal, key)
    assert law.overlaid(proposal, key=public)["zz.act §9"]
    write(proposal, more_rules=OVERLAY + "\n")
    with pytest.raises(RulebookError, match="not the one that was signed"):
        law.overlaid(proposal, key=public)


def test_the_environment_configures_every_load(
    pack: Path, public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, str(public))
    assert load_path(pack).regimes == ("zz",)
    (pack / NAME).unlink()
    with pytest.raises(RulebookError, match="a key is configured"):
        load_path(pack)
    with pytest.raises(RulebookError, match="a key is configured"):
        sr.load("us").overlaid(OVERLAY)


@pytest.mark.parametrize("content", [None, "", "nonsense", "-----BEGIN PUBLIC KEY-----\nAAAA\n"])
def test_a_key_that_cannot_be_used_is_a_refusal(
    pack: Path, tmp_path: Path, content: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = tmp_path / "bad.pub"
    if content is not None:
        bad.write_text(content)
    with pytest.raises(RulebookError) as refused:
        load_path(pack, key=bad)
    assert [p.code for p in refused.value.problems] == ["signature.key"]
    monkeypatch.setenv(SETTING, "")  # as a variable that was set from one that is not
    with pytest.raises(RulebookError, match="the key cannot be read"):
        load_path(pack)


def test_the_private_key_is_not_taken_for_the_public_one(pack: Path, key: Path) -> None:
    assert refusals(pack, key) == [("signature.key", str(key))]


def test_other_kinds_of_keys_are_refused(pack: Path, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

    made = generate_private_key(SECP256R1())
    (tmp_path / "ec.pub").write_bytes(
        made.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
    )
    assert refusals(pack, tmp_path / "ec.pub")[0][0] == "signature.key"


def test_without_cryptography_nothing_is_believed(
    pack: Path, public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = PublicKey.read(public)
    monkeypatch.delattr(signing, "ed25519", raising=False)
    monkeypatch.setitem(sys.modules, "sanctions_rules.signing.ed25519", None)
    for key in (public, trusted):
        with pytest.raises(RulebookError, match=r"sanctions-rules\[sign\]"):
            load_path(pack, key=key)


def test_an_older_pack_is_seen_only_if_asked(
    pack: Path, public: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_path(pack, key=public)  # current through 2030-01-01 1, and signed: nothing is wrong
    for passed in ("2030-01-01", "2030-01-01 1", "2029-12-31 9"):
        assert load_path(pack, key=public, at_least=passed)
    for late in ("2030-01-01 2", "2030-01-02", "2031-01-01 1"):
        assert refusals(pack, public, at_least=late) == [("rolled-back", "zz")]
    with pytest.raises(RulebookError, match="neither a day"):
        load_path(pack, at_least="yesterday")
    monkeypatch.setenv(AT_LEAST, "2030-02-01")
    with pytest.raises(RulebookError, match="is asked for"):
        load_path(pack, key=public)


def test_a_pack_that_does_not_say_its_day_is_no_answer(tmp_path: Path) -> None:
    own = write(tmp_path / "own", more_rules=TERM.replace("zz.", "us."))
    assert load_path(own, including=["us"])["us.gem"]
    with pytest.raises(RulebookError, match="no rulebook here says"):
        load_path(own, including=["us"], at_least="2020-01-01")


# -- the command line ----------------------------------------------------------------------------

Capture = pytest.CaptureFixture[str]


def test_a_key_is_made_and_signs(tmp_path: Path, capsys: Capture) -> None:
    folder, key = write(tmp_path / "law", head_rules=HEAD + BAN), tmp_path / "k"
    before = os.umask(0)  # even where everybody may read what is made
    try:
        code, out, err = said(capsys, "sign", "--new-key", key)
    finally:
        os.umask(before)
    assert (code, err) == (OK, "") and PublicKey.read(tmp_path / "k.pub").id in out
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    secret = "".join(key.read_text().split("\n")[1:-2])
    assert len(secret) > 40 and secret not in out

    code, out, err = said(capsys, "sign", folder, "--key", key)
    assert (code, err) == (OK, "") and secret not in out
    assert pack_digest(contents(folder, "", DEFAULT)) in out
    assert [p.name for p in folder.iterdir() if p.name.startswith(NAME)] == [NAME]
    assert said(capsys, "check", folder, "--signed-by", tmp_path / "k.pub")[0] == OK

    write(folder, head_rules=HEAD)
    code, _, err = said(capsys, "show", "--rules", folder, "--signed-by", tmp_path / "k.pub")
    assert code == INVALID and "not the one that was signed\n  at head.rules" in err
    assert SETTING not in os.environ
    # Signing anew needs no good signature, though a key be configured.
    assert said(capsys, "sign", folder, "--key", key)[0] == OK
    assert said(capsys, "check", folder, "--signed-by", tmp_path / "k.pub")[0] == OK


def test_keys_are_never_written_over(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "a").write_text("mine")
    (tmp_path / "b.pub").write_text("mine")
    (tmp_path / "c").symlink_to(tmp_path / "elsewhere")
    for name in "abc":
        code, _, err = said(capsys, "sign", "--new-key", tmp_path / name)
        assert code == INVALID and "error: the" in err
    assert (tmp_path / "a").read_text() == (tmp_path / "b.pub").read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b.pub", "c"]


def test_what_cannot_be_signed(tmp_path: Path, key: Path, capsys: Capture) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    code, _, err = said(capsys, "sign", empty, "--key", key)
    assert code == INVALID and "no `.rules` file" in err
    folder = write(tmp_path / "law", head_rules=HEAD)
    code, _, err = said(capsys, "sign", folder, "--key", tmp_path / "key.pub")
    assert code == INVALID and "no private Ed25519 key" in err and not (folder / NAME).exists()
    for words in (
        (),
        (folder,),
        ("--key", key),
        (folder, "--key", key, "--new-key", tmp_path / "x"),
    ):
        assert said(capsys, "sign", *words)[0] == USAGE


def test_every_command_that_loads_rules_asks_for_the_key(
    pack: Path, public: Path, tmp_path: Path, capsys: Capture
) -> None:
    write(pack, more__ban_rules=BAN + "\n")
    case = tmp_path / "case.toml"
    case.write_text('[act]\nkind = "import"\n')
    rules = ("--rules", pack, "--signed-by", public)
    commands: tuple[tuple[str | Path, ...], ...] = (
        ("decide", case, *rules), ("explain", case, *rules), ("compare", case, *rules),
        ("ask", case, *rules), ("check", pack, "--signed-by", public), ("show", *rules),
        ("changes", "zz", *rules), ("coverage", pack, *rules),
        ("test", pack, "--signed-by", public), ("diff", case, "--against", pack, "--signed-by", public),
        ("decide", case, "--overlay", pack, "--signed-by", public),
        ("batch", "x.csv", "--out", tmp_path / "out", *rules),
    )  # fmt: skip
    for words in commands:
        code, out, err = said(capsys, *words)
        assert code == INVALID and "not the one that was signed" in out + err, words


def test_the_environment_of_a_process(pack: Path, public: Path) -> None:
    command = [sys.executable, "-m", "sanctions_rules", "check", str(pack)]
    for tamper, code in ((False, OK), (True, INVALID)):
        if tamper:
            (pack / NAME).unlink()
        done = subprocess.run(
            command, env=os.environ | {SETTING: str(public)}, capture_output=True, check=False
        )
        assert done.returncode == code, done.stderr
