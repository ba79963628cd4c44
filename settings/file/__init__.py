"""Reads a stack file as the engine does, keeps every position, and says what is wrong in error texts."""
