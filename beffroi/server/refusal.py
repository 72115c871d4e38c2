"""Why the site cannot start, or a setting cannot be taken: one sentence for the operator."""


class ServerRefusal(Exception):
    """One French sentence: what, where, and what to do. Nothing is left half-done."""
