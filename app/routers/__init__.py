"""What the application answers, a module a resource."""
