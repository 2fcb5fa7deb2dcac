"""Fields, error summaries, page numbers: what forms and lists of all rooms are made of."""

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from home.templatetags.home_tags import SCENES, scene_for


class SignUp(forms.Form):
    """A form with a field of each manner."""

    name = forms.CharField(label="姓名", help_text="和身份证上一样")
    note = forms.CharField(label="备注", required=False)
    who = forms.ChoiceField(label="给谁报名", choices=[("me", "自己")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="我同意")

    def clean(self):
        """The form itself is wrong, too."""
        raise forms.ValidationError("名额刚刚满了。")


def test_a_field_says_its_hint_and_its_error_to_those_who_cannot_see_them():
    html = str(SignUp({}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext">和身份证上一样' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_group_of_choices_is_named_by_its_legend():
    html = str(SignUp({}))
    assert '<fieldset class="f f--err" aria-describedby="id_who_error">' in html
    assert "<legend>给谁报名</legend>" in html


def test_only_what_may_be_left_out_is_marked():
    html = str(SignUp())
    assert html.count('class="opts"') == 1


def test_a_box_to_tick_stands_before_its_words_and_is_never_ticked():
    html = str(SignUp())
    assert (
        '<label class="opt"><input type="checkbox" name="agree" required id="id_agree"> <span>我同意</span></label>'
        in html
    )


def test_what_was_typed_is_kept_and_cannot_break_out():
    html = str(SignUp({"name": '赵"><script>'}))
    assert "赵&quot;&gt;&lt;script&gt;" in html
    assert "<script>" not in html


def test_the_summary_links_to_every_field_that_needs_attention():
    form = SignUp({})
    html = render_to_string("components/error_summary.html", {"form": form})
    for target in ("#id_name", "#id_who_0", "#id_agree"):
        assert f'href="{target}"' in html
        assert f'id="{target[1:]}"' in str(form)
    assert "名额刚刚满了。" in html
    assert "#id_note" not in html


def test_a_form_without_errors_has_no_summary():
    assert render_to_string("components/error_summary.html", {"form": SignUp()}).strip() == ""


def test_page_numbers_keep_the_question():
    request = RequestFactory().get("/courses/", {"q": "烘焙", "page": "3", "day": ["1", "3"]})
    page = Paginator(range(100), 10).get_page(3)
    html = render_to_string("components/pager.html", {"page": page}, request=request)
    assert 'href="?q=%E7%83%98%E7%84%99&amp;page=4&amp;day=1&amp;day=3"' in html
    assert 'aria-current="page"' in html
    assert "…" in html


def test_one_page_needs_no_numbers():
    page = Paginator(range(3), 10).get_page(1)
    assert render_to_string("components/pager.html", {"page": page}).strip() == ""


def test_neighbors_in_a_list_have_different_pictures():
    assert scene_for(7) == scene_for(7)
    assert len({scene_for(key) for key in range(100, 100 + len(SCENES))}) == len(SCENES)


@pytest.mark.parametrize(("change", "result"), [("page=2", "?q=a&amp;page=2"), ("q=None", "?")])
def test_a_query_is_changed_in_one_place(change, result):
    template = Template("{% load home_tags %}{% query_with " + change + " %}")
    assert template.render(Context({"request": RequestFactory().get("/?q=a")})) == result
