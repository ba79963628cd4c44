"""Entry points refuse requests that two servers would read in two ways."""
