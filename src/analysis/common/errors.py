"""What can go wrong, by whose hand: the command line turns each into one line and an exit code."""

ISSUES = "https://github.com/senses-of-bias/senses-of-bias/issues"


class BadInput(ValueError):
    """The caller's input or call cannot be used (exit code 2). The message says what, where and what to do."""


class ServiceFailed(RuntimeError):
    """A live service did not answer as it should after retries (exit code 3)."""


class Incomplete(RuntimeError):
    """What was asked for is made, but a part of it failed by a fault of ours (exit code 1); the message says which."""
