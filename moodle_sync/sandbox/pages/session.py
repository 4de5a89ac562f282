"""Who is looking: the session, signing in as anybody, and the key that guards every form."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from secrets import compare_digest, token_urlsafe
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from moodle_sync.sandbox.model import User
from moodle_sync.sandbox.site_of import moodle_of
from moodle_sync.sandbox.state import Moodle

blueprint = Blueprint("session", __name__)


def current_user() -> User | None:
    """Return who is signed in, unless the account was deleted or suspended meanwhile."""
    user = moodle_of(current_app).living_user(int(session.get("user_id", 0)))
    return None if user is None or user.suspended else user


def signed_in() -> User:
    """Return who is signed in; 403 if nobody is."""
    user = current_user()
    if user is None:
        abort(403)
    return user


def sesskey() -> str:
    """Return the key that forms of this session carry."""
    if "sesskey" not in session:
        session["sesskey"] = token_urlsafe(8)
    return str(session["sesskey"])


def must_carry_sesskey() -> None:
    """Refuse a form that does not carry the session's key."""
    if not compare_digest(request.values.get("sesskey", ""), sesskey()):
        abort(403)


def is_admin(user: User | None) -> bool:
    """Say whether somebody administers the site."""
    return user is not None and user.id in moodle_of(current_app).admins


def for_signed_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """Send whoever is not signed in to the login page; the wanted page survives the login."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if current_user() is None:
            session["wantsurl"] = request.full_path.rstrip("?")
            return redirect(url_for("session.login"), 303)
        return view(*args, **kwargs)

    return guarded


def _own_path(url: str) -> str:
    """Return the address if it is a path of this site, the site's home otherwise."""
    return url if url.startswith("/") and not url.startswith(("//", "/\\")) else "/"


@blueprint.get("/login/index.php")
def login() -> str:
    """Show whom one can be."""
    wanted = request.args.get("wantsurl")
    if wanted:
        session["wantsurl"] = _own_path(wanted.rstrip("?"))
    return render_template("login.html", people=found_people(request.args.get("search", "")))


def found_people(search: str, at_most: int = 40) -> list[User]:
    """Return living people whose name, login, school or e-mail has the words, staff first."""
    moodle = moodle_of(current_app)
    words = search.casefold().replace("ё", "е").split()

    def meant(user: User) -> bool:
        text = f"{user.fullname} {user.username} {user.institution} {user.email}".casefold().replace("ё", "е")
        return all(word in text for word in words)

    people = (user for user in moodle.users.values() if _may_be_chosen(moodle, user))
    found = sorted(filter(meant, people), key=lambda user: (_rank(moodle, user), user.sort_key))
    return found[:at_most]


def _may_be_chosen(moodle: Moodle, user: User) -> bool:
    """Say whether the lists offer an account: a living one of a person, not the guest's or a service's."""
    service = any(token.user_id == user.id for token in moodle.tokens.values())
    return not (user.deleted or user.suspended or service or user.username == "guest")


def _rank(moodle: Moodle, user: User) -> int:
    """Put administrators first, then those with the fewest of a role: managers, teachers, students."""
    if user.id in moodle.admins:
        return 0
    return min((held.role_id for held in moodle.assignments.get(user.id, ())), default=len(moodle.roles))


@blueprint.post("/login/index.php")
def sign_in() -> BaseResponse:
    """Sign in by user name; a sandbox takes any password. `wantsurl` says where to go."""
    if not compare_digest(request.form.get("logintoken", ""), sesskey()):
        abort(403)
    user = moodle_of(current_app).user_named(request.form.get("username", ""))
    if user is None or user.suspended:
        return redirect(url_for("session.login", errorcode=3), 303)
    wanted = _own_path(request.form.get("wantsurl", "") or str(session.get("wantsurl", "/")))
    session.clear()
    session["user_id"] = user.id
    return redirect(wanted, 303)


@blueprint.post("/login/logout.php")
def sign_out() -> BaseResponse:
    """End the session."""
    must_carry_sesskey()
    session.clear()
    return redirect("/", 303)
