"""Finding anything somebody may see: contracts, operations, territories, organisations, files."""
