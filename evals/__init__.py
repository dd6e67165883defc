"""Cases in, numbers out: evaluation sets, runs, metrics, reports and comparisons."""
