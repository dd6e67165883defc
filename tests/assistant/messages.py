"""Every message that the code makes, found by reading the code: what a page must be able to tell."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import assistant
import evals
import knowledge

ROOTS = [Path(str(package.__file__)).parent for package in (knowledge, assistant, evals)]
# The command lines alone raise these, or nobody reads them.
NEVER_ON_A_PAGE = {
    "ChatModelFailed", "TextTooLong", "InvalidGate", "JudgeFailed",
    "evals/calibrate.py:recorded", "evals/calibrate.py:refit", "evals/cases.py:_matches",
    "evals/importers.py", "evals/opening.py",
    "evals/runs.py:check_answered", "evals/session.py:rescore",
    "assistant/reader/onnx_reader.py", "knowledge/settings.py:read_settings",
}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A message as the code makes it: its template, and the details that are given for it."""

    code: str
    template: str
    details: frozenset[str]
    where: str

    @property
    def placeholders(self) -> frozenset[str]:
        """What its template fills in."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.template) if name is not None)


@cache
def made() -> list[Made]:
    """All messages."""
    return [_made(call, before, where) for call, before, where in _calls() if _name(call) == "Message"]


def without_code() -> list[str]:
    """Where an error is made with words of its own instead of a message, and a page could show it."""
    errors = _errors()
    return [
        where
        for call, _, where in _calls()
        if _name(call) in errors and call.args and isinstance(call.args[0], ast.Constant | ast.JoinedStr)
        if not NEVER_ON_A_PAGE & {_name(call), where, where.partition(":")[0]}
    ]


def _calls() -> Iterator[tuple[ast.Call, dict[str, str], str]]:
    """Calls, the texts that have names before them in their function, and where they stand."""
    for root in ROOTS:
        for path in sorted(root.rglob("*.py")):
            place = path.relative_to(root.parent).as_posix()
            if place != "knowledge/messages.py":
                yield from _within(ast.parse(path.read_text("utf-8")), place)


def _within(scope: ast.AST, where: str) -> Iterator[tuple[ast.Call, dict[str, str], str]]:
    texts: dict[str, str] = {}
    for node in _in_order(scope):
        if isinstance(node, ast.FunctionDef):
            yield from _within(node, f"{where.partition(':')[0]}:{node.name}")
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            texts |= {name.id: str(node.value.value) for name in node.targets if isinstance(name, ast.Name)}
        elif isinstance(node, ast.Call):
            yield node, dict(texts), where


def _in_order(scope: ast.AST) -> Iterator[ast.AST]:
    """What stands in a scope, in reading order, functions within it as wholes."""
    for child in ast.iter_child_nodes(scope):
        yield child
        if not isinstance(child, ast.FunctionDef):
            yield from _in_order(child)


def _made(call: ast.Call, texts: dict[str, str], where: str) -> Made:
    code, template = call.args
    assert isinstance(code, ast.Constant), f"{where}: a code is written out where its message is made"
    words = texts[template.id] if isinstance(template, ast.Name) else ast.literal_eval(template)
    return Made(str(code.value), words, frozenset(str(keyword.arg) for keyword in call.keywords), where)


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _errors() -> set[str]:
    """The names of the errors that are the project's own."""
    modules = [path for root in ROOTS for path in root.rglob("errors.py")]
    classes = (node for path in modules for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    return {node.name for node in classes if isinstance(node, ast.ClassDef)}
