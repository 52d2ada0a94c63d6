"""Pages to print: what is drawn on them, as values, and the PDF of them. It knows a font and a page, and no plan.

Read `face` (the font: widths, and the part of it that a document carries), `wrap` (a text into lines), `canvas` (what
is drawn on a page), `document` (pages to a PDF). Nothing here reads a clock or a file, and it stands on no library.
"""
