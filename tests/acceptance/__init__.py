"""What a deployed stack does: run against an emulated AWS, or a real one when asked.

What belongs here: whatever only running resources can show.
"""
