"""The policy pack: its rules, what they stand on, its command, and programs that it once judged wrongly.

What belongs here: in a folder like that of `policy/guard`; a rule's rows are in `rules/<family>`.
"""
