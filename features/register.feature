Feature: The fund keeps the register of its cities
  Officers register their organisations themselves. Managers correct what is wrong,
  say which are pilot cities and since when, and enter which cities work together.

  Scenario: A manager says how long a city was a pilot city
    Given Helena looks at the organisations of her fund
    When she finds "City of Granada" by looking for "granada"
    And she says that it was a pilot city from "2017-01-01" until "2018-12-31"
    Then Lucía of Granada reads "1 January 2017" and "31 December 2018" about her city
    And the ledger tells that Helena corrected it, and what was there before

  Scenario: Two cities that work together show on the first page
    Given Helena enters a pairing
    When she marks "City of Granada, Spain" alone as a pair named "Circular ports"
    Then she reads "A pair has two cities. Select exactly two."
    And "Circular ports" is still in the form
    When she also marks "Miasto Łódź, Poland" and goal "14. Life below water"
    Then everybody finds "Circular ports" on the first page, with both cities and goal 14
    When she takes it off the programme
    Then nobody finds "Circular ports" on the first page
