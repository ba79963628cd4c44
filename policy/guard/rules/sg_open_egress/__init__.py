"""Data stores open no connection to the internet."""
