Feature: One portal carries several programmes and their funds
  An administrator of the portal sets up a fund from pages and gives it to its first manager.
  The fund shows itself in its own name, colour, logo and languages; its managers see nothing of
  another fund's calls, and the administrator sees nothing of what is in any.

  Background:
    Given Ada and Grace administer the portal of the IUC Asia competitive fund
    And Ada has set up "Fonds für Städte" of a new programme with Farida as its manager

  Scenario: The fund shows itself in its own way
    When Farida sets its colour to "#7a1f3d", its languages to German, and adds the topic "Wasser"
    And she gives it a logo
    Then its public page carries its name, colour and logo, is in German, and offers no other language
    And the page of the IUC Asia call still carries the portal's name, and three languages
    And what Farida invites others to leaves in the fund's name, in German

  Scenario: Its managers and those of another fund see nothing of each other
    Given Farida has written the call "STADT-2020" on a form that she uploaded
    Then Helena finds neither the call "STADT-2020" nor Farida's fund
    And Farida finds neither the call "IUC-2020" nor Helena's fund
    And Farida cannot choose the form of Helena's fund for her call
    And Ada finds neither call among what she manages

  Scenario: The calls of both stand beside each other for the public
    Given Farida has written the call "STADT-2020" on a form that she uploaded
    And Farida has published it
    Then everybody finds both calls on the first page, each with the name of its fund
    And each programme is there with its fund

  Scenario: Whom one administrator appointed does not sign second before another confirms it
    Given Farida has written the call "STADT-2020" on a form that she uploaded
    When Ada appoints Viktor manager of Farida's fund as well
    Then neither Farida nor Viktor may sign second beside the other
    And Ada cannot confirm Viktor
    When Grace confirms Viktor
    Then Viktor may sign second beside Farida
    And Ada cannot appoint herself

  Scenario: A fund takes proposals from organisations on its list alone
    Given Farida has written the call "STADT-2020" on a form that she uploaded
    And Farida has published it
    And Farida lets only listed organisations apply
    When Lucía of Granada starts a proposal under "STADT-2020"
    Then she reads that Granada is not on the list, and whom to ask
    When Farida puts Granada on the list
    And Lucía of Granada starts a proposal under "STADT-2020"
    Then she writes a proposal
