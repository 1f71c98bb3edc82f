"""People read mentions: the sheet they fill in, its codebook, and the page to click through."""
