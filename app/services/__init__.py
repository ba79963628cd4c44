"""The data stores that the application works with."""
