"""Public entry points stand behind a web ACL that blocks."""
