"""All rules, one module a family. Importing this package fills RULES."""

from guard.rule import RULES
from guard.rules import data_subnet_public, encrypt_at_rest, encrypt_in_transit, sg_to_sg_only

__all__ = ["RULES", "data_subnet_public", "encrypt_at_rest", "encrypt_in_transit", "sg_to_sg_only"]
