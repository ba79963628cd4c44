"""Reads a stack file as the engine does, keeps every position, and says what is wrong in error texts.

What belongs here: the form of a stack file, whatever its tables say.
"""
