Feature: Proposals are judged
  Managers check what was submitted, reviewers score it blindly, and the ranking follows from
  rules that were frozen before. Whoever has an interest in a proposal learns nothing of it.

  Background:
    Given Granada, Mannheim and Łódź have submitted
    And the call has closed

  Scenario: A check is done item by item, with reasons
    When Helena says that "The mayor's letter is attached." is not met
    Then Helena reads "State why it is not met: the applicant is informed."
    When Helena gives the reason "The letter is not signed."
    And Helena says that everything else is met and completes the check of Granada
    Then Granada's proposal is "inadmissible"

  Scenario: Nothing is reviewed before everything is checked
    Given Granada is checked and eligible
    When Helena opens the evaluation
    Then she is refused with "2 proposals are not checked yet."

  Scenario: A reviewer declares before any text opens
    Given the evaluation is open and Wei, Anna and Marc are assigned to everything
    When Wei opens the invitation for Granada
    Then Wei reads "City of Granada"
    But Wei cannot read the proposal yet
    When Wei declares to have no interest
    Then Wei can write the review

  Scenario: A reviewer with an interest sees the proposal no more
    Given the evaluation is open and Wei, Anna and Marc are assigned to everything
    When Marc opens the invitation for Granada
    And Marc declares that there may be an interest: "I advised the city in 2018."
    Then Marc finds Granada nowhere
    When Helena rules that Marc may go on, because "That was another department."
    Then Marc finds Granada among the reviews

  Scenario: Whoever applies in the call judges nobody in it
    When Helena invites lucia@example.org to review
    Then Helena reads "lucia@example.org is an applicant in this call. Applicants cannot review in it."

  Scenario: Two windows, and nothing is lost
    Given the evaluation is open and Wei, Anna and Marc are assigned to everything
    And Wei has accepted the review of Granada and has it open in two windows
    When Wei saves "Clear and new." in the first window
    And Wei saves "Clear, but not new." in the second window
    Then Wei reads "This review was saved in another window in the meantime."
    And Wei sees both "Clear and new." and "Clear, but not new."

  Scenario: A review is reopened with a reason
    Given every proposal has its three reviews
    When Helena reopens Wei's review of Granada, because "Please say more on impact."
    Then Wei reads "Please say more on impact."
    And Helena cannot close the stage

  Scenario: Reviews that disagree ask for one more
    Given reviews disagree when their scores of one criterion differ by more than 2 points
    And every proposal has its three reviews, and Marc gives Granada only 1 point for its impact
    When Helena opens the progress of the reviews
    Then Helena reads "Reviews disagree: one more is needed"
    And the stage cannot be closed yet
    When Helena opens the reviews of Granada
    Then Helena reads "Impact: the scores are 3 points apart; more than 2 is a disagreement."
    When Helena asks Viktor for one more review, and he gives 2 points for the impact
    And Helena opens the progress of the reviews
    Then Helena reads "Close the stage"

  Scenario: A tie that decides money asks for a draw
    Given every proposal has its three reviews, and Granada and Mannheim are level
    And the money reaches only one of them
    When Helena closes the stage and computes the ranking
    Then Helena reads "Draw lots"
    And the ranking cannot be adopted yet
    When Helena records that Mannheim was drawn before Granada
    And Helena adopts the ranking
    Then Mannheim's proposal is "main"
    And Granada's proposal is "reserve"

  Scenario: An auditor recomputes the ranking
    Given the ranking is adopted with Granada and Mannheim on the main list
    When Olga opens the ranking and has it recomputed
    Then Olga reads "The ranking is confirmed"
    And Olga finds no button there

  Scenario: Awards fit into the envelope, and each applicant gets one letter
    Given the ranking is adopted with Granada and Mannheim on the main list
    When Helena awards Granada 40000 euros and Mannheim 50000 euros
    And Helena rejects Łódź for its score
    And Helena sends the letters
    Then Granada's proposal is "awarded"
    And Mannheim's proposal is "awarded"
    And Łódź's proposal is "rejected"
    And no letter is left to send

  Scenario: A manager with an interest takes no part
    Given the ranking is adopted with Granada and Mannheim on the main list
    When Viktor declares that he was mayor of Granada
    Then Viktor finds Granada nowhere
    And the ranking tells Viktor "You therefore have no access to its evaluation"

  Scenario: Many decisions on one page, each as the ranking says
    Given the ranking is adopted with Granada and Mannheim on the main list
    When Helena decides on everything that waits, with reasons for each result
    Then Helena reads "Decisions saved: 3. No letter is sent yet."
    And Granada is to be awarded what the ranking offers
    When Helena sends the letters
    Then Granada's proposal is "awarded"
    And Łódź's proposal is "rejected"

  Scenario: Reasons that are missing are asked for, and what was ticked stays
    Given the ranking is adopted with Granada and Mannheim on the main list
    When Helena unticks Mannheim and gives reasons for Łódź alone
    Then Helena reads "Give the reasons: the applicant reads them."
    And Mannheim is still unticked, and the reasons are still there

  Scenario: What another envelope would change is asked, and nothing is kept
    Given the ranking is adopted with Granada and Mannheim on the main list
    When Helena asks what an envelope of 60,000 would change
    Then Helena reads "Would leave the main list"
    And the ranking is the one that was adopted
