"""What can be seen of a title that is followed by prose in the same line, as hashed features.

A title may end behind each of its words at which a sentence could begin. Each such gap has features of its own (case
on either side, marks, how the words behind open a sentence, which of them the text knows elsewhere), and each word
before it has features as a word of a title. Features are numbers below ``2 ** BITS``: CRC-32 of a short text.
"""

from __future__ import annotations

from typing import NamedTuple
from zlib import crc32

from cleaner.engine.title_scene import CAPITALS, MAX_CHARS, MAX_WORDS, Lexicon, Scene, Word

BITS = 17
_MASK = (1 << BITS) - 1
#: Where the hashes of features of words and of gaps start from.
_WORD_SIDE = crc32(b"D")
_GAP_SIDE = crc32(b"B")


class Seen(NamedTuple):
    """Features of one question.

    ``words``: for each word its features as part of the title. ``gaps``: for each possible end the features of the gap.
    ``ends``: for each possible end its offset in the line. ``counts``: for each possible end the words before it.
    ``bare``: the text has lost its commas, so that its full stops say little.
    """

    words: list[list[int]]
    gaps: list[list[int]]
    ends: list[int]
    counts: list[int]
    bare: bool


def _hashed(side: int, features: list[str]) -> list[int]:
    return [crc32(feature.encode(), side) & _MASK for feature in features]


def see(line: str, start: int, lexicon: Lexicon) -> Seen:
    """All features of the question where the title ends that starts at ``start``.

    Args:
        line: the line with the invitation; the rest of it tells which words are names.
        start: code point offset of the title.
        lexicon: what a corpus tells of words.
    """
    scene = Scene(line, start, lexicon)
    words = [_hashed(_WORD_SIDE, _word_features(scene, at)) for at in range(len(scene.words))]
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
        gaps.append(_hashed(_GAP_SIDE, _gap_features(scene, count)))
        ends.append(left.end)
        counts.append(count)
    return Seen(words, gaps, ends, counts, scene.bare)


def may_begin(left: Word, right: Word) -> bool:
    """Whether prose can begin between two words: a word in small letters begins it only behind a mark."""
    return right.shape not in "fl" or bool(right.lead) or left.trail in tuple('.?!e"”)')


def _word_features(scene: Scene, at: int) -> list[str]:
    word, style = scene.words[at], scene.style
    before = scene.words[at - 1].shape if at else "^"
    found = [
        "w" + word.lower,
        f"s{word.shape}{style}",
        f"xc{scene.use(word)[0]}{word.shape}{style}",
        f"z{scene.in_titles(word)[1]}{word.shape}{style}",
        f"ss{before}{word.shape}{style}",
        "x" + word.lower[-3:],
        "p" + word.lower[:3],
    ]
    if at:
        found.append(f"d{scene.cohesion(scene.words[at - 1], word)}{before}{word.shape}{style}")
    if word.shape == "C":
        inside, _, _ = scene.elsewhere.uses(word.core)
        found.append(f"n{inside:d}{scene.elsewhere.holds(word.lower):d}")
    if word.trail:
        found.append(f"t{word.trail}{scene.bare:d}")
    return found


def _gap_features(scene: Scene, count: int) -> list[str]:
    """Features of the gap behind ``count`` words."""
    return [*_marks(scene, count), *_sides(scene, count), *_opening(scene, count), *_names(scene, count)]


