"""The script of a ceremony on paper, worked out from its plan: what people at a table follow, tick and initial.

Read `page` (blocks on pages), `cells` (what stands in a table), `texts` (headings, in two languages), then the parts in
their order: `cover`, `sitting`, `course`, `after`, `cards`; `script` puts them together. It draws, and writes no file.
"""
