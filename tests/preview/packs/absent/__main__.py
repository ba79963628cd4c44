"""A pack that does not start."""

raise SystemExit("the rules have not come")
