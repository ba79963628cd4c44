"""The platform's tiers: a folder a tier, a file a component."""
