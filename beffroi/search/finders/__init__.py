"""Who finds what the rooms below hold: one query a kind."""
