"""The contrast of colours, as WCAG 2.2 defines it (1.4.3 for text, 1.4.11 for other parts)."""

MIN_TEXT, MIN_PART = 4.5, 3.0


def channels(colour: str) -> list[int]:
    """Return the red, green and blue of a colour such as ``#1565c0``."""
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def mixed(share: float, one: str, other: str) -> str:
    """Return the colour of ``color-mix(in srgb, one share, other)``."""
    pairs = zip(channels(one), channels(other), strict=True)
    return "#" + "".join(f"{round(share * first + (1 - share) * second):02x}" for first, second in pairs)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, from 0 (black) to 1 (white)."""
    parts = [channel / 255 for channel in channels(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
