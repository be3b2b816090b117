"""Telephone and identity numbers: read in every form people write them, kept in one, shown masked.

The kept form of a telephone number is E.164 (`+8613812345521`); an extension follows as in RFC 3966
(`+8675526731234;ext=801`). The kept form of an identity number is its 18 characters.
"""

import re
import unicodedata
from datetime import date

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber

_CHINA = 86
_MOBILE = re.compile(r"1[3-9][0-9]{9}")  # wider than any list of prefixes: those age, and new ones are given out
_CHINESE_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
_DASHES = re.compile(r"[‐-―−]")
_EXTENSION = re.compile(r"(.*[0-9)])\s*(?:转|轉|分机|分機|;ext=|ext\.?|x|#)\s*([0-9]{1,6})", re.IGNORECASE)
_THIRD_GROUP = re.compile(r"((?:\(?0[0-9]{2,3}\)?[- ]?[0-9]{7,8})|(?:[48]00-[0-9]{3}-?[0-9]{4}))-([0-9]{1,6})")
_WRITTEN = re.compile(r"\+?[0-9 ().-]{7,30}")
_COUNTRY = re.compile(r"^(?:\+86|0086|86(?=1[0-9]{10}$))")
_HIDDEN = "****"

# By convention nobody's: the forms that clerks type where a number must stand and none is known. 13888888888 is none
# of them: such numbers are sold, and belong to somebody.
_NOBODY = re.compile(
    r"0+|([0-9])\1{10,}"  # 0, 00000000000, 11111111111
    r"|1[0-9]{2}0{8}|13800138000"  # 13800000000, 13000000000; and the operator's own service number
    r"|0[0-9]{2,3}0{7,8}"  # a landline of noughts
    r"|12345678910?|12345678901|1234567890"
)

