"""What the application answers: a module a resource.

New here: a path. Work that two paths share belongs into `services`.
"""
