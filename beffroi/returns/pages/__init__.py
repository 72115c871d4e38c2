"""Pages of the returns room, in a contract's workspace or behind a deposit link."""
