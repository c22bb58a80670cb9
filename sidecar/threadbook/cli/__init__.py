"""The `threadbook` command: the same handlers as the sidecar, for terminals and CI."""
