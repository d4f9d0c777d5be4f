"""Features of words and gaps in groups, as hashes: each group is told by a few values, and most values come again.

A feature is a number below ``2 ** BITS``: CRC-32 of a short text. To make the text and its hash costs more than all
else about a title, so what a group comes to is kept for the values that were asked last.
"""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32

BITS = 17
_MASK = (1 << BITS) - 1
#: Where the hashes of features of words and of gaps start from.
_WORD_SIDE = crc32(b"D")
_GAP_SIDE = crc32(b"B")
#: So many answers are kept for groups that know words, and for those that know but kinds and marks.
_WORDS_KEPT = 1 << 14
_KINDS_KEPT = 1 << 13

Features = tuple[int, ...]


def _word(*features: str) -> Features:
    return tuple([crc32(feature.encode(), _WORD_SIDE) & _MASK for feature in features])


def of_gap(*features: str) -> Features:
    """The hashes of features of a gap."""
    return tuple([crc32(feature.encode(), _GAP_SIDE) & _MASK for feature in features])


@lru_cache(_WORDS_KEPT)
def word_itself(lower: str) -> Features:
    """A word as part of a title: as such, its end, its beginning."""
    return _word("w" + lower, "x" + lower[-3:], "p" + lower[:3])


@lru_cache(_KINDS_KEPT)
def word_kind(shape: str, before: str, style: str, use: str, fit: str) -> Features:
    """The kind of a word, of the one before it, and how a corpus uses it."""
    return _word(f"s{shape}{style}", f"xc{use}{shape}{style}", f"z{fit}{shape}{style}", f"ss{before}{shape}{style}")


@lru_cache(_KINDS_KEPT)
def word_ties(shape: str, before: str, style: str, cohesion: str, names: str, trail: str, bare: bool) -> Features:
    """How a word hangs together with the one before it, whether the text names it, the mark behind it."""
    found = [f"d{cohesion}{before}{shape}{style}"] if cohesion else []
    found += [f"n{names}"] if names else []
    found += [f"t{trail}{bare:d}"] if trail else []
    return _word(*found)


@lru_cache(_KINDS_KEPT)
def gap_marks(glued: bool, trail: str, shape: str, bare: bool, earlier: str, stops: int, lead: str) -> Features:
    """Marks at the gap, and at the one before it."""
    return of_gap(
        "b", f"g{glued:d}", f"lt{trail}{shape}{bare:d}", f"lb{bare:d}{trail}{earlier}{shape}{stops}", f"rl{lead}{shape}"
    )


@lru_cache(_KINDS_KEPT)
def gap_place(
    count: int, chars: int, style: str, smalls: int, quoted: int, lead: str, past: bool, next_numbered: bool
) -> Features:
    """Where in the line the gap is: words and code points before it, quotation marks, numbers of a list."""
    return of_gap(
        f"k{min(count, 25)}{style}",
        f"c{chars}",
        f"sm{smalls}{style}",
        f"q{quoted}{lead}",
        f"ni{past:d}",
        f"nk{next_numbered:d}",
    )


@lru_cache(_WORDS_KEPT)
def left_word(lower: str, shape: str) -> Features:
    """The word before the gap."""
    return of_gap(f"lw{lower}", f"lx{lower[-3:]}{shape}", f"lp{lower[:3]}{shape}")


@lru_cache(_WORDS_KEPT)
def right_word(lower: str, shape: str, two: str, trail: str) -> Features:
    """The word behind the gap, with the kinds of it and of the next one."""
    return of_gap(
        f"rw{lower}{shape}",
        f"rws{lower}{two}",
        f"rx{lower[-3:]}{shape}",
        f"rp{lower[:3]}{shape}",
        f"rpp{lower[:2]}{two}",
        f"rt{trail}{lower}",
        f"rt2{trail}{shape}",
    )


@lru_cache(_KINDS_KEPT)
def gap_shapes(earlier: str, left: str, shapes: str, distance: str, style: str) -> Features:
    """Kinds of the words around the gap, and how far the first word of prose is."""
    two = shapes[:2]
    return of_gap(
        f"ls{left}{shapes[0]}{style}",
        f"r4{shapes}",
        f"lr{earlier}{left}{two}",
        f"ds{distance}{style}",
        f"dsr{distance}{two}",
    )


@lru_cache(_KINDS_KEPT)
def gap_fit(last: str, fit: str, left: str, two: str, distance: str) -> Features:
    """How often the word before the gap is the last of titles, and how much the one behind it belongs to titles."""
    return of_gap(f"zl{last}{left}{two[0]}", f"zr{last}{fit}{two}", f"zd{last}{distance}")


