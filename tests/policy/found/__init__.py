"""Programs that the pack once judged wrongly, each with its right verdict; handed over on 2026-11-28."""
