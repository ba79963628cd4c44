"""What every rule is made of: the stack as typed data, logic of three values, findings, rules. No AWS in it.

What belongs here: what a rule on any cloud would need.
"""
