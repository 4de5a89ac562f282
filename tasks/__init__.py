"""The clock: Celery, the schedule, the command line."""
