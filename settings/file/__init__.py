"""Reads a stack file as the engine does, keeps where everything stands, and says what is wrong in error texts."""
