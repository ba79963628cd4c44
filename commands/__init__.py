"""What people type: one command, `./cloudplatform`, with a word for each thing that can be done here.

What belongs here: the list of those words, and commands that none of the other packages is about.
"""
