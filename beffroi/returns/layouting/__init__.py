"""Layouts as people make and keep them: corrected over the sheet, versioned, exchanged as files."""
