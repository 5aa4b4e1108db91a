"""Which session do the pages of the preview show, and who looks at it? Rows that end with the preview."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from cordee.core.storage import SHA256
from cordee.courses.models import Content, Course, Run, Version
from cordee.courses.queries import Held, hold
from cordee.courses.text.drafting import Draft, Where
from cordee.learning.enrolling import enrol
from cordee.learning.models import Cohort
from cordee.people.granting import grant_role
from cordee.people.models import Role, SignIn
from cordee.people.sessions import SessionClaim, claim_for
from cordee.people.signing_up import make_account

RUN_NAME: Final = "preview"
TEAM: Final = "team"
GROUP: Final = "group:"  # before the name of a group
EVERYBODY: Final = ""
MOST_VISITORS: Final = 500
LIFETIME = dt.timedelta(days=3650)
BATCH = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """What the pages show: a state of the folder, and its number."""

    draft: Draft
    edition: str  # of the preview and the state: another one, another page
    run_key: str  # "" as long as nothing can be shown


class Stage:
    """The one of a process. The thread that reads the folder shows states; those that draw pages ask for the rest.

    What is shown and who has a place in its session change together, under the lock. The rows of a state are written
    before it is shown, so that a page which is drawn meanwhile bears the number of the state before, and comes again.
    """

    def __init__(self) -> None:
        self.shown = Shown(Draft(), "", "")
        self._began = secrets.token_hex(6)
        self._numbers = itertools.count(1)
        self._stored: set[str] = set()  # contents that are rows
        self._claims: OrderedDict[tuple[str, str], SessionClaim] = OrderedDict()
        self._run_key = ""  # of the session in which they have a place
        self._people = itertools.count(1)
        self._sources: Mapping[str, Where] = {}
        self._root = Path()
        self._lock = threading.Lock()

    def show(self, draft: Draft, root: Path, now: dt.datetime) -> Shown:
        """From now on the pages show this state; who has answered keeps their answers. A few statements."""
        number = next(self._numbers)
        edition = f"{self._began}-{number}"
        if draft.compiled is None or draft.outline is None:
            return self._now_shown(Shown(draft, edition, ""), root, draft.sources)
        compiled, opens_at = draft.compiled, draft.opens_at or now
        sha256 = hashlib.sha256(edition.encode()).hexdigest()
        hold(sha256, Held(draft.outline, draft.files))
        new = {key: content for key, content in compiled.contents.items() if key not in self._stored}
        with transaction.atomic():
            Content.objects.bulk_create(
                [Content(sha256=key, kind=one.kind, data=one.data, extra=one.extra) for key, one in new.items()],
                batch_size=BATCH,
                ignore_conflicts=True,
            )
            course, _made = Course.objects.get_or_create(
                organisation=compiled.organisation, number=compiled.number, defaults={"created_at": now}
            )
            version = Version.objects.create(
                course=course, number=number, sha256=sha256, outline={}, files={}, extra={}, report={}, published_at=now
            )
            run, _made = Run.objects.update_or_create(
                key=f"{course.key}+{RUN_NAME}",
                defaults={
                    "course": course,
                    "version": version,
                    "opens_at": opens_at,
                    "closes_at": draft.closes_at if draft.closes_at and draft.closes_at > opens_at else None,
                    "pass_mark": min(max(draft.pass_mark, 0.0), 1.0),
                    "listed": False,
                },
            )
        self._stored |= new.keys()
        return self._now_shown(Shown(draft, edition, run.key), root, draft.sources)

    def _now_shown(self, shown: Shown, root: Path, sources: Mapping[str, Where]) -> Shown:
        with self._lock:
            self._root = root
            self._sources = {**self._sources, **sources} if len(self._sources) < MOST_SOURCES else sources
            if shown.run_key and shown.run_key != self._run_key:
                self._claims.clear()  # another session: they have no place in it
                self._run_key = shown.run_key
            self.shown = shown
        return shown

    def claim_of(self, visitor: str, who: str, language: str, now: dt.datetime) -> SessionClaim | None:
        """The sign-in of a browser as somebody: each browser is a learner of its own. None while nothing is shown."""
        with self._lock:
            if not self.shown.run_key:
                return None
            known = self._claims.get((visitor, who))
            if known is None:
                known = self._claims[visitor, who] = self._new_person(who, language, now)
                while len(self._claims) > MOST_VISITORS:
                    self._claims.popitem(last=False)
            return known

    @transaction.atomic
    def _new_person(self, who: str, language: str, now: dt.datetime) -> SessionClaim:
        run = Run.objects.get(key=self.shown.run_key)
        number = next(self._people)
        address = f"{number}@preview.invalid"
        zone = str(settings.TIME_ZONE)
        account = make_account(email=address, name=gettext("Learner"), language=language, time_zone=zone, now=now)
        if who == TEAM:
            grant_role(account=account, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=now)
        else:
            enrolment = enrol(account=account, run=run, now=now)
            if who.startswith(GROUP):
                enrolment.cohort, _made = Cohort.objects.get_or_create(run=run, name=who.removeprefix(GROUP))
                enrolment.save(update_fields=["cohort"])
        sign_in = SignIn.objects.create(account=account, created_at=now, expires_at=now + LIFETIME)
        return claim_for(sign_in, account)

    def start_again(self, visitor: str) -> None:
        """The browser becomes another learner: nothing answered, everything drawn anew."""
        with self._lock:
            for key in [key for key in self._claims if key[0] == visitor]:
                del self._claims[key]

    # What the content origin asks: `cordee.core.storage.Storage`, as far as files are read

    def path(self, sha256: str) -> Path:
        """Where the bytes of a name are: in the folder, never outside of it. Raises FileNotFoundError."""
        if not SHA256.fullmatch(sha256):
            raise FileNotFoundError(sha256)
        found = self._sources.get(sha256)
        if found is None:
            raise FileNotFoundError(sha256)
        if isinstance(found, bytes):
            return _kept_file(sha256, found)
        if not found.resolve().is_relative_to(self._root.resolve()) or found.is_symlink() or not found.is_file():
            raise FileNotFoundError(sha256)
        return found


MOST_SOURCES: Final = 50_000


def _kept_file(sha256: str, data: bytes) -> Path:
    """A file that was made from one of the course, in the folder of the preview."""
    folder: Path = settings.CORDEE.files_folder
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / sha256
    if not path.is_file():
        draft = path.with_name(f"{sha256}.{secrets.token_hex(4)}")  # several pages may ask for it at once
        draft.write_bytes(data)
        draft.replace(path)
    return path


stage = Stage()
