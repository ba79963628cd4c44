"""The family budget: what a stack costs fits its budget."""
