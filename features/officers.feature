Feature: Where a call asks for it, an authorised officer submits
  All members of a city write. Who acts for the city is appointed by the fund, and by no one for themselves.

  Background:
    Given the call asks for an authorised officer
    And Lucía and Ana belong to the City of Granada
    And Lucía has written a whole proposal

  Scenario: No one is appointed yet
    When Lucía checks the answers
    Then she reads "City of Granada has none yet: ask the fund (fund@example.org) to appoint one of its members."
    And there is no button that submits it

  Scenario: The fund appoints Ana, and Ana submits
    When Helena of the fund appoints Ana as authorised officer
    Then Lucía and Ana get a mail "Your organisation has a new authorised officer"
    When Lucía checks the answers
    Then she reads "For City of Granada this can be done by: Ana Soto."
    When Ana looks at her work
    Then she reads "Complete proposals ready for you to submit: 1"
    When Ana submits it
    Then she reads "We have received your proposal"

  Scenario: The power ends with the membership
    Given Ana is an authorised officer of the City of Granada
    When Ana leaves the City of Granada
    And Lucía checks the answers
    Then she reads "City of Granada has none yet"
