"""Network ACLs admit no administration from the internet."""
