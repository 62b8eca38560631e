"""What every Flask surface of Maru shares: cookies, headers, language, errors, access. Kiosk and web build on it."""

from pathlib import Path

from flask import Flask, Response, current_app, g, jsonify, render_template, request, session
from flask_babel import Babel, get_locale, get_translations, gettext
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError, generate_csrf
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.exceptions import HTTPException

from branch.errors import AccessDenied, BadInput, Gone, MaruError, NotFound, NoVisit
from branch.people.models import Role
from branch.settings import CommonSettings
from signaling.access import Table

HERE = Path(__file__).parent
LOCALE = HERE.parent / "branch" / "locale"
BODY_LIMIT = 256 * 1024


class TooLarge(BadInput):
    """More was sent than any form or call of Maru needs."""

    code = "input.too_large"
    status = 413
    message = "보내신 것이 너무 커요."


class TooOften(MaruError):
    """The same address asks too often, as someone who guesses codes does."""

    code = "input.too_often"
    status = 429
    message = "너무 여러 번 시도하셨어요. 1분 뒤에 다시 해 주세요."


class PageExpired(BadInput):
    """The form's token is missing or old (cross-site request forgery protection)."""

    code = "csrf.failed"
    message = "화면이 오래되었어요. 새로 연 뒤 다시 해 주세요."


def make_app(
    name: str,
    settings: CommonSettings,
    table: Table,
    *,
    connect: tuple[str, ...] = (),
    scripts: tuple[str, ...] = (),
) -> Flask:
    """A Flask app with everything shared in place.

    `connect` adds origins that pages may open connections to, `scripts` adds sources of W3C CSP Level 3, script-src.
    `name` is the importing package; its `templates` folder comes before the shared ones.
    """
    app = Flask(name, static_folder=str(settings.static_dir.resolve()), static_url_path="/static")
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(str(Path(app.root_path) / "templates")), FileSystemLoader(str(HERE / "templates"))]
    )
    _configure(app, name, settings)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["maru_settings"] = settings
    app.extensions["maru_access"] = table
    app.extensions["maru_policy"] = _content_policy(connect, scripts)
    Babel(app, locale_selector=language)
    CSRFProtect(app)
    app.before_request(_check_access)
    app.after_request(_protect)
    _explain_errors(app)
    app.jinja_env.globals.update(page_language=language, messages=messages, csrf_token=generate_csrf)
    return app


def _configure(app: Flask, name: str, settings: CommonSettings) -> None:
    """What Flask and its extensions read, from our settings."""
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SESSION_COOKIE_NAME=f"maru_{name}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        BABEL_DEFAULT_LOCALE="ko",
        BABEL_TRANSLATION_DIRECTORIES=str(LOCALE),
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_HEADERS_ENABLED=True,
    )


def make_limiter(app: Flask) -> Limiter:
    """The rate limiter of the app, by address; routes decorate themselves with `limiter.limit("20 per minute")`."""
    return Limiter(get_remote_address, app=app)


def language() -> str:
    """The language of this page: chosen in the visit, else the browser's wish, else Korean."""
    settings: CommonSettings = current_app.extensions["maru_settings"]
    chosen = session.get("language")
    if chosen in settings.languages:
        return str(chosen)
    return request.accept_languages.best_match(settings.languages) or "ko"


def messages() -> dict[str, str]:
    """The catalogue for the page's scripts: Korean sentence to translation; empty in Korean."""
    if str(get_locale()) == "ko":
        return {}
    catalogue = getattr(get_translations(), "_catalog", {})
    return {key: text for key, text in catalogue.items() if key and isinstance(key, str) and text}


def roles() -> frozenset[Role]:
    """Who this browser is, by its signed cookie."""
    held = {Role.VISITOR}
    if "visit" in session:
        held.add(Role.CUSTOMER)
    if "guest" in session:
        held.add(Role.GUEST)
    if "staff_role" in session:
        held.add(Role(session["staff_role"]))
    return frozenset(held)


def describe(error: MaruError) -> dict[str, str]:
    """The error for a program and for a person, in the page's language."""
    return {"code": error.code, "message": gettext(error.message) % error.values}


def _check_access() -> None:
    if request.endpoint is None:
        return
    table: Table = current_app.extensions["maru_access"]
    allowed = table[request.endpoint]
    if not roles() & allowed:
        raise NoVisit() if Role.CUSTOMER in allowed else AccessDenied()


def _content_policy(connect: tuple[str, ...], scripts: tuple[str, ...]) -> str:
    """Only what we serve ourselves, no inline script or style (W3C Content Security Policy Level 3)."""
    return "; ".join(
        (
            "default-src 'self'",
            "script-src " + " ".join(("'self'", *scripts)),
            "connect-src " + " ".join(("'self'", *connect)),
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        )
    )


def _protect(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", current_app.extensions["maru_policy"])
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(self), geolocation=()")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _explain_errors(app: Flask) -> None:
    @app.errorhandler(MaruError)
    def ours(error: MaruError) -> tuple[Response | str, int]:
        return explain(error)

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> tuple[Response | str, int]:
        return explain(PageExpired())

    @app.errorhandler(RateLimitExceeded)
    def too_often(_error: RateLimitExceeded) -> tuple[Response | str, int]:
        return explain(TooOften())

    @app.errorhandler(HTTPException)
    def general(error: HTTPException) -> tuple[Response | str, int]:
        known: dict[int, MaruError] = {403: AccessDenied(), 404: NotFound(), 410: Gone(), 413: TooLarge()}
        status = error.code or 500
        return explain(known.get(status) or (BadInput() if status < 500 else MaruError()), status)


def explain(error: MaruError, status: int | None = None) -> tuple[Response | str, int]:
    """JSON for calls of a program, a page for people: what happened and what to do now."""
    told = describe(error)
    g.error_code = error.code
    wants_page = request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html"
    body: Response | str = render_template("error.html", error=told) if wants_page else jsonify(told)
    return body, status or error.status


def answer_scripts(response: Response) -> Response:
    """A kiosk page's script asks for JSON and changes pages itself, so that the history never grows."""
    asks_json = request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json"
    if response.status_code != 303 or not asks_json:
        return response
    answer: Response = jsonify({"to": response.location})
    for name, value in response.headers.items():
        if name not in {"Location", "Content-Type", "Content-Length"}:
            answer.headers.add(name, value)
    return answer
