"""What can be seen of a title that is followed by prose in the same line, as hashed features.

A title may end behind each of its words at which a sentence could begin. Each such gap has features of its own (case
on either side, marks, how the words behind open a sentence, which of them the text knows elsewhere), and each word
before it has features as a word of a title. What features there are: :mod:`cleaner.engine.title_groups`.
"""

from __future__ import annotations

from typing import NamedTuple

from cleaner.engine import title_groups as groups
from cleaner.engine.title_groups import Features, of_gap
from cleaner.engine.title_scene import CAPITALS, MAX_CHARS, MAX_WORDS, Lexicon, Scene, Word

#: Code points behind a word in which it may come again.
_AHEAD = 300


class Seen(NamedTuple):
    """Features of one question.

    ``words``: for each word its features as part of the title. ``gaps``: for each possible end the features of the gap.
    ``ends``: for each possible end its offset in the line. ``counts``: for each possible end the words before it.
    ``bare``: the text has lost its commas, so that its full stops say little.
    """

    words: list[Features]
    gaps: list[Features]
    ends: list[int]
    counts: list[int]
    bare: bool


def see(line: str, start: int, lexicon: Lexicon) -> Seen:
    """All features of the question where the title ends that starts at ``start``.

    Args:
        line: the line with the invitation; the rest of it tells which words are names.
        start: code point offset of the title.
        lexicon: what a corpus tells of words.
    """
    scene = Scene(line, start, lexicon)
    gaps, ends, counts = [], [], []
    total = len(scene.words)
    for count in range(min(3, total), min(total, MAX_WORDS) + 1):
        left = scene.words[count - 1] if count else None
        if left is None or left.end - start > MAX_CHARS or (count == total and not scene.whole):
            break
        if scene.numbered[count - 1]:
            continue  # the number belongs to what is behind it
        if count < total and count != scene.first_small and not may_begin(left, scene.words[count]):
            continue
        gaps.append(_gap_features(scene, count))
        ends.append(left.end)
        counts.append(count)
    last = counts[-1] if counts else 0  # the words behind the last possible end are in no title
    return Seen([_word_features(scene, at) for at in range(last)], gaps, ends, counts, scene.bare)


def may_begin(left: Word, right: Word) -> bool:
    """Whether prose can begin between two words: a word in small letters begins it only behind a mark."""
    return right.shape not in "fl" or bool(right.lead) or left.trail in tuple('.?!e"”)')


def _word_features(scene: Scene, at: int) -> Features:
    word, style = scene.words[at], scene.style
    earlier = scene.words[at - 1] if at else None
    before = earlier.shape if earlier else "^"
    found = groups.word_itself(word.lower) + groups.word_kind(
        word.shape, before, style, scene.use(word)[0], scene.in_titles(word)[1]
    )
    names = ""
    if word.shape == "C":
        inside, _, _ = scene.elsewhere.uses(word.core)
        names = f"{inside:d}{scene.elsewhere.holds(word.lower):d}"
    cohesion = scene.cohesion(earlier, word) if earlier else ""
    return found + groups.word_ties(word.shape, before, style, cohesion, names, word.trail, scene.bare)


class _Around(NamedTuple):
    """The words around a gap: one or two before it, two behind it, as far as there are any.

    ``two``: the kinds of those behind. ``distance``: words from the first word of prose to the gap.
    """

    earlier: Word
    left: Word
    right: Word | None
    third: Word | None
    two: str
    distance: str


def _gap_features(scene: Scene, count: int) -> Features:
    """Features of the gap behind ``count`` words."""
    words = scene.words
    left = words[count - 1]
    right = words[count] if count < len(words) else None
    third = words[count + 1] if count + 1 < len(words) else None
    two = (right.shape if right else "$") + (third.shape if third else "$")
    first = scene.first_small
    distance = "N" if first is None else str(max(-6, min(3, count - first)))
    around = _Around(words[count - 2] if count > 1 else left, left, right, third, two, distance)
    found = _marks(scene, count, around) + _sides(scene, count, around)
    if right is None:
        return found
    found += _opening(scene, count, right)
    return found + _names(scene, around, right) if right.shape in CAPITALS else found


def _marks(scene: Scene, count: int, around: _Around) -> Features:
    """Marks at the gap, and where in the line it is."""
    style, at = scene.style, count - 1
    earlier, left, right, *_ = around
    shape, lower, lead = (right.shape, right.lower, right.lead) if right else ("$", "$", "")
    smalls = min(3, scene.smalls[at])
    found = groups.gap_marks(left.glued, left.trail, shape, scene.bare, earlier.trail, scene.stops[at], lead)
    found += groups.gap_place(
        count,
        (left.end - scene.start) // 12,
        style,
        smalls,
        scene.quotes[at],
        lead,
        True in scene.numbered[3:count],
        right is not None and scene.numbered[count],
    )
    if right is None:
        found += of_gap(f"eol{left.trail}", f"eo{style}{smalls}", f"eok{min(count, 12)}")
    elif left.glued:
        whole = scene.elsewhere.holds(left.token + right.token)
        found += of_gap(f"gl{left.shape}{shape}", f"glt{left.trail}", f"glw{lower}", f"gn{whole:d}")
    return found


