"""The offline preview: record a stack, ask the policy pack, report. No CLI, no account, no network.

What belongs here: a figure or field of the report, an output format, something that the real provider computes and
recordings lack.
"""
