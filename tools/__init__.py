"""Tools for working on the project; the product needs none of them."""
