"""Data stores live where no route leads to the internet."""
