"""What AWS's documents, names and networks mean, one resource at a time.

What belongs here: the meaning of a format or a default of AWS that several rules need.
"""
