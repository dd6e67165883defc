"""The documents: what is in them, as sections and as text that can be searched; add and remove."""

import re
from collections.abc import Sequence
from functools import partial
from secrets import token_urlsafe

import streamlit as st

from assistant.ui import components, state
from assistant.ui.guard import guarded
from assistant.ui.markdown import escape
from assistant.ui.services import Services, services
from assistant.ui.state import Deleted
from assistant.ui.texts import Words
from assistant.ui.uploads import Upload, add_all
from assistant.ui.views.source import Data, first_with_text, reach, stretch_view
from knowledge.errors import KnowledgeError
from knowledge.types import Document, DocumentInfo, FileReport

LISTED = 100  # documents listed at once; the filter finds the others
UNFILTERED = 8  # so many documents need no filter
MATCHES = 1000  # places that a search within a document lists at most
LOOK_EVERY = 0.4  # seconds between two looks at files that are being read


def page() -> None:
    """Draws the documents."""
    shared, words = services(), state.words()
    with st.container(key="page"):
        st.title(words("sources"), anchor=False)
        if state.problem():
            st.error(escape(state.problem()), icon=":material/error:")
        _upload(shared, words)
        _undo(shared, words)
        _unread(shared, words)
        known = shared.knowledge().list()
        if not known:
            st.info(words("no_documents"))
            return
        list_, text = st.columns([1, 2], gap="medium")
        with list_:
            info = _choose(known, words)
            document = shared.documents.get(info.name)
            if document is None:
                st.rerun()
            _tree(document, words)
        with text:
            _document(shared, info, document, words)


def _upload(shared: Services, words: Words) -> None:
    from knowledge.readers import SUFFIXES

    round_ = st.session_state.setdefault("_upload_round", 0)
    files = st.file_uploader(
        words("add_documents", kinds=", ".join(sorted(SUFFIXES))),
        accept_multiple_files=True,
        key=f"files-{round_}",
        max_upload_size=shared.knowledge_settings.max_file_mb,
    )
    if files:
        st.session_state["_upload_round"] = round_ + 1
        _add(shared, [Upload(file.name, file.getvalue()) for file in files])
        st.rerun()
    begun = str(st.session_state.get("_upload_task") or "")
    task = shared.uploads.get(begun)
    if task is not None:
        live = not task.done
        st.fragment(guarded(_progress), run_every=LOOK_EVERY if live else None)(shared, begun, live)


def _add(shared: Services, files: Sequence[Upload]) -> None:
    st.session_state["_upload_task"] = name = token_urlsafe(8)
    st.session_state["_taken_out"] = frozenset()
    shared.uploads.start(name, lambda cancelled: add_all(shared.knowledge, files, cancelled))


def _progress(shared: Services, name: str, live: bool) -> None:
    words = state.words()
    task = shared.uploads.get(name)
    if task is None:
        return
    if (live and task.done) or name != st.session_state.get("_upload_task"):
        st.rerun()
    last = task.items[-1] if task.items else None
    if not task.done and last is not None:
        number = len(last.reports) + 1
        label = words("reading_file", name=escape(last.name), number=number, total=last.total)
        st.progress(last.share, label)
    if task.error is not None:
        st.error(words("unexpected"))
    reports = _still_true(last.reports if last else ())
    for report in reports:
        _report(report, words)
    if task.done and (reports or task.error is not None):
        with st.container(horizontal=True):
            st.button(words("close"), key="close-reports", on_click=partial(_forget, shared, name))
            if last is not None and last.replaced:
                label = words.count("bring_back", len(last.replaced))
                st.button(label, key="undo-replace", on_click=partial(_add, shared, last.replaced))


def _still_true(reports: Sequence[FileReport]) -> list[FileReport]:
    """Without those of documents that were removed since."""
    removed = st.session_state.get("_taken_out", frozenset())
    return [report for report in reports if report.info is None or report.info.name not in removed]


