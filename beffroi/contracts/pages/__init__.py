"""What every page of a contract shares, whichever room has it: whose it is, when, the tabs."""
