"""What the Evaluation page draws: running sets, reading runs, comparing them, choosing how careful."""
