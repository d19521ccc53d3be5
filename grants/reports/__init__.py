"""Documents as PDF: one module a document, each `render(document) -> bytes`.

| module | dataclass | who reads it |
| --- | --- | --- |
| `proposal` | `Proposal` | its team, reviewers, managers |
| `receipt` | `Receipt` | the applicant, on handing in |
| `letter` | `Letter` | the applicant, on the decision |
| `agreement` | `Agreement` | who signs the grant |
| `deliverables` | `DeliverablesReport` | the project and the fund |
| `award_report` | `AwardReport` | fund managers, the public record |

The dataclasses are plain data; services fill them. All documents share

| module | for |
| --- | --- |
| `wording` | the fund's `Imprint`: language, money, scores, dates, moments |
| `document` | `Pages`, filled from top to bottom |
| `parts`, `award_pages` | what several documents show: files, budgets, partners, an award |
| `charts` | bar charts, for a PDF and as SVG for a page |
| `words`, `grid`, `flowables`, `paper`, `look`, `fonts` | how it is set and drawn |
| `tagging` | structure for readers who listen |
"""
