"""Labels and their texts become the shipped heads and the tuned encoder."""