def _forget(shared: Services, name: str) -> None:
    shared.uploads.forget(name)
    st.session_state["_upload_task"] = None


def _report(report: FileReport, words: Words) -> None:
    name = escape(report.name)
    if report.info is None:
        reason = escape(_reason(report, words)) or words(f"report_{report.status}")
        st.error(f"**{name}** — {reason}", icon=":material/error:")
        return
    line = f"**{name}** — {words(f'report_{report.status}')}: {_sizes(report.info, words)}"
    if report.info.warnings:
        told = "".join(f"\n\n{escape(words.told(text))}" for text in report.info.warnings)
        st.warning(line + told, icon=":material/warning:")
    else:
        st.success(line, icon=":material/check:")


def _reason(report: FileReport, words: Words) -> str:
    """Why a file could not be read; its name, which the sentence begins with, stands before it already."""
    return words.told(report.error or "").removeprefix(f"{report.name}: ")


def _unread(shared: Services, words: Words) -> None:
    """The files of the folder that could not be read, and why."""
    failures = shared.knowledge().failures()
    if failures:
        with st.expander(words.count("unread", len(failures)), icon=":material/warning:"):
            for report in failures:
                st.caption(f"**{escape(report.name)}** — {escape(_reason(report, words))}")


def _sizes(info: DocumentInfo, words: Words) -> str:
    parts = [
        words.count("characters", info.characters),
        words.count("sections", info.sections),
        words.count("passages", info.passages),
    ]
    return " · ".join([*parts, *([words.count("pages", info.pages)] if info.pages else [])])


def _choose(known: list[DocumentInfo], words: Words) -> DocumentInfo:
    """The chosen document, out of a list that a filter shortens; the first unless another is chosen."""
    chosen = state.chosen_source()
    info = next((info for info in known if info.name == chosen), known[0])
    st.markdown(f"**{words.count('documents', len(known))}**")
    if len(known) > UNFILTERED:
        sought = st.text_input(
            words("filter"),
            key="filter",
            placeholder=words("filter"),
            label_visibility="collapsed",
            live=True,
        )
        known = [info for info in known if (sought or "").lower() in f"{info.title} {info.name}".lower()]
    shown = known[:LISTED]
    items = [
        {"number": number, "name": info.title, "level": 1, "detail": info.name}
        for number, info in enumerate(shown)
    ]
    number = shown.index(info) if info in shown else -1
    data = {"label": words("sources"), "items": items, "chosen": number, "below": True}
    components.tree(data, "documents", partial(_choose_document, tuple(info.name for info in shown)))
    return info


def _choose_document(names: tuple[str, ...]) -> None:
    state.choose_source(names[int(st.session_state["documents"].choose)])
    _count_choice()
    _forget_place()


def _count_choice() -> None:
    """Each choice in a list brings the text into view, also the choice of what is shown already."""
    st.session_state["_choices"] = st.session_state.get("_choices", 0) + 1


def _forget_place() -> None:
    st.session_state["_section"] = None
    st.session_state["_match"] = 0
    st.session_state["search"] = ""


