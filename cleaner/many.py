"""Many texts, one after the other or in several processes: their results in order, each where its text was."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from itertools import islice, repeat
from typing import Any, Protocol

from cleaner.arguments import check_optional, check_text_argument, wrong
from cleaner.model import Cleaned, CleanerError

#: What is told of a text that cannot be cleaned: its position and why.
OnError = Callable[[int, CleanerError], None]
#: A text with its URL; ``None`` where there is no text; why there can be no result.
Row = tuple[str, str | None] | CleanerError | None
#: So many texts are sent to a process at once, and so many parcels a process are on their way.
PARCEL = 64
_AHEAD = 3


class Cleans(Protocol):
    """What cleans one text; ``cleaner.core.Cleaner`` does."""

    def clean_text(self, text: str, url: str | None = None) -> Cleaned:
        """Clean one text."""


def in_order(
    cleaner: Cleans, texts: Iterable[Any], urls: Any = None, jobs: int = 1, on_error: OnError | None = None
) -> Iterator[Cleaned | None]:
    """Check the arguments, and clean the texts as they are asked for; see ``Cleaner.clean_many``.

    Raises:
        CleanerError: at once for arguments of the wrong type or length, and while it is read for a text or URL that
            cannot be taken, unless ``on_error`` is told.
    """
    _column("texts", texts, "clean_text takes one text" if isinstance(texts, str | bytes) else "")
    if not isinstance(urls, str | None):
        _column("urls", urls, "")
        if isinstance(texts, Sized) and isinstance(urls, Sized) and len(texts) != len(urls):
            raise CleanerError(f"urls has {len(urls):,} values and texts {len(texts):,}; give one URL for each text")
    if not isinstance(jobs, int) or isinstance(jobs, bool) or jobs < 1:
        raise wrong("jobs", "a whole number from 1 on", jobs)
    if on_error is not None and not callable(on_error):
        raise wrong("on_error", "a function of the position and the error", on_error)
    rows = map(_checked, _pairs(texts, urls))
    answers = (_cleaned(cleaner, row) for row in rows) if jobs == 1 else _in_processes(cleaner, rows, jobs)
    return _told(answers, on_error)


def _column(name: str, value: object, mend: str) -> None:
    """Refuse what iterates over something else than the values that were meant."""
    if hasattr(value, "columns"):  # a frame iterates over its columns
        raise wrong(name, "one column", value, f'such as frame["{name.removesuffix("s")}"]')
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise wrong(name, "a list or column of strings", value, mend)


def _pairs(texts: Iterable[Any], urls: Any) -> Iterator[tuple[Any, Any]]:
    """Each text with its URL."""
    if isinstance(urls, str | None):
        yield from zip(texts, repeat(urls), strict=False)
        return
    count = 0
    rest = iter(urls)
    for text in texts:
        try:
            url = next(rest)
        except StopIteration:
            raise CleanerError(f"urls has {count:,} values and texts more; give one URL for each text") from None
        count += 1
        yield text, url
    if next(rest, rest) is not rest:
        raise CleanerError(f"texts has {count:,} values and urls more; give one URL for each text")


def _checked(pair: tuple[Any, Any]) -> Row:
    """A text and its URL as plain strings, which travel to other processes, whatever a column holds them as."""
    text, url = map(_plain, pair)
    if text is None:
        return None
    try:
        check_text_argument(text)
        check_optional(url=url)
    except CleanerError as error:
        return error
    return text, url


def _plain(value: Any) -> Any:
    """A value of a column as Python has it: ``None`` for what a data frame has for a missing one."""
    if type(value) is str or value is None:
        return value
    if isinstance(value, str):  # a subclass: markup, a NumPy string
        return str(value)
    if hasattr(value, "as_py"):  # Arrow hands out scalars
        return value.as_py()
    try:
        missing = bool(value != value)  # noqa: PLR0124 - NaN and NaT are unlike themselves
    except (TypeError, ValueError):  # so is pandas.NA, in its own way; an array has no one answer
        missing = type(value).__name__ == "NAType"
    return None if missing else value


def _cleaned(cleaner: Cleans, row: Row) -> Cleaned | CleanerError | None:
    if not isinstance(row, tuple):
        return row
    try:
        return cleaner.clean_text(row[0], url=row[1])
    except CleanerError as error:
        return error


def _told(answers: Iterator[Cleaned | CleanerError | None], on_error: OnError | None) -> Iterator[Cleaned | None]:
    for position, answer in enumerate(answers):
        if not isinstance(answer, CleanerError):
            yield answer
            continue
        error = CleanerError(f"texts[{position}]: {answer}")
        if on_error is None:
            raise error
        on_error(position, error)
        yield None


def _in_processes(cleaner: Cleans, rows: Iterator[Row], jobs: int) -> Iterator[Cleaned | CleanerError | None]:
    """Clean in processes, as many parcels ahead as keep them busy, so that memory does not grow with the texts."""
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    waiting: deque[Future[list[Cleaned | CleanerError | None]]] = deque()
    reading = _Reading(rows)
    with ProcessPoolExecutor(jobs, initializer=_begin, initargs=(cleaner,)) as pool:
        try:
            while True:
                while len(waiting) < jobs * _AHEAD and (parcel := reading.parcel()):
                    waiting.append(pool.submit(_parcel_cleaned, parcel))
                if not waiting:
                    break
                yield from waiting.popleft().result()
        except BrokenProcessPool as error:
            raise CleanerError(
                "a process of clean_many ended before its work did: it ran out of memory or was killed, or the script "
                'that calls it lacks `if __name__ == "__main__":`'
            ) from error
        finally:
            for future in waiting:
                future.cancel()
    if reading.failure is not None:
        raise reading.failure


class _Reading:
    """Takes rows in parcels; what stops it is kept until all that was read before has its result."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self.failure: Exception | None = None

    def parcel(self) -> list[Row]:
        found: list[Row] = []
        if self.failure is None:
            try:
                found.extend(islice(self._rows, PARCEL))
            except Exception as error:
                self.failure = error
        return found


#: The cleaner of a process that was started for it.
_own: list[Cleans] = []


def _begin(cleaner: Cleans) -> None:
    _own[:] = [cleaner]


def _parcel_cleaned(parcel: list[Row]) -> list[Cleaned | CleanerError | None]:
    return [_cleaned(_own[0], row) for row in parcel]
