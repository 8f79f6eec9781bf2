//! What stands out in the landscape, as sentences with their numbers.

use super::super::drawing::percent;
use super::comparable;
use edition::statistics::{Alignment, Counts, Landscape};

/// How many sentences a figure has.
const SENTENCES: usize = 3;

/// The last two quarters by alignment.
pub fn alignments(landscape: &Landscape) -> Vec<String> {
    let stated = landscape
        .alignments
        .iter()
        .filter_map(|tally| match &tally.alignment {
            Alignment::Stated(name) => Some((name.as_str(), tally.counts)),
            _ => None,
        });
    ranked(landscape, stated)
}

/// What the briefs of the last two quarters name most. The order of the whole library decides among
/// equals.
pub fn ranked<'n>(
    landscape: &Landscape,
    named: impl Iterator<Item = (&'n str, Counts)>,
) -> Vec<String> {
    let mut named: Vec<(&str, Counts)> = named.filter(|(_, counts)| counts.recent > 0).collect();
    named.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.recent));
    named
        .into_iter()
        .take(SENTENCES)
        .map(|(name, counts)| sentence(landscape, name, counts))
        .collect()
}

/// `China: 17 of 35 briefs (48.6%); in the two quarters before, 4 of 9 (44.4%).`
fn sentence(landscape: &Landscape, name: &str, counts: Counts) -> String {
    let all = landscape.briefs;
    let share = percent(counts.recent, all.recent);
    let briefs = if all.recent == 1 { "brief" } else { "briefs" };
    let now = format!(
        "{name}: {} of {} {briefs} ({share}%)",
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
