"""Examples and breaches of every rule, in folders like those of the rules; and what holds for all of them."""