def _document(shared: Services, info: DocumentInfo, document: Document, words: Words) -> None:
    """The chosen document's facts, and its text."""
    st.subheader(escape(info.title), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", key="facts"):
        st.caption(f"{escape(info.name)} · {_sizes(info, words)}", width="stretch")
        st.button(
            words("remove"),
            key="remove",
            icon=":material/delete:",
            type="tertiary",
            on_click=partial(_remove, shared, info),
        )
    for warning in info.warnings:
        st.warning(escape(words.told(warning)), icon=":material/warning:")
    sought = st.text_input(
        words("search_text"),
        key="search",
        placeholder=words("search_text"),
        label_visibility="collapsed",
        icon=":material/search:",
        live=True,
        on_change=_first_match,
    )
    _text(document, (sought or "").strip(), words)


def _first_match() -> None:
    st.session_state["_match"] = 0


def _tree(document: Document, words: Words) -> None:
    st.markdown(f"**{words.count('sections', len(document.sections))}**")
    levels = [section.level for section in document.sections]
    top = min(levels, default=1)
    items = [
        {
            "number": number,
            "name": section.heading or document.title,
            "level": section.level - top + 1,
            "detail": "" if section.page is None else words("page_number", number=section.page),
        }
        for number, section in enumerate(document.sections)
    ]
    data = {
        "label": words("section_tree"),
        "items": items,
        "chosen": _shown_section(document),
    }
    components.tree(data, "tree", _choose_section)


def _shown_section(document: Document) -> int:
    """The number of the chosen section; until one is chosen, the first that has text."""
    chosen = st.session_state.get("_section")
    return first_with_text(document) if chosen is None else min(chosen, max(len(document.sections) - 1, 0))


def _choose_section() -> None:
    st.session_state["_section"] = int(st.session_state["tree"].choose)
    _count_choice()
    st.session_state["search"] = ""


def _text(document: Document, sought: str, words: Words) -> None:
    if sought:
        view = _matches(document, sought, words)
    else:
        view = _section(document, words)
    with st.container(key="text", height=560, border=True):
        place = "_match" if sought else "_section"
        components.source(view, "text-panel", partial(_go, place, int(view["index"])), lambda: None)


def _section(document: Document, words: Words) -> Data:
    number = _shown_section(document)
    start, end = reach(document, number)
    return stretch_view(document, start, end, (), 0, words) | {
        "index": number,
        "choice": st.session_state.get("_choices", 0) + 1,
        "message": "" if document.text[start:end].strip() else words("no_text"),
        "count": words("section_count", number=number + 1, total=max(len(document.sections), 1)),
        "previous": number > 0,
        "next": number + 1 < len(document.sections),
    }


def _matches(document: Document, sought: str, words: Words) -> Data:
    found = []
    for match in re.finditer(re.escape(sought), document.text, re.IGNORECASE):
        found.append(match.span())
        if len(found) == MATCHES:
            break
    if not found:
        return stretch_view(document, 0, 0, (), 0, words) | {"message": words("no_match")}
    number = min(st.session_state.get("_match", 0), len(found) - 1)
    return stretch_view(document, 0, len(document.text), found, number, words) | {
        "index": number,
        "count": words("match_count", number=number + 1, total=len(found)),
        "previous": number > 0,
        "next": number + 1 < len(found),
    }


def _go(place: str, shown: int) -> None:
    st.session_state[place] = shown + int(st.session_state["text-panel"].go)


def _remove(shared: Services, info: DocumentInfo) -> None:
    state.report_problem("")
    try:
        data, folder = shared.knowledge().original(info.name), shared.knowledge().folder_of(info.name)
        shared.knowledge().remove(info.name)
    except KnowledgeError as error:
        state.report_problem(error)
        return
    state.keep_deleted(Deleted("document", info.name, info.title, data, folder))
    st.session_state["_taken_out"] = st.session_state.get("_taken_out", frozenset()) | {info.name}
    _forget_place()


def _undo(shared: Services, words: Words) -> None:
    last = state.deleted("document")
    if last is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="undo"):
        st.markdown(words("removed", title=escape(last.title)), width="stretch")
        st.button(words("undo"), key="undo-remove", on_click=partial(_restore, shared, last))


def _restore(shared: Services, last: Deleted) -> None:
    try:
        # Where the file is still there, or there again, it is not written over.
        if last.data is None or shared.knowledge().original(last.id) is not None:
            shared.knowledge().restore(last.id)
        else:
            shared.knowledge().add_bytes(last.id, last.data, folder=last.folder)
    except KnowledgeError as error:
        state.report_problem(error)
        return
    state.keep_deleted(None)
    state.choose_source(last.id)
