"""The neighbouring extractors, each as a function from a page to its text; those not installed are left out.

pip install resiliparse readability-lxml goose3 newspaper4k jusText boilerpy3
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

Extract = Callable[[str], str]

#: jusText needs the words of the pages' language; the benchmarks hold Indonesian and mostly English ones.
STOPLISTS = ("Indonesian", "English")


def _trafilatura(**options: bool) -> Callable[[], Extract]:
    def build() -> Extract:
        extract = import_module("trafilatura").extract
        return lambda html: extract(html, include_comments=False, **options) or ""

    return build


def _resiliparse() -> Extract:
    extract = import_module("resiliparse.extract.html2text").extract_plain_text
    return lambda html: extract(html, main_content=True)


def _readability() -> Extract:
    document = import_module("readability").Document
    parse = import_module("lxml.html").fromstring
    return lambda html: parse(document(html).summary()).text_content()


def _goose() -> Extract:
    goose = import_module("goose3").Goose({"enable_image_fetching": False})
    return lambda html: goose.extract(raw_html=html).cleaned_text


def _newspaper() -> Extract:
    article_class = import_module("newspaper").Article

    def extract(html: str) -> str:
        article = article_class("https://example.org/", fetch_images=False)
        article.download(input_html=html)
        article.parse()
        return str(article.text)

    return extract


def _justext() -> Extract:
    justext = import_module("justext")
    stoplist = frozenset(word for name in STOPLISTS for word in justext.get_stoplist(name))
    return lambda html: "\n".join(p.text for p in justext.justext(html, stoplist) if not p.is_boilerplate)


def _boilerpy() -> Extract:
    extractor = import_module("boilerpy3.extractors").ArticleExtractor(raise_on_failure=False)
    get_content: Extract = extractor.get_content
    return get_content


_BUILDERS: dict[str, tuple[str, Callable[[], Extract]]] = {
    "trafilatura": ("trafilatura", _trafilatura()),
    "trafilatura fast": ("trafilatura", _trafilatura(fast=True)),
    "trafilatura precision": ("trafilatura", _trafilatura(favor_precision=True)),
    "trafilatura recall": ("trafilatura", _trafilatura(favor_recall=True)),
    "resiliparse": ("resiliparse", _resiliparse),
    "readability-lxml": ("readability-lxml", _readability),
    "goose3": ("goose3", _goose),
    "newspaper4k": ("newspaper4k", _newspaper),
    "jusText": ("jusText", _justext),
    "boilerpy3": ("boilerpy3", _boilerpy),
}


def installed() -> dict[str, Extract]:
    """The peers at hand, by name with version."""
    found = {}
    for name, (distribution, build) in _BUILDERS.items():
        try:
            number = version(distribution)
            found[f"{name} {number}"] = build()
        except (PackageNotFoundError, ImportError):
            continue
    return found


def attempt(extract: Extract, html: str) -> str:
    """A peer's text of a page; empty where the peer fails."""
    try:
        return extract(html) or ""
    except Exception:  # peers raise what they like on odd pages: that is their result
        return ""
