"""Between tiers a security group admits security groups, never addresses."""
