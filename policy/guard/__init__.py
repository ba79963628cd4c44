"""What the policy pack knows: the graph of a stack, the rules over it, and the exemptions from them."""
