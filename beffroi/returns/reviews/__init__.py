"""What the contract team says of returns, and what partners answer. No figure ever changes."""
