"""What people type: `./cloudplatform COMMAND`.

What belongs here: the list of the commands, and those commands that none of the other packages is about.
"""
