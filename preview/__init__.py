"""The offline preview: record a stack, ask the policy pack, report. No CLI, no account, no network."""
