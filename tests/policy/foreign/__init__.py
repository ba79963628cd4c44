"""Programs of others, as the pack would meet them: no component of ours, no convention of ours."""
