"""The top-level domains of the DNS, used to recognise URLs without https:// in a text.

Source: IANA's list of all top-level domains, in ``top_level_domains.txt``; `make lock` updates it.
"""

from pathlib import Path

_TEXT = Path(__file__).with_name("top_level_domains.txt").read_text(encoding="utf-8")

TOP_LEVEL_DOMAINS = frozenset(line for line in _TEXT.splitlines() if not line.startswith("#"))
"""All top-level domains, in Unicode and lower case."""
COUNTRY_CODES = frozenset(domain for domain in TOP_LEVEL_DOMAINS if len(domain) == 2 and domain.isascii())
"""The domains of countries and territories. Nearly all of these domains are ISO 3166 codes, which flag emoji encode.
"""
NON_LATIN_TOP_LEVEL_DOMAINS = frozenset(domain for domain in TOP_LEVEL_DOMAINS if not domain.isascii())
