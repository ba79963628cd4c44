"""The offline preview: the recording against the real provider's behaviour, the document, the formats.

What belongs here: what a recording or a report must show.
"""
