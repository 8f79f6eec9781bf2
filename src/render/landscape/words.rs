//! What stands out in the landscape, as sentences with their numbers.

use super::super::drawing::percent;
use super::comparable;
use crate::edition::statistics::{Alignment, Counts, Landscape};

/// How many sentences a figure has.
const SENTENCES: usize = 3;

/// The last two quarters by alignment.
pub fn alignments(landscape: &Landscape) -> Vec<String> {
    let mut stated: Vec<(&str, Counts)> = landscape
        .alignments
        .iter()
        .filter_map(|tally| match &tally.alignment {
            Alignment::Stated(name) => Some((name.as_str(), tally.counts)),
            _ => None,
        })
        .filter(|(_, counts)| counts.recent > 0)
        .collect();
    // The order of the whole library decides among equals.
    stated.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.recent));
    stated
        .into_iter()
        .take(SENTENCES)
        .map(|(name, counts)| {
            let what = format!("name an actor aligned with {name}");
            sentence(
                landscape,
                &what,
                "names an actor aligned with",
                name,
                counts,
            )
        })
        .collect()
}

/// What the briefs of the last two quarters name most.
pub fn ranked<'n>(
    landscape: &Landscape,
    named: impl Iterator<Item = (&'n str, Counts)>,
    verb: &str,
) -> Vec<String> {
    let mut named: Vec<(&str, Counts)> = named.filter(|(_, counts)| counts.recent > 0).collect();
    named.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.recent));
    named
        .into_iter()
        .take(SENTENCES)
        .map(|(name, counts)| {
            sentence(
                landscape,
                &format!("{verb} {name}"),
                &format!("{verb}s"),
                name,
                counts,
            )
        })
        .collect()
}

/// `17 of 35 briefs (48.6%) name X; in the two quarters before, 4 of 9 (44.4%).`
fn sentence(landscape: &Landscape, several: &str, one: &str, name: &str, counts: Counts) -> String {
    let all = landscape.briefs;
    let share = percent(counts.recent, all.recent);
    let what = if counts.recent == 1 {
        format!("{one} {name}")
    } else {
        several.to_owned()
    };
    let briefs = if all.recent == 1 { "brief" } else { "briefs" };
    let now = format!(
        "{} of {} {briefs} ({share}%) {what}",
        counts.recent, all.recent
    );
    if comparable(landscape) {
        let share = percent(counts.before, all.before);
        format!(
            "{now}; in the two quarters before, {} of {} ({share}%).",
            counts.before, all.before
        )
    } else {
        format!("{now}.")
    }
}
