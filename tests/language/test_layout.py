"""The one layout with comments: where each goes, what a long line does, and what never happens."""

from __future__ import annotations

from textwrap import dedent

import pytest
from language.rules import in_print_order, texts, tree

import sanctions_rules as sr
from sanctions_rules.diagnostics import RulebookError
from sanctions_rules.language.format import digest_of, rulebook_text
from sanctions_rules.language.layout import comments, format_bytes, format_rules
from sanctions_rules.source import Source


def laid(text: str) -> str:
    made = format_rules(dedent(text))
    assert format_rules(made) == made
    assert tree(made) == in_print_order(tree(dedent(text)))
    return made


def block(*lines: str) -> str:
    """A provision whose lines after the title are these, as they are expected to be printed."""
    return "\n".join(['provision us.x §1 "T"', *lines, "end", ""])


def test_comments_go_where_their_words_go() -> None:
    text = """
        # the file

        # the block
        provision us.x §1 "T" # its head
          # why it binds whom
          binds us_person # and branches
          # where it was read
          cites "a", # the order
             "b"
          when # all of it
            any of # group
              # first
              - good is fish # tail
              # second
              - good is crab
              # last of the group
            end # closed
            # and this
            and good is exported
          # last of the block
        end # done
        # the end
        """
    assert laid(text) == "\n".join((
        "# the file",
        "",
        "# the block",
        'provision us.x §1 "T"  # its head',
        "  # where it was read",
        '  cites         "a",  # the order',
        '                "b"',
        "  # why it binds whom",
        "  binds         us_person  # and branches",
        "  when  # all of it",
        "                any of  # group",
        "                  # first",
        "                  - good is fish  # tail",
        "                  # second",
        "                  - good is crab",
        "                  # last of the group",
        "                end  # closed",
        "    # and this",
        "    and         good is exported",
        "  # last of the block",
        "end  # done",
        "",
        "# the end",
        "",
    ))  # fmt: skip


def test_a_comment_that_carries_on_below_stays_with_its_line() -> None:
    text = """
        provision us.x §1 "T"
          note "b"    # one
                      # two
          # of the citation
          cites "a"
        end
        """
    assert laid(text) == block(
        "  # of the citation",
        '  cites         "a"',
        '  note          "b"  # one',
        "                     # two",
    )


def test_a_comment_before_a_comma_stands_behind_it() -> None:
    text = 'provision us.x §1 "T" cites "a" # one\n , # two\n "b" end'
    assert laid(text) == block(
        '  cites         "a",  # one', "                      # two", '                "b"'
    )


def test_a_comment_of_its_own_never_seems_to_carry_on_another() -> None:
    made = laid('table us.x §1 "T" entries from # one\n# two\n "codes.csv" hs end')
    assert "  entries from   # one\n                # two\n" in made


def test_between_blocks_is_one_empty_line_and_those_of_comments_are_kept() -> None:
    text = """


        # first
        # still first


        # apart
        definition us.x "A" end
        definition us.y "B" end # b
        # of c

        definition us.z "C" end


        # last


        # very last
        """
    assert laid(text) == dedent("""\
        # first
        # still first

        # apart
        definition us.x "A"
        end

        definition us.y "B"
        end  # b

        # of c

        definition us.z "C"
        end

        # last

        # very last
        """)


def test_a_long_list_hangs_under_its_first_element() -> None:
    acts = ", ".join(f"act_number_{n}" for n in range(9))
    refs = ", ".join(["us.eo14068 §1(a)(i)", *(f"§1(a)({c})" for c in "abcdefghijkl")])
    countries = "AT, BE, BG, HR, CY, CZ, DK, EE, FI, FR, DE, GR, HU, IE, IT, LV, LT, LU"
    text = f"""
        provision us.x §1 "T"
          prohibits {acts} of good to the extent prohibited by {refs}
          when person.branch_of.organised_in_some_place is any of {countries}
        end
        """
    assert laid(text) == block(
        "  prohibits     act_number_0, act_number_1, act_number_2, act_number_3, act_number_4, act_number_5,",
        "                act_number_6, act_number_7, act_number_8 of good",
        "                to the extent prohibited by us.eo14068 §1(a)(i), §1(a)(a), §1(a)(b), §1(a)(c),",
        "                                                       §1(a)(d), §1(a)(e), §1(a)(f), §1(a)(g),",
        "                                                       §1(a)(h), §1(a)(i), §1(a)(j), §1(a)(k),",
        "                                                       §1(a)(l)",
        "  when          person.branch_of.organised_in_some_place is any of",
        "                    AT, BE, BG, HR, CY, CZ, DK, EE, FI, FR, DE, GR, HU, IE, IT, LV, LT, LU",
    )


def test_a_long_interval_and_what_a_table_is_asked_for_begin_a_line() -> None:
    text = """
        provision us.x §1 "T"
          in force from unknown between 2025-01-08 00:01 EST and 2026-04-08 until unknown between 2025-01-08 and 2026-04-08
          when good.price_per_barrel_of_something_long is at most the price_of_it in eu.x Annex XXVIII for good.codes
        end
        """
    assert laid(text) == block(
        "  in force      from unknown between 2025-01-08 00:01 EST and 2026-04-08",
        "                    until unknown between 2025-01-08 and 2026-04-08",
        "  when          good.price_per_barrel_of_something_long is at most",
        "                    the price_of_it in eu.x Annex XXVIII for good.codes",
    )


def test_rows_and_arguments_stay_whole_until_no_line_could_hold_them() -> None:
    row = " | ".join(["HS 2709, HS 2710, HS 2711, HS 2712"] * 4)
    made = laid(f'table us.x §1 "T" columns code, from, until, price | {row} | end')
    assert f"                | {row} |\n" in made
    row = " | ".join(["HS 2709, HS 2710, HS 2711, HS 2712"] * 40)
    wide = f'table us.x §1 "T"\ncolumns {", ".join(["code"] * 40)}\n| {row} |\nend'.replace(
        "| ", "|\n"
    )
    assert max(map(len, laid(wide).split("\n"))) <= 101


def test_other_bytes_of_a_file() -> None:
    plain = 'definition us.x "A"  # ü\nend\n'
    assert format_bytes(b"\xef\xbb\xbf" + plain.replace("\n", "\r\n").encode(), "a") == plain
    assert format_rules("") == ""
    assert format_rules("\n # alone \n\n\n#\tthat is all") == "# alone\n\n#\tthat is all\n"
    assert format_rules("definition us.x “A” end") == 'definition us.x "A"\nend\n'


def test_a_text_with_a_mistake_is_refused_with_its_place() -> None:
    with pytest.raises(RulebookError) as refused:
        sr.format_rules('definition us.x "A"\n  cites\nend', "mine.rules")
    assert "mine.rules:" in str(refused.value)
    with pytest.raises(RulebookError, match="UTF-8"):
        format_rules("definition \ud800")


#: Those that hold every construct, and some of the law; all of it is checked by `test_fmt.py`.
REAL = [n for n in texts() if n.startswith("good/") or n in ("eo14068.rules", "ownership.rules")]


@pytest.mark.parametrize("name", REAL)
def test_real_files_keep_law_comments_and_examples(name: str) -> None:
    text = texts()[name]
    made = format_rules(text, name)
    before, after = tree(text), tree(made)
    assert after == in_print_order(before)
    assert rulebook_text(after) == rulebook_text(before)
    assert digest_of(after, {}) == digest_of(before, {})
    assert comments(Source(name, made)) == comments(Source(name, text))
    assert format_rules(made) == made
