"""Everything that people read is there in 简体, 繁體 and English: nothing missing, stale, half-made, or unmarked."""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import allauth
import django
import pytest
from babel.messages.catalog import Catalog
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext, ngettext
from opencc import OpenCC

from bihuan.accounts.access import NotAllowed
from bihuan.console import words

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "bihuan"
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff01-\uff60]+")
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd%]|\{[a-z_]*\}")


def _load() -> ModuleType:
    """scripts/translate, which has no ending and so cannot be imported by name."""
    loader = SourceFileLoader("translate", str(ROOT / "scripts" / "translate"))
    spec = spec_from_loader("translate", loader)
    assert spec is not None
    module = module_from_spec(spec)
    kept, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = kept
    return module


translate = _load()
LANGUAGES = (translate.SIMPLIFIED, translate.TRADITIONAL)


@pytest.fixture(scope="module")
def tree() -> Catalog:
    """The sentences of the tree."""
    found: Catalog = translate.gathered()
    return found


@pytest.fixture(scope="module", params=LANGUAGES)
def catalog(request: pytest.FixtureRequest) -> Catalog:
    """A catalogue, as it lies there."""
    found: Catalog = translate.kept(request.param)
    return found


def _entries(catalog: Catalog) -> dict[tuple[str, str], Any]:
    return {(one.context or "", one.id if isinstance(one.id, str) else one.id[0]): one for one in catalog if one.id}


def _strings(one: Any) -> tuple[str, ...]:
    return (one.string,) if isinstance(one.string, str) else tuple(one.string)


# --- The catalogues ---


def test_every_sentence_stands_in_both_catalogues_and_no_other(tree: Catalog, catalog: Catalog) -> None:
    wanted, found = _entries(tree).keys(), _entries(catalog).keys()
    assert (sorted(wanted - found), sorted(found - wanted)) == ([], []), "type: scripts/translate"
    assert not catalog.obsolete


def test_every_sentence_is_translated(catalog: Catalog) -> None:
    assert [key for key, one in _entries(catalog).items() if not all(_strings(one)) or one.fuzzy] == []


def test_placeholders_are_those_of_the_source(catalog: Catalog) -> None:
    """The order may differ where each has a name; a plural's singular may leave the number out."""
    wrong = []
    for one in _entries(catalog).values():
        forms = [one.id] if isinstance(one.id, str) else list(one.id)
        wanted = sorted(PLACEHOLDER.findall(forms[-1]))
        wrong += [(forms[-1], said) for said in _strings(one) if sorted(PLACEHOLDER.findall(said)) != wanted]
    assert wrong == []


def test_the_files_are_what_the_script_writes() -> None:
    """So 繁體 is that of 简体, but for what was corrected by hand, and every .mo is what its .po compiles to."""
    stale = [path.name for path, content in translate.files().items() if path.read_bytes() != content]
    assert stale == [], "type: scripts/translate"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_says_what_its_source_says(language: str, tree: Catalog) -> None:
    code = {"zh_Hans": "zh-hans", "zh_Hant": "zh-hant"}[language]
    with translation.override(code):
        for (context, first), one in _entries(translate.kept(language)).items():
            if context:
                said = translation.pgettext(context, first)
            else:
                said = ngettext(*one.id, 2) if one.pluralizable else gettext(first)
            assert said == _strings(one)[0]


def test_what_was_corrected_by_hand_is_not_what_the_converter_says() -> None:
    """Else the mark is of no use, and would keep a later change of 简体 out."""
    source, turn = _entries(translate.kept(translate.SIMPLIFIED)), OpenCC("s2hk").convert
    corrected = _entries(translate.kept(translate.TRADITIONAL)).items()
    by_hand = {key: one for key, one in corrected if translate.BY_HAND in one.auto_comments}
    assert by_hand, "none is left: look whether the script kept them"
    assert [key for key, one in by_hand.items() if turn(_strings(source[key])[0]) == _strings(one)[0]] == []


def test_chinese_is_written_with_its_own_punctuation() -> None:
    """Full-width marks after Chinese characters, curved quotation marks, no space beside full-width marks."""
    amiss = re.compile(r"[\u3400-\u9fff][,;:?!.](?!\w)|[「」『』\"]|[，。；：！？、] | [，。；：！？、]")
    said = {key: _strings(one)[0] for key, one in _entries(translate.kept(translate.SIMPLIFIED)).items()}
    assert [one for one in said.values() if amiss.search(one)] == []


