"""The graph itself: resources and their values, where they are, which line made them, what is wrong with them."""
