"""What differs between two stacks, two revisions of one, or two JSON documents of the preview.

What compares recordings, and what shows that, belongs here; what a preview or a price is does not.
"""
