Feature: No one person alone moves funds or judgement
  One manager proposes with a reason, another one reads it and signs.
  Until then nothing has changed, and everybody who looks sees that it waits.

  Scenario: An agreement is cancelled by two managers
    Given Granada has an award whose agreement is not signed
    When Helena proposes to cancel the agreement because "The city withdrew."
    Then nothing has changed for Granada
    And the call's page names "Cancel the agreement" as waiting for a second signature
    And Viktor gets a letter "your signature is requested" that says "The city withdrew."
    When Viktor reads it and signs
    Then Granada reads "There is no agreement" on the project's page
    And Helena gets a letter that says "the agreement is cancelled"

  Scenario: Whoever proposed it does not sign it
    Given Granada has an award whose agreement is not signed
    When Helena proposes to cancel the agreement because "The city withdrew."
    Then Helena is offered to withdraw it, and not to sign

  Scenario: The second manager says no
    Given Granada has an award whose agreement is not signed
    When Helena proposes to cancel the agreement because "The city withdrew."
    And Viktor refuses because "They wrote to me that they stay."
    Then nothing has changed for Granada
    And Helena gets a letter that says "They wrote to me that they stay."

  Scenario: An auditor reads it and signs nothing
    Given Granada has an award whose agreement is not signed
    When Helena proposes to cancel the agreement because "The city withdrew."
    Then the auditor reads "The city withdrew." and is offered no button

  Scenario: A project is terminated, and the released amount is shown
    Given Granada's agreement is signed
    When Helena proposes to terminate the project because "The city ended it." with "10,000.00" released
    And Viktor reads it and signs
    Then Granada gets a letter "was terminated" that says "The city ended it."
    And the auditor finds both signatures in the award report's words
