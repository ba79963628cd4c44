"""What the policy pack knows: the graph of a stack, the rules over it, and the exemptions from them.

What belongs here: nothing beside the shelves model, aws, reach, rules, crossguard and cli. None imports one above it,
nor anything of this project.
"""
