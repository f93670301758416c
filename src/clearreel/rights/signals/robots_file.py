"""A robots.txt taken apart: its groups, and the rules of other standards that stand in them.

RFC 9309 <https://www.rfc-editor.org/rfc/rfc9309>. What may be fetched is protego's to say; here
are the lines that it passes over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from protego import Protego

from clearreel.rights.signals.evidence import Exchange
from clearreel.rights.signals.text import plain_text

PATH = "/robots.txt"

OWN_TOKEN = "clearreel"
"""The one name under which clearreel visits sites."""

AI_AGENTS = (
    *("GPTBot", "CCBot", "Google-Extended", "GoogleOther-Video", "anthropic-ai", "ClaudeBot"),
    *("Claude-Web", "Applebot-Extended", "Bytespider", "TikTokSpider", "Meta-ExternalAgent"),
    *("FacebookBot", "Amazonbot", "cohere-ai", "cohere-training-data-crawler", "Diffbot"),
    *("omgili", "omgilibot", "Webzio-Extended", "AI2Bot", "Ai2Bot-Dolma", "img2dataset"),
    *("laion-huggingface-processor", "PanguBot", "Timpibot", "VelenPublicWebCrawler"),
    *("ICC-Crawler", "DeepSeekBot", "Kangaroo Bot", "PetalBot"),
)
"""Names that crawlers which gather for training are known by. A site that shuts these out has
said no to the purpose, whoever comes."""

_AGENT_KEYS = frozenset({"user-agent", "useragent", "user agent"})
_SITE_KEYS = frozenset({"sitemap", "sitemaps", "site-map", "host", "license"})
_RULE_KEYS = frozenset({"allow", "disallow", "crawl-delay", "content-usage", "content-signal"})
_KNOWN_KEYS = _AGENT_KEYS | _SITE_KEYS | _RULE_KEYS


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a group."""

    agents: frozenset[str]
    """Whom it speaks to, in lower case; `*` for everybody, and for a line above all groups."""
    key: str
    """In lower case."""
    value: str

    @property
    def concerns_us(self) -> bool:
        """Whether it speaks to everybody or to us. Both count, and the stricter of them."""
        return any(agent == "*" or OWN_TOKEN.startswith(agent) for agent in self.agents)

    @property
    def concerns_ai(self) -> bool:
        """Whether it speaks to crawlers that gather for training."""
        return not self.agents.isdisjoint(agent.lower() for agent in AI_AGENTS)


def robots_text(answer: Exchange) -> str:
    """The text of a robots.txt. Raises `ValueError` for what cannot be one."""
    text = plain_text(answer)
    keys = {key for key, _ in _lines(text)}
    if any(line.partition("#")[0].strip() for line in text.splitlines()) and not (
        keys & _KNOWN_KEYS
    ):
        raise ValueError("no line in it is one of a robots.txt")
    return text


def rules(text: str) -> list[Rule]:
    """All lines of all groups, in their order."""
    found: list[Rule] = []
    agents: frozenset[str] = frozenset({"*"})
    in_header = False
    for key, value in _lines(text):
        if key in _AGENT_KEYS:
            name = frozenset({value.lower()} - {""})
            agents = agents | name if in_header else name
        elif key not in _SITE_KEYS:
            found.append(Rule(agents, key, value))
        # A line for the whole site does not end the list of a group's agents.
        in_header = key in _AGENT_KEYS or (in_header and key in _SITE_KEYS)
    return found


def site_values(text: str, key: str) -> list[str]:
    """The values of all lines with this key, wherever they stand."""
    return [value for found, value in _lines(text) if found == key]


def matches(pattern: str, address: str) -> bool:
    """Whether a path pattern, with `*` and `$` as in robots.txt, covers the address."""
    if "#" in pattern or len(pattern.splitlines()) != 1 or not pattern.strip():
        return False
    alone = Protego.parse(f"User-agent: *\nDisallow: {pattern}")
    return not alone.can_fetch(address, "*")


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        if colon and key.strip():
            yield " ".join(key.lower().split()), value.strip()
