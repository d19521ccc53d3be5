Feature: The fund asks about a submitted proposal, and only what it asks about can change
  During the check a manager asks the applicant a question and opens the fields that may be changed,
  until a date. The answer is a new version; the one before is kept.

  Background:
    Given Granada has submitted a proposal, and the call has closed

  Scenario: Asked, answered, and the check goes on with the new version
    When Helena asks "How many people live in the city?" and opens the population until 10 April
    Then Helena cannot complete the check
    And Lucía reads "How many people live in the city?" on her proposal
    When Lucía answers 250000, "It was the number of 2015."
    Then Helena reads the population before and after: 232,000 and 250,000
    And there are 2 versions, and what is kept agrees with the ledger

  Scenario: Not answered in time, the proposal stands as it was
    When Helena asks "How many people live in the city?" and opens the population until 10 April
    And 10 April is over
    Then Lucía cannot answer any more
    And Helena reads "Not answered"
    And there is 1 version, and what is kept agrees with the ledger

  Scenario: Withdrawn, with a reason that the team reads
    When Helena asks "How many people live in the city?" and opens the population until 10 April
    And Helena withdraws the question, since "Found in the annex."
    Then Lucía reads "Found in the annex." in place of a form
