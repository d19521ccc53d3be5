"""What frames every page is in the reader's language, and so is what heads a page."""


def texts(page, selector):
    return [it.get_text(strip=True) for it in page.html.select(selector)]


def test_menu_and_foot_are_in_the_readers_language(browser, iuc):
    browser.get("/language?language=de&next=/", status=303)

    page = browser.get("/")

    assert texts(page, ".site-nav a") == ["Aufrufe", "Geförderte Projekte", "Kalender"]
    assert texts(page, ".site-foot a") == ["Barrierefreiheit", "Datenschutz"]


def test_the_menu_of_an_account_and_what_heads_a_form_are_too(sign_in, session, clock, iuc):
    iuc.helena.administers_since = clock()
    session.commit()
    helena = sign_in(iuc.helena)
    helena.get("/language?language=es&next=/", status=303)

    page = helena.get(f"/manage/funds/{iuc.fund.code}/calls/new")

    assert texts(page, ".site-nav a")[0] == "Sus tareas"
    assert texts(page, ".account li a") == [
        "Mi cuenta",
        "Fondos de este portal",
        "Cuentas",
        "Tareas fallidas",
    ]
    assert texts(page, "h1") == ["Nueva convocatoria"]
    corrected = helena.get("/manage/calls/IUC-2020/correct")
    assert texts(corrected, "h1") == ["Corregir la convocatoria"]


def test_what_is_missing_is_said_in_the_readers_language(sign_in, services, session, iuc):
    draft = services.proposals.start(iuc.call, iuc.granada, by=iuc.lucia, key="k")
    typed = {"rows": [{"description": "A room", "quantity": {"typed": "-3"}}]}
    services.proposals.save(draft, "budget", {"costs": typed}, revision=0, tab="", by=iuc.lucia)
    session.commit()
    lucia = sign_in(iuc.lucia)
    lucia.get("/language?language=de&next=/", status=303)

    for path in ("", "/hand-in"):
        page = lucia.get(f"/proposals/{draft.reference}{path}")

        assert "Wir konnten „-3“ nicht als Menge lesen." in page
        assert "This is not answered yet." not in page
