"""Groups of customers beside each other: which differences are more than chance."""
