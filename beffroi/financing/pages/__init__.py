"""Pages of financing plans."""
