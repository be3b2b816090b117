"""Names of static files."""

from __future__ import annotations

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedStaticFiles(ManifestStaticFilesStorage):
    """Names that hold their file's hash, so that browsers keep them for ever; plain ones until files are collected."""

    def stored_name(self, name: str) -> str:
        """The name under which a file is asked for."""
        return str(super().stored_name(name)) if self.hashed_files else name
