"""Inputs are written as Django's own templates write them."""

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting

from common.widgets import Renderer

WIDGETS = [
    forms.TextInput(attrs={"maxlength": 80, "required": True, "disabled": False, "title": 'a "b" <c>'}),
    forms.HiddenInput(), forms.NumberInput(attrs={"step": "0.5"}), forms.EmailInput(), forms.URLInput(),
    forms.TextInput(attrs={"type": "tel"}),
]  # fmt: skip


@pytest.mark.parametrize("widget", WIDGETS)
@pytest.mark.parametrize("value", [None, "", "Na dai", '"><script>', 1234567, 0])
def test_an_input_is_the_same(widget, value):
    ours, theirs = (
        widget.render("so", value, {"id": "x"}, renderer) for renderer in (Renderer(), TemplatesSetting())
    )
    assert ours == theirs.strip()


@pytest.mark.parametrize("kind", [forms.RadioSelect, forms.CheckboxSelectMultiple])
def test_options_are_the_same_with_and_without_their_label(kind):
    def shown(renderer):
        class Asked(forms.Form):
            default_renderer = renderer
            way = forms.ChoiceField(choices=[("vietqr", "VietQR"), ("cod", "Tiền <mặt>")], widget=kind)

        field = Asked(initial={"way": "cod"})["way"]
        return [[option.tag().strip(), str(option).strip()] for option in field] + [str(field).strip()]

    assert shown(Renderer()) == shown(TemplatesSetting())
