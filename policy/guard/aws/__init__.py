"""What AWS's documents, names and networks mean, one resource at a time.

New here: the meaning of a format or a default of AWS that several rules need.
"""
