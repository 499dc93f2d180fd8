"""Which friction points to mend first: ranked by what they cost, with their owners and proof."""