def _sides(scene: Scene, count: int, around: _Around) -> Features:
    """The words on either side: as such, by shape, by how a corpus uses them."""
    words, style = scene.words, scene.style
    earlier, left, right, third, two, distance = around
    lower, shape, trail = (right.lower, right.shape, right.trail) if right else ("$", "$", "")
    shapes = two + "".join([word.shape for word in words[count + 2 : count + 4]]).ljust(2, "$")
    over = scene.cohesion(left, right) if right else "$"
    back = scene.cohesion(earlier, left)
    on = scene.cohesion(right, third) if right and third else "$"
    use_left, use_right = scene.use(left)[0], scene.use(right) if right else "---"
    small = scene.lexicon.small
    weak = earlier.lower in small, left.lower in small, lower in small
    last, fit = scene.in_titles(left), scene.in_titles(right) if right else "$$"
    return (
        of_gap(
            f"ltw{left.trail}{lower}",
            f"lws{left.lower}{shape}",
            f"l2{earlier.lower} {left.lower}",
            f"r2{lower} {third.lower if third else '$'}",
        )
        + groups.left_word(left.lower, left.shape)
        + groups.right_word(lower, shape, two, trail)
        + groups.gap_shapes(earlier.shape, left.shape, shapes, distance, style)
        + groups.gap_fit(last[0], fit, left.shape, two, distance)
        + groups.gap_use(use_left, use_right, left.shape, two, distance, style)
        + groups.gap_ties(
            back, over, on, use_left, use_right[0], scene.use(third)[0] if third else "-", left.shape, two, style
        )
        + groups.gap_mixed(last, fit[1], use_left, use_right[:2], over, shape)
        + groups.gap_weak(weak, left.shape, left.trail, shape, style, use_left)
    )


def _opening(scene: Scene, count: int, right: Word) -> Features:
    """The words with capitals behind the gap, up to the first word of prose."""
    words = scene.words
    stop = count
    while stop < len(words) and stop < count + 8 and words[stop].shape != "l":
        stop += 1
    run = stop - count
    pairs = [
        (words[at], words[at + 1])
        for at in range(count, stop - 1)
        if words[at].shape in CAPITALS and words[at + 1].shape in CAPITALS
    ]
    loosest = min([scene.cohesion(a, b) for a, b in pairs], default="9", key="pn0123456789".index)
    together = all(scene.joined(a, b) == "1" for a, b in pairs)
    found = groups.opening_run(run, loosest, together, scene.use(right)[0], right.shape)
    if stop < len(words):
        verb, last = words[stop], words[stop - 1]
        found += groups.opening_verb(run, verb.lower, right.shape, f"{last.trail if run else ''}{last.shape}")
    return found


def _names(scene: Scene, around: _Around, right: Word) -> Features:
    """What the rest of the text knows of the words around the gap."""
    earlier, left, _, third, two, distance = around
    look = scene.elsewhere
    inside, opens, begins = look.uses(right.core)
    over = scene.joined(left, right)
    on = scene.joined(right, third) if third else "p"
    back = scene.joined(earlier, left)
    left_inside = look.uses(left.core)[0] if left.shape in CAPITALS else False
    left_small = look.holds(left.lower) if left.core else False
    close = scene.cohesion(left, right)
    close_on = scene.cohesion(right, third) if third else "p"
    use = scene.use(right)[0]
    head = right.lower + (f" {third.lower}" if third else "")
    again = _again(scene.line[right.end : right.end + _AHEAD].lower(), right, head)
    left_again = _again(scene.line[left.end : left.end + _AHEAD].lower(), left, f"{earlier.lower} {left.lower}")
    return (
        groups.name_recency(scene.recency(right), scene.recency(left), two, distance, over, on, use)
        + groups.name_uses(inside, look.holds(right.lower), opens, begins, two, distance, over, use)
        + groups.name_ties(close, close_on, back, over, on, begins, two, use)
        + groups.name_sides(over, on, inside, left_inside, left_small, left.shape)
        + groups.name_again(again, left_again, two, distance, left.shape, inside, left_inside)
    )


def _again(ahead: str, word: Word, phrase: str) -> int:
    """Whether a phrase comes again (2), or at least its long word (1)."""
    return 2 if phrase in ahead else int(len(word.core) > 3 and word.lower in ahead)
