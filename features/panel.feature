Feature: A panel concludes on the proposals
  After the reviews, members discuss each proposal, vote and conclude. Whoever has an interest leaves
  the room, learns nothing of that proposal, and is named in the minutes.

  Background:
    Given a call in which a panel meets and may move scores by one point
    And Granada and Mannheim are reviewed with 4 points everywhere
    And Marc has declared an interest in Granada

  Scenario: Planned, held, closed
    When Helena plans the meeting with Wei as chair, Anna and Marc, and a quorum of 2
    Then the members are written to
    And the agenda begins with Mannheim, and Marc leaves the room for Granada
    When Helena opens the meeting and everybody arrives
    And Helena calls Granada up
    Then Marc is recorded as out of the room
    When the panel concludes "To be funded." on Granada, moving its impact to 5, since "The annex shows more."
    And the panel concludes "To be funded too." on Mannheim
    And Helena closes the meeting
    Then Helena can close the stage
    And Granada's total is 15.5, Mannheim's is 14
    And the minutes tell "Marc Dubois left the room"
    And the minutes tell "Impact: 5 in place of 4.00. The annex shows more."
    And the award report tells "Impact: 5 in place of 4.00. The annex shows more."
    And what is kept agrees with the ledger

  Scenario: A recused member learns nothing of the proposal
    Given Helena has planned and opened the meeting
    When Marc reads the agenda
    Then Marc reads "Advanced manufacturing" and nothing of Granada
    And Granada's page of the panel is not there for Marc

  Scenario: A member declares first, and reads then
    Given Helena has planned and opened the meeting
    When Anna opens Granada on the agenda
    Then Anna is asked for her interests, and reads no answer
    When Anna declares that she has none
    Then Anna reads the text and three reviews without names

  Scenario: Without a quorum nothing is concluded
    Given Helena has planned and opened the meeting
    And only Wei is there
    When Helena calls Granada up
    And the panel wants to conclude on Granada
    Then Helena reads "the quorum is 2"

  Scenario: The stage waits for the panel
    Then Helena cannot close the stage, since the panel has not concluded
