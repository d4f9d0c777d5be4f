"""Documents with their cuts for labelling tools, and verdicts out of what people made of them.

Spans are labelled with the category. A person leaves a span that is right, deletes one that is wrong, moves bounds, and
marks clutter that was missed; the original spans travel along, so that this can be told when the file comes back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from cleaner.model import CATEGORIES, CleanerError
from cleaner.review.build import fingerprint_of, missed_group
from cleaner.review.filters import Shown
from cleaner.review.judged import as_hex
from cleaner.review.rows import is_furniture
from cleaner.review.verdicts import Decision, Span, context_of, new_id, now

TOOLS = ("label-studio", "doccano")
#: Names of the parts of Label Studio's labelling configuration, and the configuration itself.
CONFIG = (
    '<View><Labels name="label" toName="text">'
    + "".join(f'<Label value="{category}"/>' for category in CATEGORIES)
    + '</Labels><Text name="text" value="$text"/></View>'
)
_KEY = "cleaner"


class Original(msgspec.Struct, frozen=True, omit_defaults=True):
    """A span as it went out: what the run cut, or what a reviewer had marked as missed."""

    at: Span
    category: str
    rule: str = ""
    start: int = 0
    kind: str = "cut"


class Origin(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a text is from."""

    document: Any
    url: str | None = None
    site: str = ""
    spans: tuple[Original, ...] = ()


class Labelled(msgspec.Struct, frozen=True):
    """A text with its labelled spans: start, end (code points), category."""

    text: str
    spans: tuple[tuple[int, int, str], ...]
    origin: Origin
    reviewer: str = ""


def of_documents(documents: Iterable[Shown]) -> Iterator[Labelled]:
    """Documents of a run, to be labelled; furniture of pages is left out of their texts."""
    for document in documents:
        cleaned = document.cleaned
        found = []
        text = cleaned.raw
        for cut in cleaned.removals:
            if not is_furniture(cut):
                text, at = context_of(cleaned, cut.start, cut.end)
                found.append(Original(at, cut.category, cut.rule, cut.start))
        spans = tuple((*one.at, one.category) for one in found)
        yield Labelled(text, spans, Origin(document.id, document.url, cleaned.site or "", tuple(found)))


def of_decisions(decisions: Iterable[Decision]) -> Iterator[Labelled]:
    """Texts with what reviewers decided: wrong cuts have no label, wrong bounds are put right."""
    texts: dict[tuple[str, str], list[Decision]] = {}
    for decision in decisions:
        if decision.verdict != "skip":
            texts.setdefault((json.dumps(decision.document), decision.context), []).append(decision)
    for (_, text), own in texts.items():
        first = own[0]
        originals = tuple(Original(one.at, one.category, one.rule, one.start, one.kind) for one in own)
        spans = tuple(
            (*(one.bounds or one.at), one.category) for one in own if one.verdict in ("right", "bounds", "clutter")
        )
        origin = Origin(first.document, first.url, first.site, originals)
        yield Labelled(text, tuple(sorted(spans)), origin, first.reviewer)


def line(one: Labelled, tool: str, number: int) -> bytes:
    """A text as a line of JSONL for a tool."""
    origin = msgspec.json.encode(one.origin).decode()
    if tool == "doccano":
        label = [[start, end, category] for start, end, category in one.spans]
        return msgspec.json.encode({"id": number, "text": one.text, "label": label, _KEY: origin}) + b"\n"
    result = [
        {
            "id": f"span-{index}",
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {"start": start, "end": end, "text": one.text[start:end], "labels": [category]},
        }
        for index, (start, end, category) in enumerate(one.spans)
    ]
    task = {
        "data": {"text": one.text, _KEY: origin},
        "predictions": [{"model_version": "cleaner", "result": result}],
    }
    return msgspec.json.encode(task) + b"\n"


def read(data: bytes, tool: str, name: str) -> Iterator[Labelled]:
    """The texts of a tool's export, a line or an element of a list each.

    Raises:
        CleanerError: it is no such export, or was not made from one of ours; the message names the file and text.
    """
    for number, item in enumerate(_items(data, name), 1):
        try:
            yield _labelled(item, tool)
        except (KeyError, TypeError, ValueError, msgspec.MsgspecError) as error:
            raise CleanerError(f"{name}: text {number}: no labelled text of {tool}: {error!r}") from None


