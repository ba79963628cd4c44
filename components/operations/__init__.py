"""What watches and what tells people: topics, alarms, the dashboard, log metrics, schedules, the budget.

What belongs here: something that reports on other components. What is watched of a kind of resource is in `watch/`.
"""
