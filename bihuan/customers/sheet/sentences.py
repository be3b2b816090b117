"""Every problem of a sheet in words: what is wrong, and what to do. Translated where they are shown."""

from __future__ import annotations


def _(sentence: str) -> str:
    # Only marks it for the collection of sentences; Django's own marker wants settings, and this package runs without.
    return sentence


PROBLEMS = {
    "cell_empty": (_("%(heading)s is empty."), _("Fill it in.")),
    "cell_error": (_("%(heading)s holds the error %(value)s."), _("Mend the formula, or write the value itself.")),
    "cell_is_date": (
        _("%(heading)s has been turned into a date by the spreadsheet program."),
        _("Set the column to text and write it again."),
    ),
    "text_too_long": (_("%(heading)s has more than %(limit)s characters."), _("Shorten it.")),
    "number_unreadable": (_("%(heading)s is not a number: %(value)s."), _("Write digits only.")),
    "number_out_of_range": (
        _("%(heading)s is %(value)s."),
        _("Write a number from %(low)s to %(high)s."),
    ),
    "number_not_whole": (_("%(heading)s is not a whole number: %(value)s."), _("Write a whole number.")),
    "number_too_fine": (_("%(heading)s has more than two decimals: %(value)s."), _("Round it to two decimals.")),
    "lift_unknown": (_("%(heading)s is neither yes nor no: %(value)s."), _("Write 是 or 否.")),
    "code_unknown": (_("%(heading)s has no such value: %(value)s."), _("Write one of: %(known)s.")),
    "date_unreadable": (
        _("%(heading)s is no date from %(first)s to %(last)s: %(value)s."),
        _("Write it as 2024-03-05, 2024/3/5 or 2024年3月5日."),
    ),
    "phone_unreadable": (
        _("%(heading)s holds what is no telephone number."),
        _("Write a mobile of 11 digits or a landline with its area code, from abroad with +, or leave it empty."),
    ),
    "identity_unreadable": (
        _("%(heading)s holds what is no identity number: its length, day of birth or check digit is wrong."),
        _("Compare it with the identity card, or leave it empty."),
    ),
    "identity_cut": (
        _("%(heading)s was stored as a number, which has lost its last digits."),
        _("Set the column to text and write it again."),
    ),
    "counts_differ": (
        _("%(heading)s holds %(count)s entries for %(names)s names."),
        _("Write as many as there are names, in their order, or only one."),
    ),
    "name_missing": (
        _("%(heading)s is empty, but a telephone or identity number stands beside it."),
        _("Write the name, or delete the number."),
    ),
    "party_of_unsold": (_("The home is unsold, but a party is named."), _("Empty the name, or change the status.")),
    "owner_missing": (
        _("The home has the status %(status)s, but no owner."),
        _("Write the owner, or change the status."),
    ),
    "owner_not_listed": (
        _("The sheet has no owner of this home, so nobody else can be entered for it."),
        _("Add a row with its owner (1001)."),
    ),
    "status_of_shops": (
        _("The status %(status)s is for shops only."),
        _("Choose another status, or write unit 0 if it is a shop."),
    ),
    "home_contradicts": (
        _("%(heading)s is %(value)s here, but %(other)s in row %(first)s of the same home."),
        _("Make both rows alike."),
    ),
    "too_many_problems": (
        _("There are more than %(limit)s problems; the rest of the sheet was not looked at."),
        _("Mend these first, then read the sheet again."),
    ),
}

REFUSALS = {
    "sheet_empty": (_("The file is empty."), _("Choose the sheet again.")),
    "sheet_not_xlsx": (_("The file is no Excel workbook (.xlsx)."), _("Save the sheet as .xlsx and choose that.")),
    "sheet_old": (_("The file is of the old Excel form (.xls)."), _("Save it as .xlsx and choose that.")),
    "sheet_password": (
        _("The file is protected by a password."),
        _("Take the password off in the spreadsheet program and save it again."),
    ),
    "sheet_damaged": (
        _("The file is damaged, or not written as workbooks are."),
        _("Open it in the spreadsheet program, save it as .xlsx again, and choose that."),
    ),
    "sheet_too_large": (
        _("The file holds more than %(limit)s MB when unpacked."),
        _("Delete pictures and other worksheets, or divide it."),
    ),
    "sheet_too_long": (_("The sheet has more than %(limit)s rows."), _("Divide it into several files.")),
    "sheet_headings_missing": (
        _("The sheet lacks the headings: %(headings)s."),
        _("Add these columns with the headings as in the example sheet; cells that may be empty can stay empty."),
    ),
    "sheet_heading_twice": (_("The heading %(heading)s stands in two columns."), _("Keep one of them.")),
    "sheet_without_rows": (_("The sheet has headings, but no rows."), _("Fill in the homes, one or more rows each.")),
}
