"""Resources say whose they are."""
