"""Pages that anybody reads, and the one where a contract team opens them."""
