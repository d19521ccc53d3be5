Feature: A city submits its proposal
  Officers of a city write together, at their own pace, until the call closes.
  Whatever they type is kept. What they submit is frozen, and they get a receipt for it.

  Background:
    Given the call "Competitive fund 2020" is open until 31 March 2020 at 17:00 in Brussels

  Scenario: Granada begins, and is told what is missing
    When Granada starts a proposal under the call
    Then Granada reads "0 of 7 sections complete"
    And Granada reads "Missing items of a section are listed here once you have started it."
    When Granada writes the title "Blockchain for smart, circular and biotech cities"
    Then the list of what is missing names "Summary" and "Topic"
    And the list of what is missing no longer names "Title"

  Scenario: Starting twice by a double click gives one proposal
    When Granada presses "Start the proposal" twice
    Then there is one proposal, "IUC-2020-001"

  Scenario: Text that is too long is kept and marked
    Given Granada is writing "Blockchain for smart, circular and biotech cities"
    When Granada writes a summary of 230 words, where 200 are allowed
    Then Granada reads "This has 230 words. Use at most 200."
    And all 230 words are kept
    But submitting it is refused

  Scenario: Two colleagues write in the same section
    Given Granada is writing "Blockchain for smart, circular and biotech cities"
    And Lucía and Ana of Granada both have the section "The project" open
    When Ana saves the title "Ana's title"
    And Lucía saves the title "Lucía's title"
    Then Lucía sees both titles and is asked which one stays
    When Lucía keeps what Ana wrote
    Then the title is "Ana's title"

  Scenario: A file of the wrong kind is refused by name
    Given Granada is writing "Blockchain for smart, circular and biotech cities"
    When Granada adds the program "letter.exe" as the letter by the mayor
    Then Granada reads "letter.exe is not an accepted type of file."
    When Granada adds the PDF "Carta de compromiso.pdf" as the letter by the mayor
    Then Granada reads "Carta de compromiso.pdf"

  Scenario: Mannheim submits and gets a receipt
    Given Mannheim has written all of "Mannheim-China Advanced Manufacturing Roadshow"
    When Mannheim submits it on 20 February 2020 at 12:00 UTC
    Then Mannheim reads "We have received your proposal"
    And the receipt says "20 February 2020, 13:00 (Brussels time)" and "20 February 2020, 12:00 (UTC)"
    And the receipt gives the SHA-256 of the frozen version
    And the receipt comes as a PDF, too
    And the receipt is in Mannheim's mailbox

  Scenario: Pressing the button again gives the same receipt
    Given Mannheim has written all of "Mannheim-China Advanced Manufacturing Roadshow"
    When Mannheim submits it from two tabs, and once more
    Then there is one version with one receipt, "R-IUC-2020-001-01"

  Scenario: Reopened, improved and submitted again
    Given Granada has submitted "Blockchain for smart, circular and biotech cities"
    When Granada reopens it
    Then Granada reads "The version you submitted counts until you submit it again."
    When Granada writes the title "Blockchain for cities that last"
    And Granada submits it
    Then the receipt is "R-IUC-2020-001-02"
    And the first version still says "Blockchain for smart, circular and biotech cities"

  Scenario: Reopened and forgotten, what was submitted last counts
    Given Granada has submitted "Blockchain for smart, circular and biotech cities"
    When Granada reopens it
    And Granada writes the title "Not finished"
    And the call closes
    Then the fund finds "Blockchain for smart, circular and biotech cities" among what it received
    And the fund does not find "Not finished"

  Scenario: Nothing is submitted after the call has closed
    Given Granada has written all of "Blockchain for smart, circular and biotech cities"
    And Granada is looking at the button that submits it
    When the call closes
    And Granada presses the button
    Then Granada reads "This call closed on 31 March 2020 at 17:00 (Brussels time)."
    And the proposal is still a draft with every word kept

  Scenario: What arrived in time is in time, however slow we are
    Given Granada has written all of "Blockchain for smart, circular and biotech cities"
    When Granada's request arrives a second before the call closes and we take an hour over it
    Then Granada reads "We have received your proposal"

  Scenario: Not a word is lost when the session ends
    Given Granada is writing "Blockchain for smart, circular and biotech cities"
    When Granada types an acronym, goes to lunch for two hours and then saves
    Then Granada reads "You were signed out while writing"
    And the acronym comes along

  Scenario: Withdrawn for good
    Given Granada has submitted "Blockchain for smart, circular and biotech cities"
    When Granada withdraws it because "Our partner left"
    Then Granada reads "Withdrawn"
    And it can no longer be submitted

  Scenario: Neighbours see nothing
    Given Granada has submitted "Blockchain for smart, circular and biotech cities"
    When Mannheim looks for it
    Then Mannheim finds nothing