def _items(data: bytes, name: str) -> Iterator[Any]:
    try:
        if data.lstrip()[:1] == b"[":
            yield from json.loads(data)
            return
        for one in data.split(b"\n"):
            if one.strip():
                yield json.loads(one)
    except ValueError as error:
        raise CleanerError(f"{name}: neither JSON nor JSONL: {error}") from None


def _labelled(item: dict[str, Any], tool: str) -> Labelled:
    if tool == "doccano":
        text = str(item["text"])
        if "entities" in item:
            spans = [(one["start_offset"], one["end_offset"], one["label"]) for one in item["entities"]]
        else:
            spans = [(start, end, label) for start, end, label in item.get("label", item.get("labels", ()))]
        return Labelled(text, _checked(spans, text), _origin(item.get(_KEY)), str(item.get("Comments", "") or ""))
    text = str(item["data"]["text"])
    annotations = [one for one in item.get("annotations", ()) if not one.get("was_cancelled")]
    if not annotations:
        raise ValueError("it has no annotation yet")
    values = [one["value"] for one in annotations[-1]["result"] if one.get("type") == "labels"]
    spans = [(*_place(text, value), value["labels"][0]) for value in values]
    by = annotations[-1].get("completed_by", "")
    reviewer = str(by.get("email", by.get("id", ""))) if isinstance(by, dict) else str(by)
    return Labelled(text, _checked(spans, text), _origin(item["data"].get(_KEY)), reviewer)


def _place(text: str, value: dict[str, Any]) -> Span:
    """A span in code points; some versions of Label Studio count UTF-16 units."""
    start, end = int(value["start"]), int(value["end"])
    told = value.get("text")
    if told is None or text[start:end] == told:
        return start, end
    units = text.encode("utf-16-le")
    before, inside = (units[a:b].decode("utf-16-le", "replace") for a, b in ((0, 2 * start), (2 * start, 2 * end)))
    if inside == told:
        return len(before), len(before) + len(inside)
    raise ValueError(f"the span {start}-{end} does not hold {told!r}")


def _checked(spans: Iterable[tuple[int, int, str]], text: str) -> tuple[tuple[int, int, str], ...]:
    found = []
    for start, end, label in spans:
        if label not in CATEGORIES:
            raise ValueError(f"unknown category {label!r}")
        if not 0 <= start < end <= len(text):
            raise ValueError(f"the span {start}-{end} lies outside the text")
        found.append((start, end, label))
    return tuple(sorted(found))


def _origin(value: Any) -> Origin:
    if value is None:
        raise ValueError(f"field {_KEY!r} is missing: it was not exported from here")
    return msgspec.json.decode(value, type=Origin) if isinstance(value, str) else msgspec.convert(value, Origin)


def decisions_of(labelled: Labelled, reviewer: str) -> Iterator[Decision]:
    """The verdicts that a labelled text holds."""
    left = list(labelled.spans)
    for original in sorted(labelled.origin.spans, key=lambda one: one.at):
        same = next((span for span in left if (span[0], span[1]) == original.at), None)
        near = same or next((span for span in left if span[0] < original.at[1] and span[1] > original.at[0]), None)
        if near is not None:
            left.remove(near)
        if original.kind == "missed":
            yield _decision(labelled, original, "clutter" if near else "body", reviewer, None)
        elif near is None:
            yield _decision(labelled, original, "wrong", reviewer, None)
        else:
            bounds = None if same is not None else (near[0], near[1])
            yield _decision(labelled, original, "right" if bounds is None else "bounds", reviewer, bounds)
    for start, end, category in left:
        yield _decision(labelled, Original((start, end), category, "", start, "missed"), "clutter", reviewer, None)


def _decision(labelled: Labelled, one: Original, verdict: str, reviewer: str, bounds: Span | None) -> Decision:
    text = labelled.text[one.at[0] : one.at[1]]
    missed = one.kind == "missed"
    group = missed_group(labelled.origin.site, text) if missed else fingerprint_of(one.rule, text)
    return Decision(
        id=new_id(),
        kind="missed" if missed else "cut",
        verdict=verdict,
        rule=one.rule,
        category=one.category,
        fingerprint=as_hex(group),
        text=text,
        document=labelled.origin.document,
        url=labelled.origin.url,
        site=labelled.origin.site,
        start=one.start,
        context=labelled.text,
        at=one.at,
        bounds=bounds,
        every=missed,
        queue="labels",
        reviewer=reviewer or labelled.reviewer,
        time=now(),
    )
