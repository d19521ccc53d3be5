Feature: Reviewers who do not learn who applies
  A call can hide its applicants from the reviewers of a stage. They judge the text alone; the fund
  and the team see everything, and what of it the reviewers read.

  Background:
    Given a call whose reviewers do not learn who applies
    And Granada has written "Green roofs for Granada", with its letters

  Scenario: The public reads it before it writes
    When somebody reads the page of the call
    Then it tells "Reviewers do not learn who applies"

  Scenario: A team sees where it names itself, before it submits
    When Lucía checks the answers of Granada
    Then she is told that the answer "Title" names the applicant
    When she reads it as reviewers do
    Then she reads "Green roofs for [name hidden]" and no city

  Scenario: A reviewer judges the text alone
    Given the proposal is submitted, checked and assigned to Wei
    When Wei opens the request
    Then Wei reads "Green roofs for [name hidden]" and nothing of Granada
    When Wei declares no interest
    Then Wei reads the objectives, and for the lead city "Not shown: it would tell who applies."
    And the document has no name, no partner and no file
    And no file of the proposal opens for Wei

  Scenario: Whoever checks the proposals sees what reviewers will read
    Given the proposal is submitted and the call is closed
    When Helena checks the proposal of Granada
    Then she is told that the answer "Title" names the applicant

  Scenario: Nobody judges who sees the applicants in another role
    Given the proposal is submitted, checked and the stage is open
    And Viktor, who manages the fund, is a reviewer too
    When Helena assigns Viktor
    Then she reads "sees who applies, as a manager or an auditor"

  Scenario: A concept note is judged without names, the full proposal with them
    Given concept notes whose reviewers do not learn who applies, before full proposals
    When somebody reads the page of the call
    Then it tells of hidden applicants for "Concept notes" alone
