"""What the policy pack knows: the graph of a stack, the rules over it, and the exemptions from them.

What belongs here: nothing beside the shelves model, aws, reach, rules, crossguard and cli. None imports one above it,
nor anything of this project.
"""

#: Of the project and its pack, as the CHANGELOG's newest release is called.
__version__ = "1.0.0"
