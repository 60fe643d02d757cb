"""Practices worth telling."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from orgs.actions.practice import NothingToDescribe, Picture, UndescribedPicture, tell_practice
from orgs.actions.refusals import Refusal
from orgs.admin.base import DeletableAdmin, RefusableForm
from orgs.admin.filters import AreaFilter, DayFilter, chosen_day
from orgs.models import Practice, PracticePicture
from orgs.pictures import CONTENT_TYPES, draw_anew


class PracticeForm(RefusableForm):
    """A practice with its picture; its lines end as they are stored, so that only what was typed is a change."""

    picture = forms.FileField(
        label=_("New picture"), required=False,
        help_text=_(
            "JPEG, PNG or WebP, at most 5 MB. It is drawn anew, without the place, the time and the camera "
            "that the file may tell of."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(CONTENT_TYPES)}),
    )  # fmt: skip
    picture_description = forms.CharField(
        label=_("What the picture shows"), required=False, max_length=200,
        help_text=_("For who cannot see it. A picture needs it."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )  # fmt: skip
    without_picture = forms.BooleanField(label=_("Remove the picture"), required=False)

    refusal_fields = {
        UndescribedPicture: "picture_description",
        NothingToDescribe: "picture_description",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pictures = PracticePicture.objects.filter(practice=self.instance.pk)
        self.stored_description = pictures.values_list("description", flat=True).first()
        self.initial.setdefault("picture_description", self.stored_description or "")

    def clean_text(self) -> str:
        """The text with the line ends of the database, not those that browsers send."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")

    def clean_picture(self) -> bytes | None:
        """The picture that was sent, as it will be kept."""
        sent = self.cleaned_data["picture"]
        if sent is None:
            return None
        try:
            return draw_anew(sent)
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from refusal

    def picture_to_keep(self) -> Picture | None:
        """The picture that the practice shall have; a new one is kept, whatever is said of removing the old one."""
        jpeg = self.cleaned_data["picture"]
        description = self.cleaned_data["picture_description"]
        is_stored = self.stored_description is not None
        if jpeg is None and (self.cleaned_data["without_picture"] or not (is_stored or description)):
            return None
        return Picture(description=description, jpeg=jpeg)


class ToldFilter(DayFilter):
    """Practices of the day or an earlier one."""

    label = _("Of this day or before")

    def filtered(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return queryset.filter(day__lte=value)


class ReleasedFilter(admin.SimpleListFilter):
    """Practices that the public site shows on the day chosen, or does not."""

    title = _("public site")
    parameter_name = "released"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("shown")), ("no", _("not shown"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The practices that were asked for."""
        public = Practice.objects.public_on(chosen_day(request)).values("pk")
        if self.value() == "yes":
            return queryset.filter(pk__in=public)
        return queryset.exclude(pk__in=public) if self.value() == "no" else queryset


@admin.register(Practice)
class PracticeAdmin(DeletableAdmin):
    """Practices, entered here alone."""

    form = PracticeForm
    refusals = (UndescribedPicture, NothingToDescribe)
    history_of_periods = ((PracticePicture, "practice"),)
    list_display = ["title", "enterprise", "day", "released_on"]
    list_filter = [ToldFilter, ReleasedFilter, AreaFilter]
    list_select_related = ["enterprise"]
    search_fields = [
        "title__icontains", "enterprise__name__contains", "enterprise__name_pinyin__icontains",
        "enterprise__uscc__istartswith",
    ]  # fmt: skip
    search_help_text = _("Title, or name, credit code or pinyin of the enterprise")
    sortable_by = ["title", "day", "released_on"]
    ordering = ["-day", "-pk"]
    autocomplete_fields = ["enterprise"]
    readonly_fields = ["stored_picture"]

    def get_fields(self, request: HttpRequest, obj: Practice | None = None) -> Any:
        """What is told; then the picture as it is, and for who may change it, as it shall be."""
        has_picture = obj is not None and PracticePicture.objects.filter(practice=obj).exists()
        may_write = (
            self.has_add_permission(request) if obj is None else self.has_change_permission(request, obj)
        )
        return [
            "title", "text", "enterprise", "day", "released_on",
            *(["stored_picture"] if has_picture else []),
            *(["picture", "picture_description"] if may_write else []),
            *(["without_picture"] if may_write and has_picture else []),
        ]  # fmt: skip

    @admin.display(description=_("picture"))
    def stored_picture(self, practice: Practice) -> SafeString:
        """The picture as the public site shows it."""
        pictures = PracticePicture.objects.filter(practice=practice)
        return format_html(
            '<img class="picture-of-practice" src="{}" alt="{}">',
            reverse("practice_picture", args=[practice.pk]),
            pictures.values_list("description", flat=True).first() or "",
        )

    def save_model(self, request: HttpRequest, obj: Practice, form: Any, change: bool) -> None:
        """Save the practice and its picture: a form saved untouched is no change, and leaves no history."""
        if not change or form.has_changed():
            by: Any = request.user
            tell_practice(practice=obj, picture=form.picture_to_keep(), by=by)
