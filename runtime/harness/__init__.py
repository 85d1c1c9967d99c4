"""Sample leads and everything that is done with them."""
