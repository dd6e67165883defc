"""The page: Streamlit stays within this package and app.py."""
