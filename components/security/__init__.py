"""The key, roles, secrets and parameters; who may deploy and administer; the trail, Config and detection.

What belongs here: an identity, a permission of its own, or a source of findings.
"""
