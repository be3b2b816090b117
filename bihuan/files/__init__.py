"""Photos, scans, signatures, attachments: known by what they hold, kept under its hash."""
