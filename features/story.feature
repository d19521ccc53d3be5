Feature: The story of a fund, from its call to what came of it
  A fund asks cities for projects and funds the best of them.
  Everybody in this story sits at a browser, as they will on the day.

  Scenario: Two cities are funded, one is not, and everybody can see why
    # The call
    Given Helena manages the IUC Asia competitive fund
    And Granada, Mannheim and Łódź have accounts
    When Helena writes the call of the year after next with three criteria
    Then only the fund sees it
    When she publishes it
    Then everybody can read it
    When she invites Wei, Anna and Marc to review
    Then each of them accepts by the link in the mail

    # The proposals
    When Granada starts a proposal from the call's page
    Then Granada reads what is missing, and each line leads to its question
    When Granada answers every question of the form
    Then its budget adds up to "44,250.50" while it is typed
    And Granada reads the whole proposal as its readers will
    When Granada submits the proposal
    Then Granada has a receipt: on the page, as a PDF and by mail
    When Mannheim proposes its roadshow in China
    And Łódź proposes green courtyards
    Then Mannheim and Łódź have their receipts
    When the deadline passes
    Then nobody can start a proposal any more

    # The evaluation
    When Helena checks each proposal item by item
    Then all three are eligible
    When she opens the evaluation and asks Wei, Anna and Marc to review everything
    Then each of them has a letter about three proposals
    When Marc declares an interest in Mannheim's proposal
    Then Marc sees nothing of it any more
    When Ingrid is invited and takes his place there
    And the reviewers score in half points, comment and submit
    Then every proposal has three reviews
    When Helena closes the evaluation and computes the ranking
    Then Granada is first, Mannheim second, and Łódź is below a threshold
    When she adopts the ranking
    And she awards Granada 35,000 euro and Mannheim 50,000 euro, and rejects Łódź
    And she sends the letters
    Then each city has its letter, and no letter names a reviewer

    # The projects
    When the agreements with Granada and Mannheim are signed
    And Granada reports its three webinars, its platform and its video
    And Mannheim reports its mission to Xi'an, its exhibition and its roadshow
    And Helena returns the webinar of 19 October and says what is missing
    Then Granada reads why, and delivers it again
    When Helena accepts all that was delivered and closes both projects
    Then everybody can read what came of the awards
    And every paper says what it should
    And the ledger of all this is whole
