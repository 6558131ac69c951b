"""The platform simulator: social platforms and a plain timeline, as they look from the outside, on loopback."""
