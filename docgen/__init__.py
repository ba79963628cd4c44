"""What writes the generated parts of the pages under `docs/`, from the recorded stacks: `python -m docgen`.

What belongs here: a table or a diagram of a page that follows from the stacks. Prose is written in the page itself.
"""
