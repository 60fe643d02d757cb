"""The files of an application, one at a time."""

from collections.abc import Iterable

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from applications.actions.applying import MOST_BYTES, MOST_FILES, add_file
from applications.files import IsEmpty, IsTooLarge, media_type_of, title_of
from applications.forms.topics import Topic
from orgs.actions.refusals import Refusal

ACCEPTED = ".pdf,.docx,.jpg,.jpeg,.png"
"""What a browser offers first; what is taken is told by the content."""


class FileForm(forms.Form):
    """A file, or none."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,  # refused below, in our words
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )

    def clean_file(self) -> "UploadedFile[bytes] | None":
        """The file, with the type that its content tells; raises ValidationError for what is not taken."""
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is None:
            return None
        try:
            if not file.size:
                raise IsEmpty
            if file.size > MOST_BYTES:
                raise IsTooLarge
            self.content = file.read()
            self.media_type = media_type_of(self.content)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return file


class FilesTopic(Topic):
    """Shows the files that are there, and takes another one."""

    name = "files"
    title = _("Files")
    lead = _(
        "Add what supports the application, such as the resolution of the enterprise. You may also add none."
    )
    takes_files = True
    most_megabytes = MOST_BYTES >> 20

    def ask(self) -> None:
        """One more."""
        self.kept = list(self.application.files.defer("content").order_by("added_at", "pk"))
        self.form = FileForm(self.data, self.files, label_suffix="")

    @property
    def has_room(self) -> bool:
        """Whether another file may be added."""
        return len(self.kept) < MOST_FILES

    def parts(self) -> Iterable[forms.BaseForm]:
        """The one form."""
        return [self.form]

    def keep(self) -> None:
        """Keep the file, if one was chosen. Raises TooManyFiles, TooLargeTogether."""
        file = self.form.cleaned_data["file"]
        if file is not None:
            media_type = self.form.media_type
            add_file(
                application=self.application, title=title_of(file.name or "", media_type),
                media_type=media_type, content=self.form.content,
            )  # fmt: skip
