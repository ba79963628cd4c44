"""What writes the generated parts of the documents, from the recorded stacks: `python -m documents`."""
