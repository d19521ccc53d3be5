Feature: What people hold ends, and with it what they see
  Somebody leaves a city, a team or the fund. Whoever answers for it takes them out,
  on a page and at once; they are told, and who was there when stays on record.

  Scenario: A colleague leaves the city
    Given Lucía and Ana write for the City of Granada
    When Lucía takes Ana out of the City of Granada
    Then Ana, who is still signed in, finds Granada's proposal no more
    And Ana gets a letter "Your access has ended"
    And Lucía reads "Ana Soto" among the former members
    And the ledger tells that Lucía ended it

  Scenario: The last one stays while there are proposals
    Given Lucía writes alone for the City of Granada
    When Lucía looks at her organisation
    Then she reads "The only member: invite a colleague first"

  Scenario: A guest leaves the team
    Given Lucía writes alone for the City of Granada
    And Jonas of Mannheim is a guest in her team
    When Lucía takes Jonas out of the team
    Then Jonas, who is still signed in, finds Granada's proposal no more

  Scenario: A reviewer's role ends
    Given Wei reviews for the fund
    When Helena, who manages the fund, ends Wei's role
    Then Wei, who is still signed in, finds the call among his reviews no more
    And the auditor reads "Wei Zhang" among those whose role has ended
    But the auditor is offered no button to end anything

  Scenario: The fund is never left without a manager
    Given Helena is the only manager of the fund
    When Helena looks at who has access
    Then she reads "The only manager: add another one first."
