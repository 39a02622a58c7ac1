from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from practicum.errors import SetupError
from practicum.evaluation import Arm, Leak, LeakReport, build_ladder, score, where_to_look, wrong_items
from practicum.records import Demonstration, Item, Note, Prediction, ToolCall, ToolSpec, Usage
from practicum.report.data import DroppedTrials, GateDecision, ReportData, ToolExploration
from practicum.report.pages import _environment, render, write_report

VOID = {"meta", "br", "link", "img", "input", "hr"}
HOSTILE = "<script>alert(1)</script>\" onload='x' {{ 7 * 7 }} &amp; ]]>"
SPEC = ToolSpec(
    name="convert_units",
    description="",
    parameters={"type": "object", "properties": {"to_unit": {"type": "string"}}},
)


class Page(HTMLParser):
    """Reads a page and checks that what is opened is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            self.handlers += [name] if name.startswith("on") else []
            self.links += [value or ""] if name in ("src", "href", "action", "data", "xlink:href") else []
            self.ids += [value or ""] if name == "id" else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def filled(text: str = "oz") -> ReportData:
    items = [
        Item(
            id="a", query=f"70 kg? {text}", expected=(ToolCall(name=SPEC.name, arguments={"to_unit": "lb"}),)
        ),
        Item(id="b", query="A joke.", expected=()),
    ]
    wrong = Prediction(id="a", calls=(ToolCall(name=SPEC.name, arguments={"to_unit": text}),))
    base = [Prediction(id="a", raw=text), Prediction(id="b")]
    demos = [wrong, Prediction(id="b")]
    scores = score(items, demos, [SPEC])
    arms = [
        Arm(name=f"base {text}", scores=score(items, base, [SPEC])),
        Arm(name="demos", scores=scores, about=text),
    ]
    row = ToolExploration(
        tool=text,
        trials=60,
        solved=40,
        unsolved=15,
        broken=5,
        distinct_queries=58,
        usage=Usage(model_calls=1234),
    )
    return ReportData(
        title=f"Report {text}",
        created_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        about=((text, text),),
        explored=(row, row),
        notes=(
            Note(
                id="n", tool=text, tool_schema_hash="h", parameter=text, text=text, evidence=("trial-1", text)
            ),
        ),
        demonstrations=(
            Demonstration(
                id="trial-2",
                tool=text,
                tool_schema_hash="h",
                query=text,
                call=ToolCall(name=text, arguments={text: [text]}),
                observation=text,
            ),
        ),
        dropped=(DroppedTrials(reason="near duplicate", count=7),),
        ladder=build_ladder(arms),
        decisions=(GateDecision(candidate="demos@2", promoted=False, reason=text),),
        wrong=wrong_items(items, demos, scores),
        leaks=LeakReport(
            items=2,
            learned=9,
            threshold=0.95,
            exact=(Leak(id="a", query=text, learned=text),),
            near=(Leak(id="b", query=text, learned=text, similarity=0.96),),
            same_call=(),
        ),
        next_steps=(text, *where_to_look(scores)),
    )


def everything_said(data: ReportData) -> Iterator[str]:
    yield from ("trial-1", "trial-2", "near duplicate", "demos@2", "refused", "1,234", "0.960")
    yield from ("to_unit: 'oz' instead of 'lb'", 'convert_units(to_unit="lb")', 'convert_units(to_unit="oz")')
    yield from ("50 %", "1/2, 9\u201391", "40 / 15 / 5", "+0.0 points", data.title, *data.next_steps)


def test_the_page_says_what_was_explored_learned_measured_and_what_comes_next() -> None:
    data = filled()
    text = Page(render(data)).text
    assert [words for words in everything_said(data) if words not in text] == []


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    html = render(filled())
    page = Page(html)
    assert {"script", "link", "img", "iframe", "object", "base", "form"}.isdisjoint(page.tags)
    assert page.handlers == []
    assert {link[0] for link in page.links} == {"#"}
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert "url(" not in html
    assert "@import" not in html
    assert "http://" not in html
    assert "https://" not in html
    assert "default-src 'none'" in html


def test_hostile_text_is_shown_as_text_wherever_it_comes_from() -> None:
    html = render(filled(HOSTILE))
    page = Page(html)
    assert "<script" not in html
    assert "script" not in page.tags
    assert page.handlers == []
    assert page.text.count("<script>alert(1)</script>") > 15
    assert "{{ 7 * 7 }}" in page.text


def test_control_characters_and_overrides_are_made_visible(tmp_path: Path) -> None:
    path = write_report(filled("a\x00b\x1b[31mc\u202ed\ud800e"), tmp_path)
    text = path.read_text(encoding="utf-8")
    assert not set("\x00\x1b\u202e") & set(text)
    assert "a\ufffdb\ufffd[31mc\ufffdd\ufffde" in text


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=30))
def test_any_text_makes_a_page_whose_tags_close(text: str) -> None:
    page = Page(render(filled(text)))
    assert "script" not in page.tags
    assert page.handlers == []


def test_an_empty_report_says_what_is_missing() -> None:
    text = Page(render(ReportData(created_at=datetime(2026, 1, 2, tzinfo=UTC)))).text
    assert "Nothing was explored yet." in text
    assert "There are no notes." in text
    assert "what was learned is unproven" in text


def test_a_ladder_of_one_arm_without_items_is_a_page() -> None:
    ladder = build_ladder([Arm(name="base", scores=score([], [], []))])
    text = Page(render(ReportData(created_at=datetime(2026, 1, 2, tzinfo=UTC), ladder=ladder))).text
    assert "no such items" in text


def test_a_folder_gets_an_index_and_a_file_its_name(tmp_path: Path) -> None:
    assert write_report(filled(), tmp_path / "deep" / "out") == tmp_path / "deep" / "out" / "index.html"
    path = write_report(filled(), tmp_path / "page.html")
    before = path.read_bytes()
    assert write_report(filled("new"), path).read_bytes() != before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["deep", "page.html"]


def test_a_place_that_can_not_be_written_is_the_users_to_fix(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match=r"index\.html: "):
        write_report(filled(), tmp_path / "file")


def test_the_shown_arm_is_the_one_asked_for() -> None:
    data = filled().model_copy(update={"shown_arm": "base oz"})
    assert "With base oz." in Page(render(data)).text
    with pytest.raises(SetupError, match="no arm named"):
        render(data.model_copy(update={"shown_arm": "nobody"}))


def test_long_lists_are_cut_and_say_so() -> None:
    data = filled()
    html = render(data.model_copy(update={"wrong": data.wrong * 300}))
    assert html.count("70 kg? oz") == 200
    assert "300 items whose calls are not equal" in html
    assert "the first 200 are shown" in html


def test_a_gap_in_a_template_is_an_error_and_never_empty() -> None:
    with pytest.raises(UndefinedError):
        _environment().from_string("{{ nothing }}").render()


def test_report_data_comes_back_from_json() -> None:
    assert ReportData.from_dict(filled().as_dict()) == filled()
