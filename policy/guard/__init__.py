"""What the policy pack knows: the graph of a stack, the rules over it, and the exemptions from them.

New here: on one of the shelves model, aws, reach, rules, crossguard, cli. None imports one above it, nor anything of
this project.
"""
