"""Pages of remarks in the workspace, and the fragment that other pages show."""
