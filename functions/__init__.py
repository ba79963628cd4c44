"""The code that runs in AWS Lambda: a folder a function, and what they share in `common`."""
