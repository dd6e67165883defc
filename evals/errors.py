"""Errors of evals, named by what the caller can do about them.

EvalsError
├── InvalidSet        mend the set: the message names the lines
├── InvalidRun        choose another run folder: the message says what is wrong with this one
├── RunInProgress     wait for the run that is writing this folder, or choose another
├── NotComparable     compare runs of the same set
├── InvalidGate       mend the thresholds: the message names what is wrong with them
├── JudgeFailed       check the judge's key and address, or run without it
└── CannotWrite       free space, or choose a folder that can be written
"""


class EvalsError(Exception):
    """Base of all errors of evals, made with a ``Message`` for the user where a page can raise them."""


class InvalidSet(EvalsError):
    """A set cannot be read, or holds no case."""


class InvalidRun(EvalsError):
    """A folder is not a run, or was written by a version that cannot be read."""


class RunInProgress(EvalsError):
    """Another process is writing the same run."""


class NotComparable(EvalsError):
    """Two runs answer different sets."""


class InvalidGate(EvalsError):
    """Thresholds cannot be read, or name no metric."""


class JudgeFailed(EvalsError):
    """A judge cannot be set up, or did not say yes or no."""


class CannotWrite(EvalsError):
    """A run, report or set cannot be written."""
