"""Full-text search that works in Chinese, the same on SQLite (FTS5) and PostgreSQL; it serves the admin's search too.

Both databases take a run of Chinese characters for one word, so 烘焙 would not find 中式烘焙入门. Therefore what is
indexed is spelled out: each character and each overlapping pair of a run. A query is spelled as pairs (one character
stays one), and all of them must be there; when nothing has them all, whatever has some is found, best first.
Words of Latin letters are found by their beginning. Built on modelsearch 1.3: tests/home/test_search.py pins what we
rely on there.
"""

import copy
import re
import unicodedata
from functools import lru_cache, reduce
from operator import and_, or_

from django.db import connection
from modelsearch.backends.base import EmptySearchResults
from modelsearch.index import RelatedFields
from modelsearch.query import Phrase, PlainText

_HAN = "㐀-鿿豈-﫿"
_RUNS = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
# A pasted page of text is no query; each term is one more condition for the database.
_MOST_TERMS = 24


def _runs(text):
    """Runs of Chinese characters and words of other letters, lower case, without accents and full-width forms."""
    plain = unicodedata.normalize("NFKD", text).lower()
    return _RUNS.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))


def spell_for_index(text):
    """All terms under which the text shall be found, separated by spaces.

    >>> spell_for_index("烘焙入门 Baking")
    '烘 烘焙 焙 焙入 入 入门 门 baking'
    """
    terms = []
    for run in _runs(text):
        if _IS_HAN.match(run):
            for position, character in enumerate(run):
                terms += [character, run[position : position + 2]][: 2 if position + 1 < len(run) else 1]
        else:
            terms.append(run)
    return " ".join(terms)


def spell_for_query(text):
    """The terms that a text must have to be found by these words.

    >>> spell_for_query("烘焙课 Bak")
    ['烘焙', '焙课', 'bak']
    """
    terms = []
    for run in _runs(text):
        if _IS_HAN.match(run) and len(run) > 1:
            terms += [run[position : position + 2] for position in range(len(run) - 1)]
        else:
            terms.append(run)
    return list(dict.fromkeys(terms))[:_MOST_TERMS]


def _spelled(value):
    """The value of a search field with all its texts spelled for the index."""
    if isinstance(value, list | tuple):
        return [_spelled(item) for item in value]
    if isinstance(value, dict):
        return {key: _spelled(item) for key, item in value.items()}
    return spell_for_index(str(value))


def _spelling_field(field):
    """A twin of a search field whose values come spelled."""
    twin = copy.copy(field)
    if isinstance(field, RelatedFields):
        twin.fields = [_spelling_field(inner) for inner in field.fields]
    else:
        twin.get_value = lambda obj: _spelled(field.get_value(obj))
    return twin


def _spelling_twin(obj):
    """A copy of the object whose search fields come spelled: modelsearch asks the object itself for them."""
    twin = copy.copy(obj)
    twin.get_search_fields = lambda: [_spelling_field(field) for field in obj.get_search_fields()]
    return twin


class _SpellingIndex:
    """Puts spelled texts into the index."""

    def add_items(self, model, objs):
        super().add_items(model, [_spelling_twin(obj) for obj in objs])


class _WideningResults:
    """Repeats a search with OR when nothing has all the words; `widened` tells whether that was done."""

    widened = False

    def _widen(self):
        compiler = self.query_compiler
        if self.widened or not compiler.may_widen:
            return False
        self.query_compiler = copy.copy(compiler)
        self.query_compiler.query = PlainText(compiler.query.query_string, operator="or")
        self.widened = True
        return True

    def _do_search(self):
        found = super()._do_search()
        # An empty page behind the last one is no empty result.
        if not found and (self.start == 0 or not super()._do_count()) and self._widen():
            found = super()._do_search()
        return found

    def _do_count(self):
        count = super()._do_count()
        if not count and self._widen():
            count = super()._do_count()
        return count


class _SpellingBackend:
    """Refuses queries without any letter, and searches in all fields: the index does not keep single ones apart."""

    def _search(self, compiler_class, query, model_or_queryset, **options):
        if isinstance(query, str) and not spell_for_query(query):
            return EmptySearchResults()
        return super()._search(compiler_class, query, model_or_queryset, **options | {"fields": None})


def _spelling_compiler(base, method, build):
    """A query compiler that spells the words of a query; `method` is the one of `base` that turns words into SQL."""

    class Compiler(base):
        def __init__(self, queryset, query, operator=None, **options):
            super().__init__(queryset, query, operator=operator, **options)
            # Who chose an operator gets just that.
            self.may_widen = isinstance(query, str) and operator is None and len(spell_for_query(query)) > 1

    def spell(self, query, **options):
        if not isinstance(query, PlainText | Phrase):
            return getattr(super(Compiler, self), method)(query, **options)
        join = or_ if getattr(query, "operator", "and").lower() == "or" else and_
        return build(spell_for_query(query.query_string), join, **options)

    setattr(Compiler, method, spell)
    return Compiler


def _weigh_titles(compiler_class):
    """Let words of the title count more on SQLite; on PostgreSQL the boost of Wagtail's title field does that."""
    from modelsearch.backends.database.sqlite.query import BM25

    class TitlesFirst(BM25):
        def as_sql(self, compiler, connection, **options):
            sql, parameters = super().as_sql(compiler, connection, **options)
            return sql.removesuffix(")") + ", 1.0, 1.0, 8.0)", parameters  # autocomplete, body, title

    # Theirs multiplies the whole rank by how short the title is, wherever the word was found.
    compiler_class._build_rank_expression = lambda self, vectors, config: TitlesFirst()
    return compiler_class


def _build_sqlite(terms, join, config=None):
    from modelsearch.backends.database.sqlite.query import Lexeme, SearchQueryExpression

    return SearchQueryExpression(reduce(join, [Lexeme(term, prefix=True) for term in terms]), config=config)


def _build_postgres(terms, join, config=None, invert=False):
    from django.contrib.postgres.search import SearchQuery
    from modelsearch.backends.database.postgres.query import Lexeme

    if invert:  # Not(a and b) is (not a) or (not b).
        join = and_ if join is or_ else or_
    lexemes = [Lexeme(term, prefix=True, invert=invert) for term in terms]
    return SearchQuery(reduce(join, lexemes), search_type="raw", config=config)


@lru_cache
def _backend_class(vendor):
    """The backend for that database, made from modelsearch's; their modules load on their own database only."""
    if vendor == "postgresql":
        from modelsearch.backends.database.postgres import postgres as theirs

        name, method, build = "Postgres", "build_tsquery_content", _build_postgres
    else:
        from modelsearch.backends.database.sqlite import sqlite as theirs

        name, method, build = "SQLite", "build_search_query_content", _build_sqlite

    def original(part):
        return getattr(theirs, f"{name}{part}")

    compiler_class = _spelling_compiler(original("SearchQueryCompiler"), method, build)
    if vendor != "postgresql":
        _weigh_titles(compiler_class)

    class Backend(_SpellingBackend, original("SearchBackend")):
        query_compiler_class = compiler_class
        autocomplete_query_compiler_class = _spelling_compiler(original("AutocompleteQueryCompiler"), method, build)
        index_class = type("Index", (_SpellingIndex, original("Index")), {})
        results_class = type("Results", (_WideningResults, original("SearchResults")), {})

    return Backend


def SearchBackend(params):
    """The search backend for the site's database (the name is what Wagtail looks for in this module)."""
    # "simple": no stemming and no stop words. The words are Chinese or pinyin, and `he` (合) is no English "he".
    return _backend_class(connection.vendor)({"SEARCH_CONFIG": "simple"} | params)
