"""Errors that say what is wrong, where, and what to do."""


class Refused(Exception):
    """Input that cannot be used. `code` is stable, for programs; the rest is for people."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "", code: str = "refused") -> None:
        super().__init__(what)
        self.what, self.where, self.remedy, self.code = what, where, remedy, code

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{remedy}"
