"""Which packs apply to a document: by host, by name of a site, by network."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase

from cleaner.packs.schema import Pack


def host_of(url: str) -> str:
    """The host of a URL in lower case, without user, port and a final dot; ``""`` when there is none.

    >>> host_of("https://me@News.Detik.com:443/read/1")
    'news.detik.com'
    """
    at = url.find("//")
    rest = url[at + 2 :] if at >= 0 else url
    for mark in "/?#":
        end = rest.find(mark)
        if end >= 0:
            rest = rest[:end]
    rest = rest[rest.rfind("@") + 1 :]
    if not rest.startswith("["):
        rest = rest.partition(":")[0]
    return rest.rstrip(".").lower()


class Cascade:
    """The loaded packs, and the answer to "which of them apply here"."""

    def __init__(
        self, packs: Iterable[Pack], disabled: Collection[str] = (), layers: Collection[str] | None = None
    ) -> None:
        """Keep the packs that may apply.

        Args:
            packs: all packs in cascade order.
            disabled: pack names, full rule ids, or shell patterns of either, to leave out.
            layers: the layers to use; all when ``None``.
        """
        self._disabled = tuple(disabled)
        self.packs = tuple(
            pack
            for pack in packs
            if (layers is None or pack.layer in layers) and not any(fnmatchcase(pack.name, d) for d in self._disabled)
        )
        self.by_name = {pack.name: pack for pack in self.packs}
        self.base = tuple(
            pack
            for pack in self.packs
            if pack.layer in ("generic", "language") or (pack.layer == "user" and pack.site is None)
        )
        self._exact: dict[str, Pack] = {}
        self._below: dict[str, Pack] = {}
        for pack in self.packs:
            for domain in pack.site.domains if pack.site else ():
                table, name = (self._below, domain[2:]) if domain.startswith("*.") else (self._exact, domain)
                before = table.get(name)
                # A network's own domains yield to a site pack; a user's site pack comes before a built-in one.
                if before is None or (before.layer == "network" and pack.layer != "network") or pack.layer == "user":
                    table[name] = pack

    def site_of(self, host: str) -> Pack | None:
        """The pack of a host: the longest domain that names it wins."""
        bare = host.removeprefix("www.")
        found = self._exact.get(host) or self._exact.get(bare)
        if found is not None and not _excluded(found, bare):
            return found
        rest = host
        while "." in rest:
            rest = rest.partition(".")[2]
            found = self._below.get(rest)
            if found is not None and not _excluded(found, host):
                return found
        return None

    def named(self, site: str) -> Pack | None:
        """The pack that a person means by a site's name: ``kompas.com``, ``site/kompas.com``, a network or a host."""
        for name in (site, f"site/{site}", f"network/{site}"):
            if name in self.by_name:
                return self.by_name[name]
        return self.site_of(host_of(site))

    def applying(self, site: Pack | None, extra: Iterable[Pack] = ()) -> tuple[Pack, ...]:
        """All packs for a document of this site, in cascade order; ``extra``: packs detected on a page."""
        chosen = {pack.name for pack in self.base} | {pack.name for pack in extra}
        if site is not None:
            chosen.add(site.name)
            chosen |= {pack.name for pack in self.packs if _shares_domain(pack, site)}
            networks = [pack.site.network for pack in self.packs if pack.name in chosen and pack.site]
            chosen |= {f"network/{name}" for name in networks if name}
        return tuple(pack for pack in self.packs if pack.name in chosen)

    def switched_off(self, packs: Iterable[Pack]) -> set[str]:
        """Full ids of the rules that the given packs, or the caller, have disabled."""
        packs = tuple(packs)
        patterns = {*self._disabled, *(pattern for pack in packs for pattern in pack.disable)}
        off = {pattern for pattern in patterns if not is_pattern(pattern)}
        shapes = patterns - off
        if shapes:
            ids = (rule.id for pack in packs for rule in pack.rules)
            off |= {rule for rule in ids if any(fnmatchcase(rule, shape) for shape in shapes)}
        return off


def is_pattern(name: str) -> bool:
    """Whether a name of rules to disable is a shell pattern."""
    return not {"*", "?", "["}.isdisjoint(name)


def _excluded(pack: Pack, host: str) -> bool:
    for domain in pack.site.not_domains if pack.site else ():
        if host == domain or (domain.startswith("*.") and host.endswith(domain[1:])):
            return True
    return False


def _shares_domain(user: Pack, site: Pack) -> bool:
    """Whether a site pack and a user's pack name one domain: the user's adds to the other, it does not replace it."""
    if user.site is None or site.site is None or "user" not in (user.layer, site.layer):
        return False
    return bool(set(user.site.domains) & set(site.site.domains))
