"""The sentences in which rules of a call are said; `rules_in_words` puts them together."""

from grants.rules.scoring import Basis, ConsensusRule, EntryKind, ListRule
from grants.rules.words import N_

PANEL = N_(
    "A panel discusses each proposal after its reviews, votes and concludes. Whoever has an"
    " interest in a proposal leaves the room for it."
)
PANEL_MOVES = N_(
    "It may move the score of a criterion by {points} points at most from what the reviews come to,"
    " and gives the reason."
)
PANEL_MOVES_NOTHING = N_("It moves no score.")

UNNAMED = N_(
    "Reviewers do not learn who applies: they read the proposals without names of applicants,"
    " cities and partners, and without files. Please do not name your city in your texts."
)

NEEDED = {
    Basis.UNWEIGHTED_SUM: N_(
        "All criteria together need at least {threshold} of {maximum} points, each criterion"
        " counted once. Below that a proposal cannot be funded."
    ),
    Basis.WEIGHTED_SUM: N_(
        "All criteria together need at least {threshold} of {maximum} points, each criterion"
        " counted by its weight. Below that a proposal cannot be funded."
    ),
    Basis.WEIGHTED_SHARE: N_(
        "All criteria together need at least {threshold} % of the most that is possible, each"
        " criterion counted by its weight. Below that a proposal cannot be funded."
    ),
}
NO_THRESHOLD = N_("There is no threshold for all criteria together.")

MONEY_ENDS = {
    ListRule.STRICT_STOP: N_(
        "Grants are offered from the top. The first proposal that the remaining funds do"
        " not cover ends the list; it and all after it go to the reserve list."
    ),
    ListRule.SKIP_FILL: N_(
        "Grants are offered from the top. A proposal that the remaining funds do not cover"
        " goes to the reserve list, and later ones that fit move up."
    ),
    ListRule.OFFER_REDUCED: N_(
        "Grants are offered from the top. The first proposal that the remaining funds do"
        " not cover is offered what remains, unless that is below the smallest grant; then"
        " the list ends, and all after it go to the reserve list."
    ),
}

DRAWN_BY_SEED = N_(
    "A draw follows from a seed, a secret text whose SHA-256 is published before the reviews begin."
    " The first draw reveals the seed. The lot of a proposal is the SHA-256 of three lines: the"
    " seed, the references of all tied proposals in order with commas between them, and its own"
    " reference. The lowest lot is drawn first. Anyone can repeat this."
)

SUBMITTED_BY = {
    False: N_("Any member of the applicant can submit, reopen and withdraw proposals."),
    True: N_(
        "Only an authorised officer of the applicant can submit, reopen and withdraw"
        " proposals. All its members can write. The fund appoints the first officer of an"
        " organisation: contact it in time."
    ),
}

OVERALL_NAMES = {
    Basis.UNWEIGHTED_SUM: N_("All criteria, each counted once, in points"),
    Basis.WEIGHTED_SUM: N_("All criteria by their weights, in points"),
    Basis.WEIGHTED_SHARE: N_("All criteria by their weights, in per cent of the most possible"),
}
"""What the figure is that the overall threshold looks at, with its unit."""


AGREED = {
    ConsensusRule.ALL: N_(
        "The reviewers of each proposal agree on a report, which one of them writes and the others"
        " approve or add a minority view to. Its scores count in place of the reviews."
    ),
    ConsensusRule.DISAGREEING: N_(
        "Where the reviews disagree, the reviewers agree on a report, which one of them writes and"
        " the others approve or add a minority view to. Its scores count in place of the reviews."
    ),
}

GOES_ON = {
    EntryKind.ALL_PASSED: N_("All proposals that reach all thresholds go on."),
    EntryKind.BEST: N_(
        "Of those that reach all thresholds, the {count} with the most points go on. All that are"
        " tied at the last place go on."
    ),
    EntryKind.BUDGET: N_(
        "Of those that reach all thresholds, the ones with the most points go on, until what they"
        " request reaches {count} % of the budget envelope. All that are tied at the last place go"
        " on."
    ),
}
