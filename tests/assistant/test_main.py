import json
import re
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant import __main__ as command
from assistant.export import answer_from_json
from assistant.types import Answer, SearchedSection, Statement, Trace, Verdict
from knowledge.base import KnowledgeBase
from knowledge.settings import KnowledgeSettings
from tests.servers import free_port

WHEN = "When did NATO recognise cyberspace as an operational domain?"


@pytest.fixture
def run(knowledge: KnowledgeBase, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Runs the command line over the collection of the other tests."""
    monkeypatch.setenv("KNOWLEDGE_DATA_DIR", str(knowledge.settings.data_dir))

    def invoke(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(command.app, list(arguments), input=typed)

    return invoke


def test_prints_quotes_with_numbers_and_sections(run) -> None:  # type: ignore[no-untyped-def]
    result = run("ask", WHEN)
    assert result.exit_code == 0, result.output
    assert (
        "In 2016, NATO recognised cyberspace as an operational domain, just like land, sea, and air. [1]"
        in result.output
    )
    assert "[1] Cyber diplomacy › North Atlantic Treaty Organization (NATO)" in result.output


def test_prints_one_json_object(run) -> None:  # type: ignore[no-untyped-def]
    result = run("ask", WHEN, "--json", "--document", "cyber-diplomacy.txt", "--language", "nl")
    assert result.exit_code == 0, result.output
    answer = answer_from_json(json.loads(result.stdout))
    assert answer.question == WHEN
    assert answer.language == "nl"
    assert answer.trace.queries[0].documents == ("cyber-diplomacy.txt",)


def test_an_abstention_is_no_error(run) -> None:  # type: ignore[no-untyped-def]
    result = run("ask", WHEN, "--careful", "1")
    assert result.exit_code == 0
    assert "Nearest:" in result.output
    assert "Searched, with the belief that they answer:" in result.output
    assert re.search(
        r"^ +0\.\d\d  Cyber diplomacy › .*NATO.* \(cyber-diplomacy\.txt\)$", result.output, re.MULTILINE
    )


def test_an_abstention_says_how_many_more_sections_were_searched(capsys: pytest.CaptureFixture[str]) -> None:
    searched = [SearchedSection("a.txt", f"S{n}", (f"S{n}",), 0.1, n / 10 or None) for n in range(10)]
    command._print_sources(
        Answer("q", "q", (), (), True, 0.0, trace=Trace(searched=tuple(searched), unlisted=9))
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[2] == "    0.90  S9 (a.txt)"
    assert lines[-1].strip() == "and 11 more"


def test_what_is_printed_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    command._print("\x1b[2JSous «\u00a0NATO\u202f» :\tyes\u202e\n")
    assert capsys.readouterr().out == "[2JSous «\u00a0NATO\u202f» :\tyes\n\n"


def test_a_translation_is_marked() -> None:
    said = Statement("L’OTAN s’adapte.", Verdict.SUPPORTED, (1, 2), translated_to="fr")
    assert command._line(said) == "L’OTAN s’adapte. [1][2] (traduction non officielle)"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["ask", "   "], 2, "empty"),
        (["ask", "?!"], 2, "no words"),
        (["ask", WHEN, "--document", "other.txt"], 1, "other.txt"),
        (["ask", WHEN, "--careful", "7"], 2, "careful"),
        (["ask", WHEN, "--language", "xx"], 2, "LANGUAGE"),
        (["ask"], 2, "question"),
    ],
)
def test_says_what_is_wrong_and_exits_with_its_code(run, arguments: list[str], code: int, says: str) -> None:  # type: ignore[no-untyped-def]
    result = run(*arguments)
    assert result.exit_code == code
    assert says in result.output
    assert "Traceback" not in result.output


def test_a_conversation_goes_on_until_an_empty_line(run) -> None:  # type: ignore[no-untyped-def]
    result = run("chat", typed="What does NATO say about cyberspace?\n?!\nAnd the OSCE?\n\n")
    assert result.exit_code == 0, result.output
    assert "reading" in result.output
    assert "no words" in result.output
    assert result.output.count("understood as: What does the OSCE say about cyberspace?") == 1
    assert result.output.count("understood as:") == 1
    assert "[1] Cyber diplomacy › Organisation for Security and Cooperation in Europe (OSCE)" in result.output


def test_where_nothing_can_be_written_what_was_indexed_is_answered_from(
    run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    data = tmp_path / "data"
    monkeypatch.setenv("KNOWLEDGE_DATA_DIR", str(data))
    monkeypatch.setenv("KNOWLEDGE_CHROMA_URL", f"http://127.0.0.1:{free_port()}")
    failed = run("ask", WHEN)
    assert failed.exit_code == 1, "nothing is indexed yet"
    monkeypatch.delenv("KNOWLEDGE_CHROMA_URL")
    KnowledgeBase(KnowledgeSettings(data_dir=data)).sync()
    (data / "documents").mkdir()
    (data / "documents" / "new.txt").write_text("New\n\nNot indexed yet.\n")
    monkeypatch.setenv("KNOWLEDGE_CHROMA_URL", f"http://127.0.0.1:{free_port()}")
    result = run("ask", WHEN)
    assert result.exit_code == 0, result.output
    assert "does not answer as it should" in result.stderr
    assert "In 2016, NATO recognised cyberspace" in result.stdout


def test_trouble_with_the_documents_does_not_end_a_conversation(run) -> None:  # type: ignore[no-untyped-def]
    result = run("chat", "--document", "other.txt", typed="What is NATO?\nAnd the OSCE?\n\n")
    assert result.exit_code == 0, result.output
    assert result.output.count("No document 'other.txt'") == 2


def test_a_taken_port_is_named(run) -> None:  # type: ignore[no-untyped-def]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port))
    assert result.exit_code == 1
    assert f"Port {port}" in result.output


def test_serve_indexes_and_starts_the_page_on_this_machine_only(run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    started: list[list[str]] = []
    monkeypatch.setattr(command.os, "execv", lambda program, arguments: started.append(arguments))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    result = run("serve", "--port", str(port))
    assert result.exit_code == 0, result.output
    (arguments,) = started
    assert "--server.address=127.0.0.1" in arguments
    assert f"--server.port={port}" in arguments
    assert Path(arguments[arguments.index("run") + 1]).name == "app.py"


def test_help_documents_the_exit_codes(run) -> None:  # type: ignore[no-untyped-def]
    assert "Exit codes" in run("--help").output
