Feature: People get in, and nobody else does
  Officers write for their city, reviewers are invited by the fund.
  Whoever does not belong learns nothing, not even who does.

  Scenario: A new officer gets an account
    When Marta creates an account with her address "marta@example.org"
    Then she reads "Check your email"
    When she opens the link in her email, sets a password and presses "Confirm"
    Then she is on her work page

  Scenario: An address is to be confirmed before it is of use
    Given Marta created an account with her address "marta@example.org"
    When she asks for the link again
    Then there is a new email for "marta@example.org"

  Scenario: Nobody finds out who has an account
    When somebody tries to create an account with Lucía's address
    Then they read "Check your email"
    But only Lucía is told, by email, that she has an account already

  Scenario: A forgotten password
    Given Lucía is signed in at home and at the office
    When she forgets her password and sets a new one by the link in her email
    Then she is signed out at home and at the office
    And she signs in with the new password
    But the link in her email is no longer valid

  Scenario: Guessing passwords is slow, and keeps nobody from their work
    Given Lucía has signed in at the office before
    When somebody tries five wrong passwords for Lucía
    Then even the right one is refused with "try again in 15 minutes"
    But in the office, where she works every day, the right one is accepted
    When 15 minutes have passed
    Then the right one is accepted

  Scenario: Not a word is lost when a session ends
    Given Lucía is signed in and types "Lucía Fernández García" as her name
    When she goes to lunch for two hours and then saves
    Then she reads "You were signed out while writing"
    When she signs in where she is
    And she presses "Send what I had typed"
    Then her name is "Lucía Fernández García"

  Scenario: A colleague joins the city
    Given Lucía of Granada invites "marta@example.org"
    When Marta opens the invitation and creates her account there
    Then she belongs to the City of Granada

  Scenario: An invitation is for one person
    Given Lucía of Granada invites "marta@example.org"
    When Jonas of Mannheim opens the invitation
    Then he reads "This invitation is for another address"
    And he does not belong to the City of Granada

  Scenario: The fund invites a reviewer
    Given Helena, who manages the fund, invites "kenji@example.org" to review
    When Kenji opens the invitation and creates his account there
    Then he may review proposals of the call

  Scenario: Signing out everywhere
    Given Lucía is signed in at home and at the office
    When she signs out everywhere
    Then she is signed out at home and at the office
