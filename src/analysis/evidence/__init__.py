"""What papers say: roles of sentences, what is named in them, the numbers and links that they claim."""
