"""Each component alone, on a recording of what it registers."""
