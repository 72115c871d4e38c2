"""One figure both sides sign: proposed on a gap by one side, accepted by the other."""
