Feature: Who reviews what is planned, looked at and approved
  A manager has the portal propose assignments by topic, load, interests and country, chooses them
  in a matrix, or uploads them. Nobody is asked before the manager approves.

  Background:
    Given Granada, Mannheim and Łódź are in evaluation
    And Wei, Anna and Marc review for the fund

  Scenario: Reviewers get what they know
    Given Wei says that the topic "Smart cities and innovation" is theirs
    When Helena asks for 1 review of each proposal, at most 3 for each reviewer
    Then Helena reads "Wei Zhang (knows the topic)"
    And nobody is asked yet
    When Helena approves the plan
    Then 3 reviews are asked for

  Scenario: What cannot be met is named
    Given Marc has an interest in Granada
    When Helena asks for 3 reviews of each proposal, at most 5 for each reviewer
    Then Helena reads "IUC-2020-001 has 2 possible reviewers. 1 review is missing."
    When Helena approves the plan
    Then Marc is not asked about Granada

  Scenario: A reviewer declines, and only that review is planned anew
    Given Helena has approved a plan of 2 reviews of each proposal
    When a reviewer declines
    And Helena asks for 2 reviews of each proposal, at most 3 for each reviewer
    Then Helena reads "Approve 1 assignment"
    When Helena approves the plan
    Then every proposal has 2 reviewers

  Scenario: An interest that is declared meanwhile stops the plan
    Given Helena has a plan of 2 reviews of each proposal
    When Wei declares an interest in Mannheim
    And Helena approves the plan
    Then Helena reads "Please make a new plan."
    And nobody is asked yet

  Scenario: Marks in the matrix are looked at first
    When Helena marks Anna for Łódź in the matrix
    Then Helena reads "Approve 1 assignment"
    And nobody is asked yet
    When Helena approves the plan
    Then 1 review is asked for

  Scenario: A file with a wrong line changes nothing
    When Helena uploads "IUC-2020-001,wei@example.org" and "IUC-2020-001,nobody@example.org"
    Then Helena reads "Line 2: no reviewer of this call has the address nobody@example.org."
    And nobody is asked yet
