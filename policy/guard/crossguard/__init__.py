"""The rules as CrossGuard policies: which are asked, how strictly, what is exempt, and the verdict.

What belongs here: whatever configures, weighs or reports what rules found.
"""
