"""The pages: each has a function ``page`` that draws it."""
