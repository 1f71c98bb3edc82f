"""Topics of the mentions beside their senses, and topics that no sense explains."""
