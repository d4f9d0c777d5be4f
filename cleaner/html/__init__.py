"""Pages: decode, visible lines, selectors, the main content of unknown pages."""

from cleaner.html.page import Drop, Page, PageSpec, read_page
from cleaner.html.select import detect

__all__ = ["Drop", "Page", "PageSpec", "detect", "read_page"]
