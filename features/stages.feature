Feature: A call in several stages
  Concept notes first, full proposals by those who go on. Who goes on follows from a rule that the
  call published; the next form takes over what was answered before.

  Scenario: A manager plans the stages, and the public reads them
    When Helena writes a call with concept notes before full proposals
    Then the public reads "Stage 1: Concept notes"
    And the public reads "the 2 with the most points go on"
    And the public reads "until 30 July 2020"

  Scenario: A stage without a criterion is refused, and nothing typed is lost
    When Helena writes a call with concept notes that nothing is judged by
    Then Helena reads "Each stage needs at least one criterion."
    And Helena still reads "Concept notes" in the form

  Scenario: The best concept notes are invited to write the full proposal
    Given Granada, Mannheim and Łódź submitted concept notes that scored 4.5, 4 and 3.5
    When Helena opens the evaluation of the call
    Then Helena reads "Going on: 2 of 3."
    And Helena reads "Passed, not among those that go on"
    When Helena lets them go on
    Then Helena reads "Invited to write the next form: 2."
    And Granada's proposal is "invited"
    And Łódź's proposal is "not_invited"
    And the team of Granada is written to about "goes on to the next stage"
    But Zofia reads nothing of it yet

  Scenario: The next form has what was answered before
    Given Granada and Mannheim were invited to write the full proposal
    When Lucia opens the proposal of Granada
    Then Lucia reads "You write the next form now"
    And nothing says that the concept note counts for it
    And Lucia finds her title in it
    When Lucia writes the work plan and submits
    Then Granada's proposal is "submitted"
    And Lucia reads "R-IUC-2020-001-02"

  Scenario: Who submits nothing in time goes no further
    Given Granada and Mannheim were invited to write the full proposal
    When the form of the full proposal closes
    And Jonas opens the proposal of Mannheim
    Then Jonas reads "It was not submitted in time"
    And Mannheim's proposal is "lapsed"

  Scenario: The full proposals are checked, reviewed and ranked by the rules of the last stage
    Given Granada and Mannheim submitted their full proposals, and the form is closed
    When Helena opens the last stage
    And everything in it is reviewed and the stage is closed
    And Helena adopts the ranking
    Then Granada's proposal is "main"
    And what the stages came to agrees with the ledger

  Scenario: Where no proposal goes on, decisions follow
    Given no concept note reached the threshold
    When Helena opens the evaluation of the call
    Then Helena reads "None reached the thresholds. Decide on the proposals now."
    And nobody can be let go on
