"""What both images share: variables, log lines, the names of metrics and of the queue."""
