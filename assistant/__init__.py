"""Questions in, answers out: every statement with the citation that it rests on."""
