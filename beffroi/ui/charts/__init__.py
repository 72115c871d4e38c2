"""Charts of a table, drawn as SVG without any script: the same on a page and on paper."""
