"""Scenarios: transcripts in plain text that a registry officer can read and a chain can replay."""
