"""What do people call the activities that other platforms have and Cordée does not run?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Known:
    """The name of an activity, and one sentence for who meets it."""

    name: str | Promise
    sentence: str | Promise


_DISCUSSION = Known(_("Discussion"), _("Here stood a discussion. Its messages did not travel with the course."))
_PEERS = Known(
    _("Assignment reviewed by peers"),
    _("Here stands an assignment that learners review for one another. It cannot be handed in here yet."),
)
_TOOL = Known(_("External tool (LTI)"), _("Here opens a tool of another site. It cannot be opened from here yet."))
_FILE = Known(_("File to hand in"), _("Here a file is handed in and graded by the teaching team. Not here yet."))
_STAFF = Known(_("Activity graded by the teaching team"), _("The teaching team gives points for this elsewhere."))
_PACKAGE = Known(_("Package (SCORM, H5P)"), _("Here plays a package of another tool. It cannot be played here yet."))
_DOCUMENT = Known(_("Google document"), _("Here a document of Google is shown. It is not loaded here."))
_DONE = Known(_("“Done” button"), _("Here learners say that they are done. Nothing waits for it here."))
_ANNOTATION = Known(_("Text or image to annotate"), _("Here learners annotate a document. They cannot do so here yet."))
_BUILDER = Known(
    _("Step-by-step exercise"), _("Here stands an exercise in steps (problem builder). It cannot be answered here yet.")
)
_LINKS = Known(_("Recommended resources"), _("Here learners recommend resources to one another. They cannot here yet."))
_GRADE = Known(_("Progress shown in the course"), _("Here learners see their points. They stand on the progress page."))
_LAB = Known(_("Laboratory"), _("Here opens a laboratory of another site. It cannot be opened from here yet."))
_DRAG = Known(_("Drag and drop"), _("Here things are put in their place. They cannot be moved here yet."))
_VIDEO = Known(_("Video"), _("Here stands a video that cannot be played here yet."))
_CALENDAR = Known(_("Google calendar"), _("Here a calendar of Google is shown. It is not loaded here."))

KNOWN: Mapping[str, Known] = {
    "discussion": _DISCUSSION,
    "openassessment": _PEERS,
    "ubcpi": _PEERS,
    "combinedopenended": _PEERS,
    "peergrading": _PEERS,
    "lti": _TOOL,
    "lti_consumer": _TOOL,
    "drag-and-drop-v2": _DRAG,
    "annotatable": _ANNOTATION,
    "textannotation": _ANNOTATION,
    "videoannotation": _ANNOTATION,
    "imageannotation": _ANNOTATION,
    "google-document": _DOCUMENT,
    "google-calendar": _CALENDAR,
    "staffgradedxblock": _STAFF,
    "freetextresponse": _STAFF,
    "edx_sga": _FILE,
    "submit-and-compare": _BUILDER,
    "done": _DONE,
    "recommender": _LINKS,
    "scorm": _PACKAGE,
    "scormxblock": _PACKAGE,
    "h5p": _PACKAGE,
    "h5pxblock": _PACKAGE,
    "problem-builder": _BUILDER,
    "step-builder": _BUILDER,
    "mentoring": _BUILDER,
    "gradefetcher": _GRADE,
    "video": _VIDEO,
    "videosequence": _VIDEO,
    "library-video": _VIDEO,
    "lab": _LAB,
    "labxchange": _LAB,
}
OTHER = Known("", _("This activity cannot be shown here yet."))
