"""No resource's own policy lets in everybody."""
