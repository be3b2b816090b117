"""Every `code` of a problem, with what it means. Programs rely on them: one may be added, none changed.

The first are the face's own; the others come from the rooms whose actions are called. A test finds what is missing.
"""

from __future__ import annotations

OWN = {
    "no_token": "The request has no token. Send Authorization: Bearer TOKEN.",
    "bad_token": "The token is unknown, has ended or was revoked, or its user is no longer active.",
    "read_only": "The token may only read.",
    "too_many_requests": "The token has sent more requests than it may; wait as many seconds as Retry-After says.",
    "unknown_address": "There is nothing at this address.",
    "method_not_allowed": "The address does not know this method; Allow names those it knows.",
    "unsupported_media_type": "The body is not sent as application/json in UTF-8.",
    "too_large": "The body is larger than 1 MB.",
    "bad_request": "The request cannot be read.",
    "bad_json": "The body is no JSON, is not UTF-8, or names a field twice.",
    "bad_text": "A text holds a NUL character or half a character (a lone surrogate).",
    "unknown_field": "A field or parameter that does not exist here; `where` names it.",
    "given_twice": "A parameter stands more than once in the address.",
    "bad_value": "The value is of another type or form than the description says.",
    "bad_time": "A time is not written like 2026-11-23T09:30:00+08:00, or is no time of this century.",
    "too_long": "The text is longer than it may be.",
    "too_short": "The text is shorter than it must be.",
    "out_of_range": "The number is smaller or larger than it may be.",
    "bad_cursor": "`after` is none that a page of this list gave as `next`.",
    "bad_idempotency_key": "The Idempotency-Key has spaces, other than visible ASCII characters, or more than 200.",
    "idempotency_mismatch": "The Idempotency-Key was used for another request.",
    "in_progress": "The same request, or another one about the same thing, is being answered just now. Send it again.",
    "half_classified": "Severity and problem come together, or neither.",
    "not_classified": "Only a complaint has a severity and a problem.",
    "two_customers": "Either party or contact says who it is, not both.",
    "internal": "A fault of ours; it is in the log.",
}

ROOMS = {
    "not_found": "There is no such thing, or it is not for this token: nobody can tell which.",
    "not_allowed": "The post of the token's user may not do this.",
    "not_now": "This is not possible as things stand; `allowed` names what is.",
    "no_ground": "Nothing allows closing the case yet.",
    "no_limit": "There is no limit that can be moved.",
    "too_late": "More time had to be asked for before the limit passed.",
    "no_overrun": "The time that is asked for is within the limit.",
    "missing": "Something that is needed is missing; `where` names it.",
    "not_a_choice": "The value is none of the choices.",
    "bad_amount": "The amount is no number of whole yuan that may stand there.",
    "no_authority": "No authority letter of the site manager was in force that day (XQ-C7.5a).",
    "beyond_authority": "The promise goes beyond the authority letter: the branch is to be asked (XQ-C7.5b).",
    "own_letter": "Nobody grants an authority letter to themselves.",
    "no_manager": "The person does not manage the site.",
    "bad_span": "The authority letter ends too early or too late.",
    "no_summary": "The summary says nothing.",
    "no_problem": "There is no such problem code.",
    "bad_severity": "The severity is none of A, B, C.",
    "unclassified": "The complaint must be classified first.",
    "in_the_past": "A time that must lie ahead has passed.",
    "in_the_future": "What happened lies in the future.",
    "before_receipt": "This would be before the case was received.",
    "before_reopening": "This would be before the case was reopened.",
    "before_handling": "This would be before the case was handled.",
    "before_ground": "This would be before what allows closing the case.",
    "before_owed": "This would be before the visit was owed.",
    "too_far_back": "This is too long ago to be written down now.",
    "before_ringing": "A call cannot have been answered before it rang.",
    "call_differs": "This call_id belongs to another call: it rang at another time, or came from another number.",
    "other_site": "The home or party belongs to another site.",
    "not_theirs": "The person does not work there, or cannot take charge there.",
    "alone": "A complaint is visited by two (GC-6.3.1).",
    "bad_ground": "The reason does not belong to that severity.",
    "bad_urgency": "This is none of the five reasons to act at once.",
    "bad_unit": "The case cannot be transferred there.",
    "not_understood": "The complaint was found invalid, and the customer does not understand that yet.",
    "not_mergeable": "The two cases cannot become one.",
    "not_earlier": "This is no earlier case of the site.",
    "signed_already": "These people sign the complaint already.",
    "too_many": "These are too many at once.",
    "bad_reason": "The value is no reason for that.",
    "not_exempt": "Only a complaint can be exempted from its visit.",
    "bad_file": "The file is neither a picture nor a PDF.",
    "file_empty": "The file is empty.",
    "file_too_large": "The file is larger than it may be.",
    "bad_means": "The customer is not told in that way.",
    "no_address": "There is no e-mail address to write to.",
    "email_unreadable": "This is no e-mail address.",
    "bad_stars": "Stars go from 1 to 5.",
    "bad_signature": "The signature cannot be read.",
    "party_erased": "The data of this customer were erased.",
    "name_missing": "The customer has no name.",
    "name_too_long": "The name is longer than it may be.",
    "needs_too_long": "The text about needs is longer than it may be.",
    "phone_unreadable": "This is no telephone number.",
    "phone_placeholder": "This telephone number belongs to nobody.",
    "identity_unreadable": "This is no identity number.",
    "identity_placeholder": "This identity number belongs to nobody.",
}

CODES = OWN | ROOMS
CONFLICTS = frozenset({"not_now", "call_differs", "no_ground", "no_limit", "too_late", "party_erased"})
# What no caller can mend: the ledger's schemas, calendars and keys.
TROUBLE = frozenset(
    {"unknown_kind", "unknown_fact", "free_text", "missing_fact", "bad_overlay", "no_working_time"}
    | {"secret_key_missing", "secret_damaged"}
)
