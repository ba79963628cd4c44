"""Security groups are open to the internet at the edge only, on the web's ports."""
