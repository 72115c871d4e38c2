"""Pages of documents and news in the workspace."""
