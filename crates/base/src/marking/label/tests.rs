use super::*;

fn level(text: &str) -> Option<Option<Tlp>> {
    leading(text).map(|label| label.tlp)
}

#[test]
fn labels_as_people_write_them() {
    for (text, tlp) in [
        ("(TLP:AMBER) secret", Tlp::Amber),
        ("TLP:AMBER: secret", Tlp::Amber),
        ("TLP:AMBER - secret", Tlp::Amber),
        ("TLP: AMBER secret", Tlp::Amber),
        ("TLP-AMBER", Tlp::Amber),
        ("TLP_AMBER", Tlp::Amber),
        ("TLP::RED secret", Tlp::Red),
        ("TLPRED secret", Tlp::Red),
        ("tlp red secret", Tlp::Red),
        ("[RED] secret", Tlp::Red),
        ("(Amber) secret", Tlp::Amber),
        ("[TLP: RED] secret", Tlp::Red),
        ("[TLP] RED secret", Tlp::Red),
        ("AMBER: secret", Tlp::Amber),
        ("RED - secret", Tlp::Red),
        ("RED — secret", Tlp::Red),
        ("AMBER+STRICT: secret", Tlp::AmberStrict),
        ("TLP:AMBER STRICT secret", Tlp::AmberStrict),
        ("TLP AMBER (STRICT)", Tlp::AmberStrict),
        ("\u{201c}TLP:GREEN\u{201d} secret", Tlp::Green),
        ("Classification: TLP:RED secret", Tlp::Red),
        ("Classification: RED", Tlp::Red),
        ("Classification: Red.", Tlp::Red),
        ("Classification: amber text", Tlp::Amber),
        ("Classification TLP:RED text", Tlp::Red),
        ("Marked TLP:RED text", Tlp::Red),
        ("Threat report classification: TLP:RED text", Tlp::Red),
        ("2025-11-10: TLP:RED text", Tlp::Red),
        ("[!WARNING] TLP:RED text", Tlp::Red),
        ("(Draft) TLP:RED text", Tlp::Red),
        ("2.1 TLP:RED text", Tlp::Red),
        ("TLP2.0:RED text", Tlp::Red),
        ("TLPv2:RED text", Tlp::Red),
        ("TLP 2.0 classification level: RED text", Tlp::Red),
        ("TLP: AMBER  +  STRICT text", Tlp::AmberStrict),
        ("Document marking — AMBER", Tlp::Amber),
        ("Handling (TLP:RED)", Tlp::Red),
        ("Marked as TLP:RED.", Tlp::Red),
        ("Note: TLP:RED secret", Tlp::Red),
        ("1. TLP:RED: secret", Tlp::Red),
        ("Traffic Light Protocol: amber", Tlp::Amber),
        ("TLP 2.0 marking: RED", Tlp::Red),
        ("TLP v2: RED", Tlp::Red),
        ("⚠ TLP:RED", Tlp::Red),
        ("ＴＬＰ：ＲＥＤ secret", Tlp::Red),
        ("T\u{200b}LP:R\u{ad}ED secret", Tlp::Red),
        ("ТLР:RED secret", Tlp::Red),
        ("TLP:WHITE: all", Tlp::Clear),
    ] {
        assert_eq!(level(text), Some(Some(tlp)), "{text}");
    }
}

#[test]
fn labels_that_name_no_level() {
    for text in [
        "(TLP:AMBRE) x",
        "TLP:ORANGE x",
        "TLP: SECRET x",
        "TLP AMBRE x",
        "TLP:EX:CHR",
    ] {
        assert_eq!(level(text), Some(None), "{text}");
    }
}

#[test]
fn sentences_are_text() {
    for text in [
        "The report was marked TLP:AMBER by them.",
        "Sharing TLP:AMBER reports with clients is allowed.",
        "We follow the TLP (Traffic Light Protocol).",
        "TLP designations are explained below.",
        "TLP: an overview of the protocol",
        "The Traffic Light Protocol has four levels.",
        "Red teams wrote to amber traders.",
        "RED TEAM exercise",
        "RED-TEAM exercise",
        "Red: the color of the bar",
        "Green energy, clear skies: a summary",
        "`TLP:AMBER` is for clients",
        "`(TLP:AMBER)` is for clients",
        "The tlpd daemon",
        "Marked RED by the vendor",
        "Clear: yes",
        "",
        "TLP",
        "—",
    ] {
        assert_eq!(level(text), None, "{text}");
    }
}

#[test]
fn a_label_has_its_place() {
    let text = "  (TLP:AMBER) secret";
    let label = leading(text).expect("a label");
    assert_eq!(&text[label.range], "(TLP:AMBER)");
    let text = "Classification: TLP:RED secret";
    let label = leading(text).expect("a label");
    assert_eq!(&text[label.range], "Classification: TLP:RED");
}

fn places(text: &str) -> Vec<&str> {
    all(text)
        .into_iter()
        .map(|label| &text[label.range])
        .collect()
}

