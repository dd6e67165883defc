"""The page list and the frame that all pages share; nothing else. Run by ``python -m assistant serve``."""

import streamlit as st

from assistant.ui.frame import framed
from assistant.ui.pages import chat, evaluation, sources
from assistant.ui.state import words

say = words()
framed(
    [
        st.Page(chat.page, title=say("chat"), icon=":material/chat_bubble:", url_path="chat", default=True),
        st.Page(sources.page, title=say("sources"), icon=":material/library_books:", url_path="sources"),
        st.Page(evaluation.page, title=say("evaluation"), icon=":material/rule:", url_path="evaluation"),
    ]
)
