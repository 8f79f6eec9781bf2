//! Output paths whose names say a marking.
//!
//! In: a plan and the level of its edition. Out: an error for each file or folder that begins or ends
//! with a TLP label above the edition, such as `slides-TLP-AMBER.pdf`: who named it so did not mean it
//! for these readers.

use std::collections::BTreeSet;

use super::Plan;
use base::diagnostic::{Code, Diagnostic, Diagnostics};
use base::marking::{Tlp, label};

impl Plan {
    pub(super) fn check_labels(&self, edition: Tlp, found: &mut Diagnostics) {
        let mut reported: BTreeSet<&str> = BTreeSet::new();
        for (path, planned) in &self.outputs {
            for part in path.split('/') {
                let Some(level) = label::in_name(part).filter(|level| *level > edition) else {
                    continue;
                };
                if !reported.insert(part) {
                    continue;
                }
                let diagnostic = Diagnostic::new(
                    Code::LabelInName,
                    format!("the name `{part}` says {level}, and the edition at {edition} would publish it"),
                )
                .help(format!(
                    "mark what it belongs to with `tlp: {}`, or rename the file or its `slug`",
                    level.name()
                ));
                found.push(match planned.at.clone() {
                    Some(at) => diagnostic
                        .at_location(at)
                        .label(format!("of {}", planned.by)),
                    None => diagnostic.label(format!("of {}", planned.by)),
                });
            }
        }
    }
}
