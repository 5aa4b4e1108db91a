"""Which address leads where?

Public pages carry their language (`/fr/…`, `/en/…`); pages of signed-in people do not.
"""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from cordee.awards.urls import public as award_pages
from cordee.courses.editorial import urls as editorial
from cordee.jobs import views as letters
from cordee.learning.urls import public as public_pages
from cordee.people.permissions import act
from cordee.ui.guide import guide
from cordee.ui.reading import reading
from cordee.ui.theme import set_theme
from cordee.web import (
    calendars,
    course_pictures,
    erasing_pages,
    front_page,
    home,
    languages,
    notice_pages,
    pilot_pages,
    setting_up,
    sitemaps,
    your_data,
)
from cordee.web.environment import addresses_of_kinds

handler400 = "cordee.web.refusals.bad_request"
handler403 = "cordee.web.refusals.permission_denied"
handler404 = "cordee.web.refusals.page_not_found"
handler500 = "cordee.web.refusals.server_error"


# `ui` and `jobs` lie below the room that knows of permissions: their addresses and acts are named here.
looks = [
    path("ui", act("site.guide")(guide), name="guide"),
    path("ui/mail", act("site.guide")(letters.mail), name="mail"),
    path("ui/mail/<uuid:name>", act("site.guide")(letters.one_mail), name="one-mail"),
    path("theme", act("site.read")(set_theme), name="theme"),
    path("reading", act("site.read")(reading), name="reading"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    # First: most requests are for these, and every other address is told from them by its first two letters.
    *i18n_patterns(
        path("", front_page.first_page, name="home"),
        *public_pages,
        *award_pages,
        *notice_pages.public,
        *editorial.public,
        *course_pictures.public,
        prefix_default_language=True,
    ),
    path("", languages.home, name="root"),
    path("language", languages.choose_language, name="choose-language"),
    path("mine", home.mine, name="mine"),
    path("no-letters/<str:token>", act("site.read")(letters.no_letters), name="no-letters"),
    path("set-up/<str:token>", setting_up.set_up, name="set-up"),
    path("account/data", your_data.page, name="your-data"),
    path("account/data/ask", your_data.ask, name="ask-for-data"),
    path("account/data/<uuid:number>.zip", your_data.download, name="download-data"),
    path("account/data/agreements/<slug:purpose>", your_data.consent, name="change-consent"),
    path("account/data/calendar", your_data.calendar, name="renew-calendar"),
    path("account/erase", your_data.erase, name="erase-account"),
    path("account/stay", your_data.stay, name="stay"),
    path("people/erase", erasing_pages.erase_person, name="erase-person"),
    path("erasures/<uuid:number>", your_data.receipt, name="receipt"),
    path("calendars/<str:key>.ics", calendars.calendar, name="calendar"),
    path("", include("cordee.people.urls")),
    path("", include("cordee.courses.urls")),
    path("", include("cordee.courses.editorial.urls")),
    path("", include("cordee.learning.urls")),
    path("", include("cordee.learning.teaching.urls")),
    path("", include("cordee.pilot.marks_elsewhere.urls")),
    path("", include("cordee.awards.urls")),
    *(path("", include(addresses)) for addresses in addresses_of_kinds()),
    path("pilot/", include((pilot_pages.urlpatterns, "pilot"))),
    path("bilan/", include(("cordee.bilan.office.urls", "bilan"))),
    path("", include((looks, "ui"))),
    *sitemaps.urlpatterns,
]
