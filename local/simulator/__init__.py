"""The platform simulator: Bluesky, Mastodon and a plain timeline, as they look from the outside, on loopback."""