def _marks(scene: Scene, count: int) -> list[str]:
    """Marks at the gap, and where in the line it is."""
    words, style = scene.words, scene.style
    left = words[count - 1]
    earlier = words[count - 2] if count > 1 else left
    right = words[count] if count < len(words) else None
    shape, lower = (right.shape, right.lower) if right else ("$", "$")
    lead = right.lead if right else ""
    found = [
        "b",
        f"g{left.glued:d}",
        f"lt{left.trail}{shape}{scene.bare:d}",
        f"ltw{left.trail}{lower}",
        f"lb{scene.bare:d}{left.trail}{earlier.trail}{shape}{scene.stops[count - 1]}",
        f"rl{lead}{shape}",
        f"k{min(count, 25)}{style}",
        f"c{(left.end - scene.start) // 12}",
        f"sm{min(3, scene.smalls[count - 1])}{style}",
        f"q{scene.quotes[count - 1]}{lead}",
        f"ni{any(scene.numbered[3:count]):d}",
        f"nk{right is not None and scene.numbered[count]:d}",
    ]
    if left.glued and right is not None:
        whole = scene.elsewhere.holds(left.token + right.token)
        found += [f"gl{left.shape}{shape}", f"glt{left.trail}", f"glw{lower}", f"gn{whole:d}"]
    if right is None:
        found += [f"eol{left.trail}", f"eo{style}{min(3, scene.smalls[count - 1])}", f"eok{min(count, 12)}"]
    return found


def _sides(scene: Scene, count: int) -> list[str]:
    """The words on either side: as such, by shape, by how a corpus uses them."""
    words, style = scene.words, scene.style
    left = words[count - 1]
    earlier = words[count - 2] if count > 1 else left
    right = words[count] if count < len(words) else None
    lower, shape, trail = (right.lower, right.shape, right.trail) if right else ("$", "$", "")
    shapes = "".join(word.shape for word in words[count : count + 4]).ljust(4, "$")
    second = words[count + 1].lower if count + 1 < len(words) else "$"
    distance = "N"
    if scene.first_small is not None:
        distance = str(max(-6, min(3, count - scene.first_small)))
    over = scene.cohesion(left, right) if right else "$"
    back = scene.cohesion(earlier, left)
    third = words[count + 1] if count + 1 < len(words) else None
    on = scene.cohesion(right, third) if right and third else "$"
    use_left, use_right = scene.use(left), scene.use(right) if right else "---"
    two = shapes[:2]
    small = scene.lexicon.small
    weak_left, weak_right = left.lower in small, lower in small
    last, fit = scene.in_titles(left), scene.in_titles(right) if right else "$$"
    return [
        f"zl{last[0]}{left.shape}{shape}",
        f"zr{last[0]}{fit}{two}",
        f"zd{last[0]}{distance}",
        f"zx{last}{use_left[0]}{use_right[0]}{over}",
        f"zf{fit[1]}{use_right[:2]}{shape}",
        f"wk{weak_left:d}{weak_right:d}{left.shape}{shape}{style}",
        f"wt{weak_left:d}{left.trail}",
        f"we{earlier.lower in small:d}{weak_left:d}{use_left[0]}{shape}",
        f"xt{use_right[0]}{scene.use(third)[0] if third else '-'}{two}{over}{on}",
        f"ls{left.shape}{shape}{style}",
        f"lw{left.lower}",
        f"lws{left.lower}{shape}",
        f"l2{earlier.lower} {left.lower}",
        f"lx{left.lower[-3:]}{left.shape}",
        f"lp{left.lower[:3]}{left.shape}",
        f"rw{lower}{shape}",
        f"rws{lower}{two}",
        f"r2{lower} {second}",
        f"r4{shapes}",
        f"rx{lower[-3:]}{shape}",
        f"rp{lower[:3]}{shape}",
        f"rpp{lower[:2]}{two}",
        f"rt{trail}{lower}",
        f"rt2{trail}{shape}",
        f"lr{earlier.shape}{left.shape}{two}",
        f"ds{distance}{style}",
        f"dsr{distance}{two}",
        f"pa{over}{two}",
        f"pb{back}{over}{on}",
        f"pc{back}{over}{left.shape}{shape}{style}",
        f"pd{over}{on}{use_left[0]}{use_right[0]}",
        f"xr{use_right[0]}{two}",
        f"xs{use_right[1]}{two}",
        f"xsc{use_right}{two}",
        f"xl{use_left[0]}{left.shape}{shape}{style}",
        f"xlr{use_left[0]}{use_right[0]}{left.shape}{two}",
        f"xlr2{use_left[0]}{use_right[:2]}{distance}",
    ]


