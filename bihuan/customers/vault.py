"""The room's one vault: telephones, e-mail addresses and identity numbers are sealed, and found by keyed digests."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import phonenumbers
from django.conf import settings

from bihuan.customers.models import Email, Phone
from bihuan.kernel import phones
from bihuan.kernel.emails import mask_email
from bihuan.kernel.secrets import Vault, read_or_make_keys


def vault() -> Vault:
    """The vault of this installation; its keys are read once by each process."""
    return _of(Path(settings.BIHUAN_HOME))


@lru_cache(maxsize=1)
def _of(folder: Path) -> Vault:
    keys = read_or_make_keys(folder / "keys")
    return Vault(keys.sealing, finding=keys.finding)


def phone_digest(kept: str) -> bytes:
    """What a number in its kept form is found by. An extension does not count: a caller's number comes without it."""
    return vault().digest(kept.partition(";")[0], "phone")


def last_four_digest(digits: str) -> bytes:
    """What the last four digits of a number are found by."""
    return vault().digest(digits, "phone.last_four")


def identity_digest(number: str) -> bytes:
    """Who somebody is, without saying it."""
    return vault().digest(number, "identity")


def email_digest(kept: str) -> bytes:
    """What an e-mail address in its kept form is found by."""
    return vault().digest(kept, "email")


def email_row(party: int, kept: str, *, primary: bool) -> Email:
    """An e-mail address of a party, sealed, as a row that is not yet written."""
    sealed, digest = vault().seal(kept), email_digest(kept)
    return Email(party_id=party, sealed=sealed, mask=mask_email(kept), digest=digest, primary=primary)


def phone_row(party: int, kept: str, *, primary: bool) -> Phone:
    """A number of a party, sealed, as a row that is not yet written."""
    return Phone(
        party_id=party,
        sealed=vault().seal(kept),
        mask=phones.mask(kept),
        digest=phone_digest(kept),
        last_four=last_four_digest(phones.last_four(kept)),
        primary=primary,
    )


def opened(phone: Phone) -> str:
    """The number as it is dialled here: 13812345521, 0755-26731234转801, +852 2345 6789."""
    number, _, extension = vault().open(bytes(phone.sealed)).partition(";ext=")
    parsed = phonenumbers.parse(number)
    if parsed.country_code != phonenumbers.country_code_for_region("CN"):
        shown = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    else:
        shown = _at_home(parsed)
    return f"{shown}转{extension}" if extension else shown


def _at_home(parsed: phonenumbers.PhoneNumber) -> str:
    digits = phonenumbers.national_significant_number(parsed)
    area = phonenumbers.length_of_geographical_area_code(parsed)
    return f"0{digits[:area]}-{digits[area:]}" if area else digits
