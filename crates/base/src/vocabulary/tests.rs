use std::collections::BTreeSet;

use super::*;

/// A vocabulary reads back every way it writes or accepts a value, and no two values share one.
fn holds_together<V: Vocabulary + PartialEq + std::fmt::Debug>() {
    let mut spellings = BTreeSet::new();
    for value in V::ALL {
        let entry = value.entry();
        assert!(!entry.name.is_empty() && !entry.label.is_empty());
        let own: BTreeSet<String> = [entry.name, entry.label]
            .iter()
            .chain(entry.also)
            .map(|text| text.to_ascii_lowercase().replace([' ', '_'], "-"))
            .collect();
        for spelling in own {
            assert_eq!(V::parse(&spelling), Some(*value), "{spelling}");
            let shouted = format!("  {} ", spelling.to_ascii_uppercase().replace('-', "  "));
            assert_eq!(V::parse(&shouted), Some(*value), "{shouted}");
            assert!(
                spellings.insert(spelling.clone()),
                "{spelling} twice in {}",
                V::TITLE
            );
        }
    }
    for nothing in ["", " ", "-", "no such word"] {
        assert_eq!(V::parse(nothing), None);
    }
}

#[test]
fn every_vocabulary_holds_together() {
    holds_together::<Likelihood>();
    holds_together::<Confidence>();
    holds_together::<Reliability>();
    holds_together::<Credibility>();
    holds_together::<Pap>();
    holds_together::<BriefStatus>();
    holds_together::<ReportType>();
    holds_together::<AttributionBasis>();
    holds_together::<AliasRelation>();
    holds_together::<ActorType>();
    holds_together::<Motivation>();
    holds_together::<ResourceLevel>();
    holds_together::<Sophistication>();
    holds_together::<IndustrySector>();
    holds_together::<SoftwareType>();
    holds_together::<IndicatorType>();
    holds_together::<Tactic>();
    assert_eq!(listings().len(), 17);
}

#[test]
fn values_serialise_as_their_names() {
    let json = |value: serde_json::Result<String>| value.unwrap();
    let state = serde_json::to_string(&ActorType::NationState);
    assert_eq!(json(state), "\"nation-state\"");
    let likelihood = Likelihood::parse("Almost certainly").unwrap();
    assert_eq!(
        json(serde_json::to_string(&likelihood)),
        "\"almost certain\""
    );
    assert_eq!(json(serde_json::to_string(&Credibility::Two)), "\"2\"");
}

#[test]
fn likelihood_keeps_its_row_and_its_range() {
    let probable = Likelihood::parse("highly probable").unwrap();
    assert_eq!(
        (probable.degree, probable.row().number()),
        (Degree::VeryLikely, 2)
    );
    assert_eq!(probable.percent(), (80, 95));
    assert_eq!(probable.in_row(LikelihoodRow::First).term(), "very likely");
    assert_eq!(
        Likelihood::parse("very likely").unwrap().label(),
        "Very likely"
    );
    // The words of other scales are not ICD 203's.
    for other in ["highly likely", "possible", "even chance", "certain", "80"] {
        assert_eq!(Likelihood::parse(other), None, "{other}");
    }
}

#[test]
fn the_degrees_of_a_row_join_without_a_gap() {
    for row in [LikelihoodRow::First, LikelihoodRow::Second] {
        let of_row: Vec<_> = Likelihood::ALL
            .iter()
            .filter(|value| value.row == row)
            .collect();
        assert_eq!(of_row.len(), 7);
        for pair in of_row.windows(2) {
            assert!(pair[0].degree < pair[1].degree);
            assert_eq!(pair[0].percent().1, pair[1].percent().0);
        }
        for value in of_row {
            let (low, high) = value.percent();
            assert_eq!(value.meaning(), format!("{low}–{high} %"));
        }
    }
}

#[test]
fn confidence_follows_the_stix_scale() {
    for value in Confidence::ALL {
        assert_eq!(
            Confidence::from_stix_value(value.stix_value()),
            Some(*value)
        );
    }
    assert_eq!(Confidence::from_stix_value(29), Some(Confidence::Low));
    assert_eq!(Confidence::from_stix_value(30), Some(Confidence::Moderate));
    assert_eq!(Confidence::from_stix_value(0), None);
}

#[test]
fn old_and_foreign_words_are_read() {
    assert_eq!(Pap::parse("white"), Some(Pap::Clear));
    assert_eq!(Pap::parse("PAP:AMBER"), Some(Pap::Amber));
    assert_eq!(
        IndustrySector::parse("Defence"),
        Some(IndustrySector::Defense)
    );
    assert_eq!(IndicatorType::parse("SHA-256"), Some(IndicatorType::Sha256));
    assert_eq!(
        IndicatorType::parse("hostname"),
        Some(IndicatorType::Domain)
    );
}

#[test]
fn one_order_serves_every_matrix() {
    // The tactic_refs of the matrices of ATT&CK 18.1, and the change of Enterprise in 19.
    let enterprise_18 = "reconnaissance resource-development initial-access execution persistence \
        privilege-escalation defense-evasion credential-access discovery lateral-movement \
        collection command-and-control exfiltration impact";
    let enterprise_19 = enterprise_18.replace("defense-evasion", "stealth defense-impairment");
    let ics = "initial-access execution persistence privilege-escalation evasion discovery \
        lateral-movement collection command-and-control inhibit-response-function \
        impair-process-control impact";
    let mobile = "initial-access execution persistence privilege-escalation defense-evasion \
        credential-access discovery lateral-movement collection command-and-control exfiltration \
        impact network-effects remote-service-effects";
    for (matrix, columns) in [
        (Matrix::Enterprise, enterprise_18),
        (Matrix::Enterprise, &enterprise_19),
        (Matrix::Ics, ics),
        (Matrix::Mobile, mobile),
    ] {
        let orders: Vec<_> = columns.split_whitespace().map(tactic_order).collect();
        assert!(orders.is_sorted_by(|left, right| left < right), "{columns}");
        for column in columns.split_whitespace() {
            assert!(
                Tactic::parse(column).unwrap().id(matrix).is_some(),
                "{column}"
            );
        }
    }
    assert!(tactic_order("unheard-of") > tactic_order("remote-service-effects"));
}
