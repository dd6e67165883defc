import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.markers import MarkerParser, Written, marked, statements_in, uncovered_in


def parse(text: str, seed: int = 0) -> list[Written]:
    parser, found, at, pick = MarkerParser(), [], 0, random.Random(seed)
    while at < len(text):
        size = pick.randint(1, 12)
        found += parser.feed(text[at : at + size])
        at += size
    return [*found, *parser.finish()]


WRITTEN = [
    ("NATO acted in 2016 [1].", [Written("NATO acted in 2016.", (1,))]),
    (
        "NATO acted in 2016. [1] Allies adapt. [2][3]",
        [
            Written("NATO acted in 2016.", (1,)),
            Written("Allies adapt.", (2, 3)),
        ],
    ),
    (
        "NATO acted (1). The Allies adapt【2†source】.",
        [Written("NATO acted.", (1,)), Written("The Allies adapt.", (2,))],
    ),
    ("The year (2016) mattered [Source 1, 2].", [Written("The year (2016) mattered.", (1, 2))]),
    (
        "- **Belgium** takes part [^3].\n* It helps [2-4].",
        [
            Written("Belgium takes part.", (3,)),
            Written("It helps.", (2, 3, 4)),
        ],
    ),
    (
        "Allies adapt. They are committed to it. [2]\nNobody said this.",
        [
            Written("Allies adapt.", (2,)),
            Written("They are committed to it.", (2,)),
            Written("Nobody said this."),
        ],
    ),
    ("<think>Maybe [4]. Yes.</think>It holds [1].", [Written("It holds.", (1,))]),
    (
        "It holds [1].\nNOT COVERED: who chairs it\nSources: [1], [2]",
        [
            Written("It holds.", (1,)),
            Written("who chairs it", uncovered=True),
        ],
    ),
    (
        '```json\n{"statements": [\n {"text": "It holds.", "sources": [1, 2]}], "uncovered": ["cost"]}\n```',
        [
            Written("It holds.", (1, 2)),
            Written("cost", uncovered=True),
        ],
    ),
    (
        "Measures exist, e.g. sanctions, in the U.S. and elsewhere [1].",
        [Written("Measures exist, e.g. sanctions, in the U.S. and elsewhere.", (1,))],
    ),
    ('{"statements": [{"text": "It holds.", "sources": 1}]}', [Written("It holds.", (1,))]),
    ('{"statements": [{"text": "It holds.", "sources": null}]}', [Written("It holds.")]),
    (
        '{"statements": [{"text": "It\\nholds.", "sources": ["[2-3]", "²", true, 1.0]}]}',
        [
            Written("It holds.", (2, 3, 1)),
        ],
    ),
    ('{"statements": {"text": "It holds.", "sources": [1]}}', [Written("It holds.", (1,))]),
    ('{"statements": ["It holds [1]."]}', [Written("It holds.", (1,))]),
    ('{"statements": null, "uncovered": null}', []),
    ('{"statements": [], "uncovered": "who decided"}', [Written("who decided", uncovered=True)]),
    (
        'Here is the answer:\n{"statements": [{"text": "It holds.", "sources": [1]}]}\nI hope it helps.',
        [Written("It holds.", (1,))],
    ),
    ('Here you are: {\n"statements": [{"text": "It holds.", "sources": [1]}]}', [Written("It holds.", (1,))]),
    ("It holds {so [1]. It does} too [2].", [Written("It holds {so.", (1,)), Written("It does} too.", (2,))]),
    ('{"statements": ' + "[" * 2000, []),
    ("", []),
    ("[1] [2]", []),
    ('{"statements": [{"text": "cut of', []),
]


@pytest.mark.parametrize(("text", "expected"), WRITTEN)
@pytest.mark.parametrize("seed", range(5))
def test_reads_what_models_write_however_it_streams(text: str, expected: list[Written], seed: int) -> None:
    assert parse(text, seed) == expected


def test_a_statement_comes_as_soon_as_the_next_begins() -> None:
    parser = MarkerParser()
    assert list(parser.feed("NATO acted in 2016 [1]. ")) == []
    assert list(parser.feed("The Allies")) == [Written("NATO acted in 2016.", (1,))]


@given(st.lists(st.integers(min_value=1, max_value=99), min_size=1, max_size=6, unique=True))
def test_marks_are_read_in_order(numbers: list[int]) -> None:
    assert marked("".join(f"[{n}]" for n in numbers)) == tuple(numbers)
    assert marked(f"[{', '.join(map(str, numbers))}]") == tuple(numbers)


@given(st.text(alphabet='ab .[]()123<think/>\n{}":,【】', max_size=120), st.integers(0, 99))
def test_nothing_breaks_the_parser_and_pieces_do_not_matter(text: str, seed: int) -> None:
    said = " ".join(written.text for written in parse(text, seed))
    assert "".join(said.split()) == "".join(" ".join(w.text for w in parse(text, seed + 1)).split())


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["²", "1", "[2]", "It holds.", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["text", "sources", "statements", "uncovered"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON, JSON, JSON)
def test_json_of_any_shape_is_read_without_failing(
    statements: object, sources: object, uncovered: object
) -> None:
    replies = [
        statements,
        {"statements": statements, "uncovered": uncovered},
        {"statements": [{"text": "It holds.", "sources": sources}], "uncovered": uncovered},
    ]
    for reply in replies:
        read = [*statements_in(reply), *uncovered_in(reply)]
        assert all(written.text and all(number >= 0 for number in written.sources) for written in read)
        parse(json.dumps(reply))
