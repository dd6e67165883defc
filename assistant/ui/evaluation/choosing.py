"""Choosing a set: shipped, one's own or dropped just now, checked before it is run."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import streamlit as st

from assistant.ui.evaluation.words import EvaluationWords
from assistant.ui.markdown import escape
from assistant.ui.services import Services
from assistant.ui.texts import grouped
from evals.cases import check_gold, load
from evals.library import keep_upload, known_sets
from evals.session import folder_documents
from evals.types import EvalSet

SHOWN = 12
"""Remarks on a set that are shown; the rest is counted."""
SET, UPLOADS = "evaluation-set", "_evaluation_uploads"


def chosen_set(shared: Services, say: EvaluationWords) -> EvalSet | None:
    """Draws the choice of a set with what is wrong with it; None when there is none. Raises InvalidSet."""
    data_dir = shared.knowledge_settings.data_dir
    _upload(data_dir, say)
    sets = known_sets(data_dir)
    if not sets:
        return None
    name = st.selectbox(say("set"), list(sets), key=SET)
    evalset = _loaded(sets[name], _stamp(sets[name]))
    _remarks(evalset, _gold_problems(shared, evalset), say)
    return evalset


def _upload(data_dir: Path, say: EvaluationWords) -> None:
    """Keeps what is dropped and chooses it; the next round has an empty field again."""
    rounds = st.session_state.setdefault(UPLOADS, 0)
    dropped = st.file_uploader(say("upload"), type=["jsonl", "csv"], key=f"evaluation-upload-{rounds}")
    if dropped is not None:
        path = keep_upload(dropped.name, dropped.getvalue(), data_dir)
        st.session_state[UPLOADS] = rounds + 1
        st.session_state[SET] = path.stem
        st.rerun()


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=8)
def _loaded(path: Path, _stamp: tuple[int, int]) -> EvalSet:
    return load(path)


def _gold_problems(shared: Services, evalset: EvalSet) -> Sequence[tuple[str, str]]:
    """Gold sections and quotes that the set's documents, or else the collection, do not hold."""
    if evalset.documents is not None:
        return _in_folder(evalset.path, _stamp(evalset.path), evalset.documents)
    version = shared.knowledge().version()
    return _in_collection(shared, evalset.path, (*_stamp(evalset.path), version))


@lru_cache(maxsize=8)
def _in_folder(path: Path, stamp: tuple[int, int], folder: Path) -> Sequence[tuple[str, str]]:
    return check_gold(_loaded(path, stamp).cases, folder_documents(folder))


@lru_cache(maxsize=8)
def _in_collection(shared: Services, path: Path, stamp: tuple[int, int, str]) -> Sequence[tuple[str, str]]:
    names = [info.name for info in shared.knowledge().list()]
    documents = [document for name in names if (document := shared.documents.get(name))]
    return check_gold(_loaded(path, stamp[:2]).cases, documents)


def _remarks(evalset: EvalSet, gold: Sequence[tuple[str, str]], say: EvaluationWords) -> None:
    lines = {case.id: case.line for case in evalset.cases}
    found = [(problem.line, say.told(problem.message)) for problem in evalset.problems]
    found += [(lines[identity], f"{identity}: {say.told(message)}") for identity, message in gold]
    cases = grouped(len(evalset.cases))
    if not found:
        st.caption(say("set_sound", cases=cases))
        return
    remarks = [say("line", line=line, message=escape(message)) for line, message in sorted(found)[:SHOWN]]
    if len(found) > SHOWN:
        remarks.append(say("more_problems", number=len(found) - SHOWN))
    head = say("set_problems", cases=cases, problems=len(found))
    st.warning("\n".join([head, *(f"- {remark}" for remark in remarks)]))
