"""What the application answers: a module a resource.

What belongs here: a path. Work that two paths share belongs into `services`.
"""