_IDENTITY = re.compile(r"([0-9]{6})([0-9]{4})([0-9]{2})([0-9]{2})[0-9]{3}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_CHECKS = "10X98765432"
# GB/T 2260; 81 to 83 are residence permits for Hong Kong, Macao and Taiwan, 9 permanent residence of foreigners.
_REGIONS = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9[0-9]")
_OLDEST = 1850  # year of birth
_NO_IDENTITY = re.compile(r"0+|([0-9])\1{14,}|110101199001010000|123456789012345(678|67X)?")


def read_phone(text: str) -> str | None:
    """Return the number in its kept form, or None where it cannot be one.

    Mainland mobiles, landlines with area code (an extension after 转, x, # or a third hyphen), 400 and 800 numbers;
    everything else, Hong Kong, Macao and Taiwan included, with its + or 00. A landline without area code is refused,
    since nothing says where it is, and so are short service numbers.
    """
    plain = _plain(text)
    mobile = _CHINESE_MOBILE.fullmatch(plain)
    if mobile:  # most numbers are, and the library takes long
        return f"+86{mobile[1]}"
    number, extension = _split(plain)
    parsed = _parse(number)
    if parsed is None or (extension and _is_mobile(parsed)):
        return None
    kept = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return f"{kept};ext={extension}" if extension else kept


def mask(text: str) -> str:
    """Return the number for lists: 138****5521; never more than four digits of the subscriber's number are shown.

    A landline keeps its area code and its last three digits, or four where the local number has eight (0755-****1234);
    a foreign number keeps its country code and the last four, or two of a short one. An extension is left out. What is
    no number becomes ****.
    """
    kept = read_phone(text)
    return _HIDDEN if kept is None else _masked(_known(kept))


def last_four(text: str) -> str:
    """Return the last four digits, extension apart, by which a caller is looked up; empty where it is no number."""
    return (read_phone(text) or "").partition(";")[0][-4:]


def is_placeholder(phone: str) -> bool:
    """Tell whether a number, as written or as kept, by convention stands for "none known".

    Such a number belongs to no one person, so two customers who bear it have nothing in common.
    """
    digits = re.sub(r"[^0-9+]", "", _plain(phone))
    return bool(_NOBODY.fullmatch(_COUNTRY.sub("", digits)))


def _plain(text: str) -> str:
    return _DASHES.sub("-", unicodedata.normalize("NFKC", text)).strip()


def _split(text: str) -> tuple[str, str]:
    """Return the number and its extension."""
    found = _EXTENSION.fullmatch(text) or _THIRD_GROUP.fullmatch(text)
    return (found[1], found[2]) if found else (text, "")


def _parse(text: str) -> PhoneNumber | None:
    if not _WRITTEN.fullmatch(text):
        return None
    try:
        parsed = phonenumbers.parse(text, "CN")
    except NumberParseException:
        return None
    # Ten or eleven digits without any prefix may be a landline, but oftener they are a mobile with a digit left out.
    bare = re.sub(r"[^0-9+]", "", text) == _national(parsed) and _area(parsed)[0].startswith("0")
    return parsed if _is_mobile(parsed) or (not bare and _is_given_out(parsed)) else None


def _is_mobile(parsed: PhoneNumber) -> bool:
    return parsed.country_code == _CHINA and bool(_MOBILE.fullmatch(_national(parsed)))


def _is_given_out(parsed: PhoneNumber) -> bool:
    if not phonenumbers.is_valid_number(parsed):
        return False
    area, local = _area(parsed)
    # On the mainland local numbers begin with neither 0 nor 1, which the metadata lets pass.
    return parsed.country_code != _CHINA or not area.startswith("0") or local[0] not in "01"


def _masked(parsed: PhoneNumber) -> str:
    national = _national(parsed)
    if _is_mobile(parsed):
        return national[:3] + _HIDDEN + national[-4:]
    area, local = _area(parsed)
    shown = min(4, max(2, len(local) - 4))
    return f"{area}-{_HIDDEN}{local[-shown:]}" if area else f"+{parsed.country_code}{_HIDDEN}{national[-shown:]}"


def _area(parsed: PhoneNumber) -> tuple[str, str]:
    """Return the area code as dialled within the mainland (0755, 400) and the rest; no area code abroad."""
    national = _national(parsed)
    if parsed.country_code != _CHINA:
        return "", national
    length = phonenumbers.length_of_geographical_area_code(parsed)
    return ("0" + national[:length], national[length:]) if length else (national[:3], national[3:])


def _national(parsed: PhoneNumber) -> str:
    return phonenumbers.national_significant_number(parsed)


def _known(kept: str) -> PhoneNumber:
    return phonenumbers.parse(kept.partition(";")[0])


def read_identity(text: str) -> str | None:
    """Return a resident's identity number with its X upper-case, or None where it is none.

    Region, day of birth and check digit must be right (GB 11643). Numbers of 15 digits lapsed in 2013 and are refused.
    Placeholders are not looked for: see is_placeholder_identity.
    """
    number = _identity_digits(text)
    found = _IDENTITY.fullmatch(number)
    if not found or not _REGIONS.match(number) or not _is_birthday(*found.group(2, 3, 4)):
        return None
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return number if _CHECKS[total % len(_CHECKS)] == number[-1] else None


def is_placeholder_identity(text: str) -> bool:
    """Tell whether an identity number stands for "none known": 110101199001010000, noughts, one digit over and over."""
    return bool(_NO_IDENTITY.fullmatch(_identity_digits(text)))


def mask_identity(text: str) -> str:
    """Return the number for lists: its first three and last two characters, 110*************1X.

    The day of birth never shows. Papers of another kind keep their last two characters if they have six or more.
    """
    number = _identity_digits(text)
    if len(number) == len(_WEIGHTS) + 1:
        return number[:3] + "*" * 13 + number[-2:]
    return _HIDDEN + number[-2:] if len(number) >= 6 else _HIDDEN


def _identity_digits(text: str) -> str:
    return re.sub(r"[\s-]", "", _plain(text)).upper()


def _is_birthday(year: str, month: str, day: str) -> bool:
    try:
        return date(int(year), int(month), int(day)).year >= _OLDEST
    except ValueError:
        return False
