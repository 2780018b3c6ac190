"""Drawing QR codes: SVG for pages and print, PNG for sharing. Always black on white, also in the dark theme.

Source: ISO/IEC 18004 (quiet zone of 4 modules); payments reference, section 1 (level M, module of 4 pixels).
"""

import io

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

QUIET = 4  # modules of white on each side
SMALLEST = 4  # pixels of one module; below that cheap phone cameras give up


def svg(text: str, *, label: str, css_class: str = "qr") -> SafeString:
    """The code as an inline picture without styles of its own, so a strict content policy lets it through.

    `label` is what a screen reader says. Width and height are the smallest that phones read; CSS may enlarge.
    """
    code = symbol(text)
    size = code.symbol_size(scale=SMALLEST, border=QUIET)[0]
    drawn = code.svg_inline(
        border=QUIET, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    head = format_html(
        '<svg class="{}" role="img" aria-label="{}" width="{}" height="{}" shape-rendering="crispEdges" ',
        css_class, label, size, size,
    )  # fmt: skip
    # safe: the label is escaped, the rest is numbers and the letters of a path
    return mark_safe(head + drawn.removeprefix("<svg "))


def png(text: str, scale: int = 8) -> bytes:
    """The code as a picture file to send on, `scale` pixels a module. Raises ValueError below 4."""
    if scale < SMALLEST:
        raise ValueError(f"a module takes at least {SMALLEST} pixels")
    out = io.BytesIO()
    symbol(text).save(out, kind="png", scale=scale, border=QUIET, dark="#000", light="#fff")
    return out.getvalue()


def symbol(text: str) -> segno.QRCode:
    """The symbol before drawing, always of error level M; level H is for codes with a logo inside."""
    return segno.make_qr(text, error="m", boost_error=False)
