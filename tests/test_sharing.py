"""One loaded law, shared: many threads, other processes, and law that is replaced while it is asked.

Threads begin together on a law that nobody asked before, and change as often as Python lets them,
so that what is made on first use is made by several at once.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from conftest import all_scenarios
from small import BAN, HEAD, facts

from sanctions_rules.certificates import certify, to_json
from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.engines.compiled import Facts
from sanctions_rules.facts import Case
from sanctions_rules.language.compile import compile_rulebook
from sanctions_rules.language.format import block_text
from sanctions_rules.read import build_case
from sanctions_rules.rulebooks import Law, load, load_path, packaged_files
from sanctions_rules.rulebooks.store import compiled
from sanctions_rules.signing import NAME, new_key, signed

THREADS = 8


@pytest.fixture(autouse=True)
def _threads_change_often() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def fresh() -> Law:
    """The law of the United States as a new process has it: nothing was asked of it yet."""
    return Law(compiled(packaged_files(("us",))))


@cache
def cases(number: int) -> tuple[Case, ...]:
    """The cases of so many scenarios, from all parts of the law."""
    found = all_scenarios()
    return tuple(scenario.case() for scenario in found[:: len(found) // number][:number])


def together(work: Callable[[int], object]) -> list[object]:
    """What each thread gives, all begun at one moment. An error of one is an error of the test."""
    begin = threading.Barrier(THREADS)
    given: list[object] = [None] * THREADS
    wrong: list[BaseException] = []

    def run(number: int) -> None:
        begin.wait()
        try:
            given[number] = work(number)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not wrong, wrong[0]
    assert not any(thread.is_alive() for thread in threads)
    return given


def answered(law: Law, case: Case) -> object:
    return [(r.regime, str(r.outcome), r.fired, r.undecided, r.lifted) for r in law.decide(case)]


def everything(law: Law, case: Case) -> tuple[str, str, str]:
    """All that is said of a case: the record, the certificate, and the page with the derivations."""
    decision = law.decide(case)
    return (
        decision.record().record.canonical(), to_json(certify(law, decision)), decision.explain(),
    )  # fmt: skip


def mixed(items: Sequence[Case], number: int) -> list[tuple[int, Case]]:
    """The same cases, in another order for each thread."""
    found = list(enumerate(items))
    random.Random(number).shuffle(found)
    return found


@pytest.mark.parametrize("round", range(4))
def test_first_answers_of_many_threads(round: int) -> None:
    """Norms are compiled, lists of the index made and definitions read by whoever comes first."""
    law, asked = fresh(), cases(90)

    def work(number: int) -> object:
        return {place: answered(law, case) for place, case in mixed(asked, 10 * round + number)}

    found = together(work)
    alone = fresh()
    want = {place: answered(alone, case) for place, case in enumerate(asked)}
    assert all(one == want for one in found)


def test_derivations_records_and_certificates_of_many_threads() -> None:
    law, asked = fresh(), cases(7)
    alone = fresh()
    want = {place: everything(alone, case) for place, case in enumerate(asked)}

    def work(number: int) -> object:
        return {place: everything(law, case) for place, case in mixed(asked, number)}

    assert all(one == want for one in together(work))


def test_one_decision_asked_by_many_threads() -> None:
    """What lies behind an answer is found when it is asked for: by all of them at once."""
    for case in cases(8):
        want = everything(load("us"), case)
        decision = load("us").decide(case)
        found = together(lambda _, d=decision: (d.record().record.canonical(), d.explain()))  # type: ignore[misc]
        assert found == [(want[0], want[2])] * THREADS


def test_one_answer_asked_twice_of_the_same_facts() -> None:
    """Both share what the reference has found; what the first was asked about changes no record."""
    law = load("us")
    met = 0
    for case in cases(70):
        given = Facts.of(case)
        first = law.decide(given)
        want = first.record().record.canonical()
        first.explain()
        assert law.decide(given).record().record.canonical() == want
        met += len(first["us"].readings) != len(first.source.evaluation.readings_read)
    assert met > 2  # derivations did meet reading points that the answer does not rest on


@pytest.mark.parametrize("kept", [True, False], ids=["recalled", "compiled"])
def test_the_text_is_one_for_all_threads(kept: bool) -> None:
    """Blocks are told apart by identity: every thread must be given the same ones."""
    text = {"zz.rules": (HEAD + BAN).encode()}
    law = Law(compiled(text)) if kept else Law(compile_rulebook(text))

    def work(_: int) -> object:
        (block,) = law["zz.act §1"]
        return id(block), block_text(block), law.history.status(block, BAN_DAY), [*law.provisions()]

    first, *others = together(work)
    assert all(one == first for one in others)


def test_questions_of_many_kinds_at_once() -> None:
    """More questions than a law keeps compiled, so that they are thrown away while others ask."""
    law, asked = load("us"), cases(11)
    abouts = sorted({block.id.split(" ")[0] for block in law.provisions("us.")})[:40]
    assert len(abouts) > 32
    want = {
        about: [str(law.decide(c, about=[about])["us"].outcome) for c in asked] for about in abouts
    }

    def work(number: int) -> object:
        order = list(abouts)
        random.Random(number).shuffle(order)
        return {a: [str(law.decide(c, about=[a])["us"].outcome) for c in asked] for a in order}

    assert all(one == want for one in together(work))


# -- processes -----------------------------------------------------------------------------------


def _in_process(number: int) -> tuple[str, list[object], list[tuple[str, str, str]]]:
    law = load("us")
    said = [everything(law, case) for case in cases(number)[:2]]
    return law.digest, [answered(law, case) for case in cases(number)], said


@pytest.mark.parametrize("way", ["spawn", "fork", "forkserver"])
def test_processes_answer_alike(way: str) -> None:
    """A forked child uses the law that its parent has loaded and asked; a spawned one loads its own."""
    if way not in multiprocessing.get_all_start_methods():
        pytest.skip(f"there is no {way} here")
    want = _in_process(16)
    context = multiprocessing.get_context(way)
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        for found in pool.map(_in_process, [16, 16]):
            assert found == want


# -- reloading -----------------------------------------------------------------------------------

BAN_DAY = date(2024, 6, 1)
SECOND = BAN.replace("§1", "§2").replace("import of good into US", "export of good from US")
ACT = build_case(facts(), closed_by="the test")


class Service:
    """What docs/packs.md tells a service to do: build the new law whole, then put one reference."""

    def __init__(self, folder: Path, **more: Path) -> None:
        self.folder, self.more = folder, more
        self.law = load_path(folder, **more)  # type: ignore[arg-type]

    def reload(self) -> bool:
        try:
            self.law = load_path(self.folder, **self.more)  # type: ignore[arg-type]
        except RulebookError:
            return False  # the law that is loaded stays
        return True


def write(folder: Path, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.rules").write_text(text)
    return folder


#: What is wrong with a pack that a service is told to load. None of it may replace what is loaded.
DAMAGES: dict[str, Callable[[Path], object]] = {
    "a file cut in a block": lambda p: (p / "ban.rules").write_text(BAN[: len(BAN) // 2]),
    "a file cut in a word": lambda p: (p / "ban.rules").write_text(BAN[:-3]),
    "a file that is empty": lambda p: (p / "head.rules").write_text(""),
    "a file that is gone": lambda p: (p / "head.rules").unlink(),
    "bytes that are no text": lambda p: (p / "ban.rules").write_bytes(b"\xff\xfe" + BAN.encode()),
    "noise": lambda p: (p / "ban.rules").write_bytes(os.urandom(400)),
    "a block twice": lambda p: (p / "twice.rules").write_text(BAN),
    "a mistake in one file of many": lambda p: (p / "more.rules").write_text(SECOND.replace("good.category", "good.kategory")),
    "no folder": lambda p: [*[f.unlink() for f in p.iterdir()], p.rmdir()],
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_pack_never_replaces_law(
    damage: Callable[[Path], object], tmp_path: Path
) -> None:
    service = Service(write(tmp_path / "law", head=HEAD, ban=BAN))
    before, answer = service.law, answered(service.law, ACT)
    damage(tmp_path / "law")
    assert not service.reload()
    assert service.law is before and answered(service.law, ACT) == answer
    write(tmp_path / "law", head=HEAD, ban=BAN, second=SECOND)
    for name in ("twice", "more"):
        (tmp_path / "law" / f"{name}.rules").unlink(missing_ok=True)
    assert service.reload() and service.law is not before and service.law["zz.act §2"]


def test_half_a_pack_that_reads_well_is_seen_by_its_signature_only(tmp_path: Path) -> None:
    """Text that ends between two blocks is good text, and says less. This is what signatures are for."""
    pytest.importorskip("cryptography", reason="cryptography is not installed (extra `sign`)")
    new_key(tmp_path / "key")
    folder = write(tmp_path / "law", head=HEAD, ban=BAN + SECOND)
    files = {f.name: f.read_bytes() for f in folder.iterdir()}
    (folder / NAME).write_bytes(signed(files, tmp_path / "key"))
    bare, careful = Service(folder), Service(folder, key=tmp_path / "key.pub")
    for half in (BAN, SECOND, ""):
        write(folder, ban=half)
        before = careful.law
        assert bare.reload() and len(bare.law.norms()) < len(before.norms())
        assert not careful.reload() and careful.law is before
    write(folder, ban=BAN + SECOND)
    assert careful.reload()


def test_threads_meet_the_old_law_or_the_new_one_and_nothing_between(tmp_path: Path) -> None:
    """While rules are written and reloaded: every answer is that of one whole law."""
    folder = write(tmp_path / "law", head=HEAD, ban=BAN)
    service = Service(folder)
    other = BAN.replace("2024-01-01", "2025-01-01")
    allowed = set()
    for text in (BAN, other):
        law = Law(compile_rulebook({"head.rules": HEAD.encode(), "ban.rules": text.encode()}))
        allowed.add((law.digest, str(answered(law, ACT))))
    assert len(allowed) == 2
    done = threading.Event()
    reloads = [0, 0]

    def work(number: int) -> object:
        if number:
            seen = set()
            while not done.is_set():
                law = service.law  # read once: the whole answer is given by one law
                seen.add((law.digest, str(answered(law, ACT))))
            return seen
        try:
            for turn in range(12):
                text = (other, BAN)[turn % 2]
                write(folder, ban=text[: 40 + turn])  # half written
                reloads[0] += service.reload()
                write(folder, ban=text)
                reloads[1] += service.reload()
        finally:
            done.set()
        return set()

    found = together(work)
    assert reloads == [0, 12]
    seen = set().union(*found)  # type: ignore[arg-type]
    assert seen == allowed


def test_a_derivation_half_made_holds_up_no_other_thread() -> None:
    """How deep one thread is says nothing of another: it was taken for its own, now and then."""
    case = cases(8)[0]
    source = load("us").decide(case).source
    run, (finding, *_) = source.evaluation, load("us").decide(case)["us"].findings
    run._stack.in_turn, run._stack.deriving = True, 1_000  # as deep as nobody may be
    found: list[object] = []
    other = threading.Thread(target=lambda: found.append(source.derivation(finding)))
    other.start()
    other.join(60)
    assert found
