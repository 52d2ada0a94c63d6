"""Pictures, PDF pages, films and cameras to the texts of their QR codes, in a process that may be lost without harm.

`worker` starts that process and is all that the rest of the window imports; `reader` runs in it, with `scan`
(zxing-cpp), `pages` (PDFium) and `camera` (OpenCV).
"""
