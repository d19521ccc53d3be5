Feature: A project delivers what it promised
  An award becomes a project. Once its agreement is signed, its team reports what it
  delivers, with evidence. The fund accepts it, or returns it and says what is missing.
  Everybody can read what was accepted.

  Background:
    Given Granada is awarded EUR 35,000.00 for "Blockchain for smart, circular and biotech cities"

  Scenario: The agreement is sent to be read, then signed
    Then Granada gets a letter "The agreement of your project" with the agreement as PDF
    And Granada reads "Read the agreement" on the project's page
    When the fund manager enters that both sides signed on 1 April 2020
    Then Granada gets a letter "The signed agreement of your project" with the agreement as PDF
    And the printed agreement has "Signed on 1 April 2020."

  Scenario: Nothing is reported before the agreement is signed
    When Granada opens the deliverable "Webinar: blockchain in the smart city"
    Then Granada reads "You can report it once the agreement is signed."

  Scenario: A webinar is reported with evidence and accepted
    Given the agreement is signed
    When Granada reports the webinar of 19 October 2020 with a list of participants
    And Granada submits it
    Then Granada reads "Submitted. We are checking it and will write to you."
    When the fund manager accepts it
    Then the fund manager reads "1 of 5 accepted"
    And everybody reads on the public page "Webinar: blockchain in the smart city"
    And everybody reads on the public page "Spain"
    And nobody reads on the public page the name of Granada's officer
    And the programme's calendar has "Webinar: blockchain in the smart city"

  Scenario: What is missing is said before a deliverable is submitted
    Given the agreement is signed
    When Granada writes only "Online" as the place and submits it
    Then Granada reads "Describe what was delivered."
    And Granada reads "Add at least one file or link as evidence."
    And "Online" is still there as the place

  Scenario: A deliverable is returned, and the team is told why
    Given the agreement is signed
    And Granada has submitted the webinar of 19 October 2020
    When the fund manager returns it because "Please add the participants by country."
    Then Granada gets a letter "Please complete" that says "Please add the participants by country."
    And Granada reads "Please add the participants by country." on the project's page
    And nothing of it is on the public page

  Scenario: What is late shows
    Given the agreement is signed
    When it is 10 November 2020
    Then Granada reads "Overdue: Webinar: blockchain in the smart city" on the project's page

  Scenario: A cancelled agreement releases its funds
    When the fund manager proposes to cancel the agreement because "The city withdrew."
    And the second manager signs it
    Then Granada reads "There is no agreement" on the project's page
    And there is no public page of the project