@lru_cache(_KINDS_KEPT)
def gap_use(use_left: str, use_right: str, left: str, two: str, distance: str, style: str) -> Features:
    """How a corpus uses the words on either side."""
    return of_gap(
        f"xr{use_right[0]}{two}",
        f"xs{use_right[1]}{two}",
        f"xsc{use_right}{two}",
        f"xl{use_left}{left}{two[0]}{style}",
        f"xlr{use_left}{use_right[0]}{left}{two}",
        f"xlr2{use_left}{use_right[:2]}{distance}",
    )


@lru_cache(_KINDS_KEPT)
def gap_ties(
    back: str, over: str, on: str, use_left: str, use_right: str, use_third: str, left: str, two: str, style: str
) -> Features:
    """How closely the words before, over and behind the gap belong together."""
    return of_gap(
        f"xt{use_right}{use_third}{two}{over}{on}",
        f"pa{over}{two}",
        f"pb{back}{over}{on}",
        f"pc{back}{over}{left}{two[0]}{style}",
        f"pd{over}{on}{use_left}{use_right}",
    )


@lru_cache(_KINDS_KEPT)
def gap_mixed(last: str, fit: str, use_left: str, use_right: str, over: str, shape: str) -> Features:
    """Use and place in titles of both sides together."""
    return of_gap(f"zx{last}{use_left}{use_right[0]}{over}", f"zf{fit}{use_right}{shape}")


@lru_cache(_KINDS_KEPT)
def gap_weak(weak: tuple[bool, bool, bool], left: str, trail: str, shape: str, style: str, use_left: str) -> Features:
    """Small words of headlines: the second last word before the gap, the last one, the first one behind it."""
    earlier, last, right = weak
    return of_gap(
        f"wk{last:d}{right:d}{left}{shape}{style}", f"wt{last:d}{trail}", f"we{earlier:d}{last:d}{use_left}{shape}"
    )


@lru_cache(_KINDS_KEPT)
def opening_run(run: int, loosest: str, together: bool, use: str, shape: str) -> Features:
    """The words with capitals behind the gap: how many, how close."""
    return of_gap(f"fl{run}", f"flc{run}{loosest}{together:d}", f"flx{run}{use}{shape}")


@lru_cache(_WORDS_KEPT)
def opening_verb(run: int, verb: str, shape: str, last: str) -> Features:
    """The first word of prose behind the gap; ``last``: mark and kind of the word before it."""
    return of_gap(
        f"fv{run}{verb}",
        f"fw{verb}{shape}",
        f"fx{run}{verb[-3:]}{shape}",
        f"fp{run}{verb[:3]}",
        f"ft{run}{last}",
    )


@lru_cache(_KINDS_KEPT)
def name_recency(recent: int, recent_left: int, two: str, distance: str, over: str, on: str, use: str) -> Features:
    """How close before the invitation the words around the gap stand."""
    return of_gap(f"re{recent}{two}{distance}", f"rl{recent}{recent_left}{over}", f"rc{recent}{use}{on}")


@lru_cache(_KINDS_KEPT)
def name_uses(
    inside: bool, small: bool, opens: bool, begins: bool, two: str, distance: str, over: str, use: str
) -> Features:
    """Whether the text knows the word behind the gap: inside sentences, in small letters, at their start."""
    return of_gap(
        f"m{inside:d}{small:d}{opens:d}",
        f"mr{inside:d}{small:d}{opens:d}{two}{distance}",
        f"st{begins:d}{inside:d}{over}{two}",
        f"st2{begins:d}{inside:d}{small:d}{use}",
    )


@lru_cache(_KINDS_KEPT)
def name_ties(close: str, close_on: str, back: str, over: str, on: str, begins: bool, two: str, use: str) -> Features:
    """Whether the words around the gap stand together elsewhere in the text, and in a corpus."""
    return of_gap(
        f"co{close}{use}",
        f"cor{close}{close_on}{two}",
        f"bll{back}{over}{begins:d}",
        f"stb{begins:d}{on}{close}",
        f"bl{over}",
        f"br{on}{two}",
    )


@lru_cache(_KINDS_KEPT)
def name_sides(over: str, on: str, inside: bool, left_inside: bool, left_small: bool, left: str) -> Features:
    """What the text knows of both sides."""
    return of_gap(
        f"blbr{over}{on}{inside:d}",
        f"ln{left_inside:d}{left_small:d}{inside:d}{left}",
        f"lnb{over}{left}{left_inside:d}{inside:d}",
    )


@lru_cache(_KINDS_KEPT)
def name_again(
    again: int, left_again: int, two: str, distance: str, left: str, inside: bool, left_inside: bool
) -> Features:
    """Whether the words around the gap come again right behind it."""
    return of_gap(
        f"ag{again}{two}{distance}", f"la{left_again}{left}{two[0]}", f"al{again}{left_again}{inside:d}{left_inside:d}"
    )
