Feature: Reviewers agree where their reviews lie apart
  A call can ask for consensus reports. A rapporteur writes what the reviewers agree, the others
  approve it or write a minority view, and its scores count in place of the reviews.

  Background:
    Given a call that asks for a consensus report where reviews disagree
    And the reviews of Granada give impact 2, 4 and 4.5, those of Mannheim agree

  Scenario: Agreed, with a minority view
    When Helena begins the consensus reports
    Then Wei is asked to write about Granada and nobody about Mannheim
    When Wei agrees on an impact of 2.5, since "The annex shows less."
    And Wei circulates the report
    And Anna approves it
    And Marc writes the minority view "The impact is higher."
    Then the report is final
    And Helena can close the stage
    And Granada's total is 11.75, Mannheim's is 14
    And the award report tells "Impact: 2.5 in place of 3.50. The annex shows less."
    And the award report tells "The impact is higher."
    And what is kept agrees with the ledger

  Scenario: The stage waits for the report
    When Helena begins the consensus reports
    Then Helena cannot close the stage, since a consensus report is missing

  Scenario: A review that changes stops the report
    Given Helena has begun the consensus reports
    When Helena reopens Anna's review
    Then Wei cannot circulate the report
    When Helena withdraws the report, since "A review was reopened."
    Then Granada has no consensus report

  Scenario: Before the own review is in, nothing of the others is shown
    Given Helena has begun the consensus reports
    When Helena reopens Anna's review
    Then Anna cannot read the consensus report
