"""Documents as PDF: one module a document, each `render(document) -> bytes`.

| module | dataclass | who reads it |
| --- | --- | --- |
| `proposal` | `Proposal` | its team, reviewers, managers |
| `receipt` | `Receipt` | the applicant, on handing in |
| `letter` | `Letter` | the applicant, on the decision |
| `agreement` | `Agreement` | who signs the grant |
| `deliverables` | `DeliverablesReport` | the project and the fund |
| `award_report` | `AwardReport` | fund managers, the public record |

The dataclasses are plain data; services fill them. `award_pages` is what several documents show of
an award; how papers are set and drawn is in `grants.kit.pdf`.
"""
