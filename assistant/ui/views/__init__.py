"""From answers, citations and documents to what the components draw: plain values, no Streamlit."""