def test_sentences_of_others_are_still_theirs() -> None:
    """What we say otherwise than Django or allauth must be what they say, to the letter, or it is never shown."""
    homes = [Path(str(package.__file__)).parent for package in (django, allauth)]
    folders = ("forms", "core", "db/models", "contrib/auth", "account", "mfa", "core")
    theirs: set[str] = set()
    for path in (path for home in homes for folder in folders for path in (home / folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found = translate._of_python(text, translate._names(text))
        theirs |= {one if isinstance(one, str) else one[0] for one, _context in found}
    ours = {one if isinstance(one, str) else one[0] for one in translate.OTHERS}
    assert sorted(ours - theirs) == []


# --- The tree ---

# Where Chinese stands in the code, and why.
CHINESE_CODE = {
    "api/asked.py": "examples of what is asked",
    "console/context.py": "the languages' own names",
    "console/forms/intake.py": "marks that end a sentence",
    "console/forms/staff.py": "marks between hours",
    "console/views/intake.py": "marks that end a sentence",
    "console/visiting.py": "titles that names have already",
    "customers/actions/homes.py": "how a building is written",
    "customers/places.py": "how homes are written",
    "customers/sheet/": "the sheet is Chinese: headings, codes, guide",
    "customers/vault.py": "how an extension is dialled",
    "kernel/": "how names, phones and texts are written",
    "messages/quoting.py": "how mail programs mark what was written before",
}
APART = ("rulebook", "ops", "locale")


def _python() -> Iterator[Path]:
    return (path for path in sorted(SOURCE.rglob("*.py")) if path.relative_to(SOURCE).parts[0] not in APART)


def _templates() -> Iterator[Path]:
    """All but the API's own page for programmers, which is in English like the API."""
    found = sorted(path for ending in ("html", "txt") for path in SOURCE.glob(f"*/templates/**/*.{ending}"))
    return (path for path in found if path.relative_to(SOURCE).parts[0] != "api")


def _docstrings(text: str) -> set[int]:
    """The lines on which docstrings begin; they speak of the domain as comments do."""
    held = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = (one.body for one in ast.walk(ast.parse(text)) if isinstance(one, held) and one.body)
    firsts = (body[0] for body in bodies)
    return {one.lineno for one in firsts if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)}


def chinese_in(text: str) -> list[str]:
    """The Chinese of strings that are no docstrings."""
    spared = _docstrings(text)
    kinds = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    told = [one.string for one in tokens if one.type in kinds and one.start[0] not in spared]
    return [found for one in told for found in CHINESE.findall(one)]


@pytest.mark.parametrize("path", list(_python()), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_chinese_stands_in_the_code(path: Path) -> None:
    name = path.relative_to(SOURCE).as_posix()
    allowed = any(name.startswith(one) for one in CHINESE_CODE)
    assert allowed or chinese_in(path.read_text(encoding="utf-8")) == []


def test_every_exception_is_needed() -> None:
    texts = {path.relative_to(SOURCE).as_posix(): path.read_text(encoding="utf-8") for path in _python()}
    speaking = [name for name, text in texts.items() if chinese_in(text)]
    assert [one for one in CHINESE_CODE if not any(name.startswith(one) for name in speaking)] == []


def test_the_finder_of_chinese_tells_strings_from_what_is_no_string() -> None:
    assert chinese_in('"""投诉"""\n# 投诉\n投诉 = "a"\n') == []
    assert chinese_in('a = "投诉"\nb = f"{a}、{a}"\n') == ["投诉", "、"]


SAID_BY = {"Refused", "NotNow", "ValidationError", "Problem", "add_error"}
SAID_IN = {"what", "remedy", "why"}


def unmarked_in(text: str) -> list[str]:
    """Sentences of refusals that stand there as they are, not put through gettext."""
    found: list[ast.expr] = []
    for one in ast.walk(ast.parse(text)):
        if isinstance(one, ast.Assign):
            found += _assigned(one)
        if isinstance(one, ast.Call) and _called(one) in SAID_BY:
            found += [*one.args, *(given.value for given in one.keywords if given.arg in SAID_IN)]
    return [ast.unparse(one) for one in found if isinstance(one, ast.JoinedStr) or _sentence(one)]


def _assigned(one: ast.Assign) -> list[ast.expr]:
    pairs: list[tuple[ast.expr, ast.expr]] = []
    for target in one.targets:
        if isinstance(target, ast.Tuple) and isinstance(one.value, ast.Tuple):
            pairs += zip(target.elts, one.value.elts, strict=False)
        else:
            pairs.append((target, one.value))
    return [value for target, value in pairs if isinstance(target, ast.Name) and target.id in SAID_IN]


def _called(one: ast.Call) -> str:
    return one.func.id if isinstance(one.func, ast.Name) else getattr(one.func, "attr", "")


def _sentence(one: ast.expr) -> bool:
    return isinstance(one, ast.Constant) and isinstance(one.value, str) and " " in one.value


ROOMS = ("accounts", "obligations", "customers", "cases", "dispatch", "visits", "console", "api", "portal")


@pytest.mark.parametrize(
    "path",
    [path for path in _python() if path.relative_to(SOURCE).parts[0] in ROOMS],
    ids=lambda path: str(path.relative_to(SOURCE)),
)
def test_refusals_are_marked(path: Path) -> None:
    assert unmarked_in(path.read_text(encoding="utf-8")) == []


def test_the_finder_of_unmarked_refusals_finds_them() -> None:
    assert unmarked_in('raise Refused(_("this is no."), remedy=_("Do it."), code="a_b")') == []
    assert unmarked_in('raise Refused("this is no.", code="x")') == ["'this is no.'"]
    assert unmarked_in('raise Refused(_("a"), remedy=f"At {x}.")') == ["f'At {x}.'"]
    assert unmarked_in('what, remedy = _("this"), "Do it."') == ["'Do it.'"]


# --- Templates ---

TAGS = re.compile(r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}|{#.*?#}", re.DOTALL)
SAID_BLOCKS = re.compile(r"{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}", re.DOTALL)
MARKUP = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
READ = ("title", "alt", "placeholder", "aria-label", "data-confirm", "data-confirm-yes", "data-is", "data-key-label")
NO_SENTENCE = re.compile(r"(?:[A-Z]{2}-[0-9A-Za-z.]+|TOTP|Enter|F8|XLSX|PDF|[GJKNm²]|\W|\d)*")  # clauses, keys, units


class Reader(HTMLParser):
    """The words of a template that no tag of Django's brings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = False
        self.feed(MARKUP.sub("", SAID_BLOCKS.sub("", TAGS.sub("", text))))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent = tag in ("script", "style")
        self._read(*(value or "" for name, value in attrs if name in READ))

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self._read(data)

    def _read(self, *texts: str) -> None:
        self.found += [text.strip() for text in texts if not NO_SENTENCE.fullmatch(text)]


@pytest.mark.parametrize("path", list(_templates()), ids=lambda path: str(path.relative_to(SOURCE)))
def test_templates_say_nothing_unmarked(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert Reader(text).found == []
    assert CHINESE.findall(TAGS.sub("", text)) == []


def test_the_reader_of_templates_finds_what_is_unmarked() -> None:
    text = '{% comment %}word{% endcomment %}<p title="A word">{{ one }} two{% translate "three" %}</p>GC-1.2b m²'
    assert Reader(text).found == ["A word", "two"]


# --- What is shown ---


@pytest.mark.parametrize("code", ["zh-hans", "zh-hant"])
@pytest.mark.parametrize("page", ["400.html", "403.html", "404.html", "500.html"])
def test_what_went_wrong_is_said_in_the_readers_language(page: str, code: str) -> None:
    with translation.override(code):
        text = get_template(page).render()
    said = " ".join(re.findall(r"<(?:h1|p)>(.*?)</", text))
    assert CHINESE.search(said)
    assert not re.search(r"[a-z]", said)


def test_who_may_do_it_is_told_by_the_names_of_posts() -> None:
    with translation.override("zh-hans"):
        assert NotAllowed("customer.erase").remedy == "请联系：管理处经理、管理员。"
    with translation.override("en"):
        assert NotAllowed("customer.erase").remedy == "Ask one of: Site manager, Administrator."


def test_sentences_are_joined_as_the_language_joins_them() -> None:
    with translation.override("en"):
        assert words.sentences(["this is no.", "", "Do it."]) == "This is no. Do it."
    with translation.override("zh-hans"):
        assert words.sentences(["这不是。", "请做。"]) == "这不是。请做。"
