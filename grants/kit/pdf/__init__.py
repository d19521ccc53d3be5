"""Papers as PDF: how they are set, drawn and tagged; what they say comes from the areas.

| module | for |
| --- | --- |
| `wording` | the fund's `Imprint`: language, money, scores, dates, moments |
| `document` | `Pages`, filled from top to bottom |
| `parts` | what several documents show: files, bars |
| `charts` | bar charts, for a PDF and as SVG for a page |
| `words`, `grid`, `flowables`, `paper`, `look`, `fonts` | how it is set and drawn |
| `tagging` | structure for readers who listen |
"""
