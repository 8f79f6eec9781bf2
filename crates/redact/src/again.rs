//! One brief that changed, redacted anew while the rest of its edition stays.
//!
//! In: a library in which one brief is another than before, and the edition that was made of it then.
//! Out: the edition as it is now, where [`Outline`] says that every other document is redacted to
//! what it was. What is derived is derived again where the brief gives rise to other numbers or
//! relations than before.

use std::sync::Arc;

use super::report::Withheld;
use super::sight::{Audience, Sight};
use super::visible::{Outline, Visible};
use super::{Steps, documents};
use base::diagnostic::Diagnostics;
use edition::derive;
use edition::model::{Brief, Edition};
use library::model::{BriefId, Library, Release};
use settings::EditionSettings;

/// Makes an edition true again after the brief `changed`. None where more than the brief is redacted
/// to something else.
pub fn redact_again(
    library: &Library,
    changed: BriefId,
    settings: &EditionSettings,
    release: Release,
    (before, outline): (&Edition, &Outline),
    found: &mut Diagnostics,
) -> Option<Edition> {
    let audience = Audience { settings, release };
    let visible = Visible::of(library, &audience, &mut Withheld::default());
    let gone = visible.gone(library, &audience);
    // First of all: ids of another outline are of other things.
    if visible.outline(library, gone.clone()) != *outline {
        return None;
    }
    let steps = Steps {
        library,
        visible: &visible,
        gone: &gone,
        plain: &Sight::new(&audience, &[]),
    };
    let mut edition = before.clone();
    if let Some(id) = visible.brief(changed) {
        let brief = &library.briefs[changed.0 as usize];
        let mut scope = steps.scope(&brief.origin.file);
        let (mut brief, table) = documents::brief(brief, &mut scope);
        if table.is_some() {
            return None;
        }
        found.extend(scope.found);
        let place = edition.briefs.get_mut(id.0 as usize)?;
        let counts_as_before = counts_alike(place, &brief);
        brief.related.clone_from(&place.related);
        brief.superseded_by.clone_from(&place.superseded_by);
        *place = Arc::new(brief);
        if !counts_as_before {
            derive::derive(&mut edition);
        }
    }
    Some(edition)
}

/// Whether all that is derived from one brief is derived from another as well.
fn counts_alike(one: &Brief, other: &Brief) -> bool {
    let attributed = |brief: &Brief| -> Vec<_> {
        let entries = brief.attribution.iter();
        entries
            .map(|entry| (entry.tlp, entry.value.clone()))
            .collect()
    };
    (one.date, one.tlp, one.highest, one.status)
        == (other.date, other.tlp, other.highest, other.status)
        && one.entities == other.entities
        && one.tags == other.tags
        && one.supersedes == other.supersedes
        && attributed(one) == attributed(other)
}
