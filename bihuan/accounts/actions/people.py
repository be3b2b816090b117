"""Writing: staff themselves."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bihuan.accounts import tokens
from bihuan.accounts.access import Actor, NotAllowed, actor_of, today
from bihuan.accounts.actions.leave import EDIT, must_manage
from bihuan.accounts.actions.posts import end_all_posts
from bihuan.accounts.models import Staff
from bihuan.kernel.errors import Refused
from bihuan.ledger.actions import hold

_USERNAME = RegexValidator(r"\A[\w.@-]{2,40}\Z")


def add_staff(
    username: str, *, name: str, by: Actor, password: str = "", email: str = "", phone: str = "", language: str = ""
) -> Staff:
    """Adds somebody who works for the company, still without a post; without a password they cannot sign in yet."""
    if not by.may_somewhere(EDIT):
        raise NotAllowed(EDIT)
    staff = Staff(username=username, name=name.strip(), email=email, phone=phone, language=language)
    check_person(staff, password)
    staff.set_password(password or None)
    try:
        with transaction.atomic():
            staff.save()
    except IntegrityError:
        raise _taken(username) from None
    return staff


def check_person(staff: Staff, password: str) -> None:
    """Refuses user names, names, languages and passwords that nobody new may have."""
    try:
        _USERNAME(staff.username)
    except ValidationError:
        what = _("a user name is 2 to 40 letters, digits and . _ @ -")
        raise Refused(what, where="username", code="bad_username") from None
    if Staff.objects.filter(username__iexact=staff.username).exists():
        raise _taken(staff.username)
    if not staff.name:
        raise Refused(_("the person needs a name."), where="name", code="no_name")
    if staff.language not in ("", *dict(settings.LANGUAGES)):
        raise Refused(_("there is no such language."), where="language", code="bad_language")
    if password:
        _check_password(staff, password)


def _check_password(staff: Staff, password: str) -> None:
    try:
        validate_password(password, staff)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), where="password", code="weak_password") from None


def _taken(username: str) -> Refused:
    remedy = _("Choose another; small and capital letters count as the same.")
    return Refused(_("this user name is taken."), where=username, remedy=remedy, code="username_taken")


def set_password(staff: Staff, *, password: str, by: Actor) -> None:
    """Gives somebody a new password, which signs them out everywhere."""
    with transaction.atomic():
        hold({staff.subject: actor_of(staff).home})
        must_manage(by, staff)
        staff.refresh_from_db()
        _check_password(staff, password)
        staff.set_password(password)
        staff.save(update_fields=["password"])


def deactivate(staff: Staff, *, by: Actor) -> None:
    """Ends somebody's work here: posts, tokens, signing in. What they did stays under their name."""
    if staff.pk == by.staff.pk:
        raise Refused(_("nobody deactivates themselves."), remedy=_("Ask another administrator."), code="oneself")
    with transaction.atomic():
        hold({staff.subject: actor_of(staff).home})
        must_manage(by, staff)
        end_all_posts(staff, by=by, on=today())
        tokens.revoke(staff)
        staff.is_active = False
        staff.save(update_fields=["is_active"])


def set_language(staff: Staff, language: str) -> None:
    """Shows this person everything in a language from now on."""
    if language not in dict(settings.LANGUAGES):
        raise Refused(_("there is no such language."), where="language", code="bad_language")
    Staff.objects.filter(pk=staff.pk).update(language=language)