#[test]
fn later_lines_and_brackets() {
    assert_eq!(places("Intro.\nTLP:RED: secret"), ["TLP:RED"]);
    assert_eq!(
        places("Intro. TLP:RED - secret. AMBER: more"),
        ["TLP:RED", "AMBER"]
    );
    assert_eq!(
        places("A text (TLP:AMBER) here [tlp: red]."),
        ["(TLP:AMBER)", "[tlp: red]"]
    );
    assert_eq!(
        places("(TLP:CLEAR) a (TLP:RED) b"),
        ["(TLP:CLEAR)", "(TLP:RED)"]
    );
    assert_eq!(
        places("(TLP:GREEN)\n(TLP:RED)"),
        ["(TLP:GREEN)", "(TLP:RED)"]
    );
    assert_eq!(places("前文。TLP:RED：本文"), ["TLP:RED"]);
    assert_eq!(places("Intro.\nTLP:RED secret"), ["TLP:RED"]);
    assert_eq!(places("Intro (TLP:AMBRE) b"), ["(TLP:AMBRE)"]);
    for text in [
        "It was marked\nTLP:AMBER by them, and TLP:GREEN\nTLP:CLEAR, TLP:RED by others.",
        "They use the TLP. TLP:AMBER is for clients.",
        "the (TLP 2.0) standard, the (TLP: see below) one",
        "amber (red) and [green]",
        "the bar\n(red) shows",
    ] {
        assert_eq!(places(text), [""; 0], "{text}");
    }
}

#[test]
fn parts_of_a_line() {
    for text in [
        "By Example CTI | TLP:RED | 2025",
        "By Example CTI | 2025 | TLP: RED",
        "Confidential — TLP:RED",
        "Confidential - TLP:RED",
        "Grade B2 · TLP:RED",
    ] {
        let labels = all(text);
        assert_eq!(labels.len(), 1, "{text}");
        assert_eq!(labels[0].tlp, Some(Tlp::Red), "{text}");
    }
    for text in [
        "they share it — TLP:AMBER reports too",
        "well-known TLP:RED groups",
    ] {
        assert_eq!(places(text), [""; 0], "{text}");
    }
}

#[test]
fn a_name_and_what_stands_beside_it() {
    for name in [
        "TLP",
        "**TLP**",
        "TLP 2.0 level",
        "Classification:",
        "Traffic Light Protocol",
    ] {
        assert!(names_marking(name), "{name}");
    }
    for name in ["Level", "TLP designations", "Red", "", "Indicator"] {
        assert!(!names_marking(name), "{name}");
    }
    assert_eq!(alone("Amber"), Some(Tlp::Amber));
    assert_eq!(alone("TLP:AMBER+STRICT"), Some(Tlp::AmberStrict));
    assert_eq!(alone("(red)"), Some(Tlp::Red));
    assert_eq!(alone("red team"), None);
    assert_eq!(alone("n/a"), None);
}

#[test]
fn names_of_files() {
    for (name, tlp) in [
        ("TLP-AMBER_slides.pdf", Some(Tlp::Amber)),
        ("slides_TLP_RED.tar.gz", Some(Tlp::Red)),
        ("slides (TLP:AMBER+STRICT).pdf", Some(Tlp::AmberStrict)),
        ("2025-report-tlp-amber-strict", Some(Tlp::AmberStrict)),
        ("what-tlp-amber-means", None),
        ("tlp-levels.md", None),
        ("red.md", None),
        ("outlp-red.md", None),
        ("ötlp", None),
    ] {
        assert_eq!(in_name(name), tlp, "{name}");
    }
}

#[test]
fn tags_and_fields() {
    assert_eq!(tag("tlp:amber+strict"), Some(Tlp::AmberStrict));
    assert_eq!(tag("tlp:amber-strict"), Some(Tlp::AmberStrict));
    assert_eq!(tag("tlp:unclear"), Some(Tlp::Red));
    assert_eq!(tag("iep:traffic-light-protocol=\"RED\""), Some(Tlp::Red));
    assert_eq!(tag("iep:traffic-light-protocol=\"BLUE\""), Some(Tlp::Red));
    assert_eq!(tag("green"), None);
    assert_eq!(tag("misp-galaxy:threat-actor=\"Amber Wolf\""), None);
    assert_eq!(field("amber"), Some(Tlp::Amber));
    assert_eq!(field("TLP:GREEN, TLP:AMBER+STRICT"), Some(Tlp::AmberStrict));
    assert_eq!(field("White"), Some(Tlp::Clear));
    assert_eq!(field("company confidential"), Some(Tlp::Red));
    assert_eq!(field("  "), None);
    assert_eq!(field("TLP:GREEN; PAP:RED"), Some(Tlp::Green));
}

#[test]
fn odd_text_does_not_panic() {
    for text in [
        "(tlp",
        "tlp",
        "(tlp:",
        "(tlpé)",
        "é(tlp:é",
        "(tlp:)",
        "tlp:é",
        "[tlp\u{2013}x",
        "((((((",
        "1.",
        "a) ",
        "TLP:\u{301}",
    ] {
        let _ = (leading(text), tag(text), field(text));
    }
}
