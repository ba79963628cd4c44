"""Telling people: topics, alarms, the dashboard, log metrics, the budget."""