def _opening(scene: Scene, count: int) -> list[str]:
    """The words with capitals behind the gap, up to the first word of prose."""
    words = scene.words
    if count >= len(words):
        return []
    right = words[count]
    stop = count
    while stop < len(words) and stop < count + 8 and words[stop].shape != "l":
        stop += 1
    run = stop - count
    use = scene.use(right)[0]
    pairs = [
        (words[at], words[at + 1])
        for at in range(count, stop - 1)
        if words[at].shape in CAPITALS and words[at + 1].shape in CAPITALS
    ]
    loosest = min((scene.cohesion(a, b) for a, b in pairs), default="9", key="pn0123456789".index)
    together = all(scene.joined(a, b) == "1" for a, b in pairs)
    found = [f"fl{run}", f"flc{run}{loosest}{together:d}", f"flx{run}{use}{right.shape}"]
    if stop < len(words):
        verb = words[stop].lower
        found += [f"fv{run}{verb}", f"fw{verb}{right.shape}", f"fx{run}{verb[-3:]}{right.shape}", f"fp{run}{verb[:3]}"]
        found.append(f"ft{run}{words[stop - 1].trail if run else ''}{words[stop - 1].shape}")
    return found


def _names(scene: Scene, count: int) -> list[str]:
    """What the rest of the text knows of the words around the gap."""
    words = scene.words
    if count >= len(words) or words[count].shape not in "CUXI":
        return []
    left, right = words[count - 1], words[count]
    earlier = words[count - 2] if count > 1 else left
    follower = words[count + 1] if count + 1 < len(words) else None
    two = right.shape + (follower.shape if follower else "$")
    distance = "N"
    if scene.first_small is not None:
        distance = str(max(-6, min(3, count - scene.first_small)))
    look = scene.elsewhere
    inside, opens, begins = look.uses(right.core)
    small = look.holds(right.lower)
    over = scene.joined(left, right)
    on = scene.joined(right, follower) if follower else "p"
    back = scene.joined(earlier, left)
    left_inside = look.uses(left.core)[0] if left.shape in "CUXI" else False
    left_small = look.holds(left.lower) if left.core else False
    close = scene.cohesion(left, right)
    close_on = scene.cohesion(right, follower) if follower else "p"
    use = scene.use(right)[0]
    tail = scene.line[right.end : right.end + 300].lower()
    head = right.lower + (f" {follower.lower}" if follower else "")
    again = 2 if head in tail else int(len(right.core) > 3 and right.lower in tail)
    last = f"{earlier.lower} {left.lower}"
    ahead = scene.line[left.end : left.end + 300].lower()
    left_again = 2 if last in ahead else int(len(left.core) > 3 and left.lower in ahead)
    recent, recent_left = scene.recency(right), scene.recency(left)
    return [
        f"re{recent}{two}{distance}",
        f"rl{recent}{recent_left}{over}",
        f"rc{recent}{use}{on}",
        f"m{inside:d}{small:d}{opens:d}",
        f"mr{inside:d}{small:d}{opens:d}{two}{distance}",
        f"co{close}{use}",
        f"cor{close}{close_on}{two}",
        f"st{begins:d}{inside:d}{over}{two}",
        f"st2{begins:d}{inside:d}{small:d}{use}",
        f"bll{back}{over}{begins:d}",
        f"stb{begins:d}{on}{close}",
        f"bl{over}",
        f"br{on}{two}",
        f"blbr{over}{on}{inside:d}",
        f"ln{left_inside:d}{left_small:d}{inside:d}{left.shape}",
        f"lnb{over}{left.shape}{left_inside:d}{inside:d}",
        f"ag{again}{two}{distance}",
        f"la{left_again}{left.shape}{right.shape}",
        f"al{again}{left_again}{inside:d}{left_inside:d}",
    ]
