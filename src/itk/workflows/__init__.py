"""What users ask for, one file each, reading like the README. Workflows report; the CLI prints."""
