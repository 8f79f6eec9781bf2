//! The newsletter of a period.
//!
//! In: the first and the last day. Out: a [`Digest`], the filled-in templates `digest.html` and
//! `digest.txt`, which the newsletter makes a message of. An update counts by what the edition
//! has of the changelog: a change that it withholds is none.

use jiff::civil::Date;
use tera::{Context, Value};

use super::Renderer;
use super::brief::excerpt;
use super::marked::{Missing, missing_in_newsletter};
use super::shared::{own_marking, status_word};
use super::templates::{DIGEST, DIGEST_TEXT};
use super::views::{
    DateView, DigestBriefView, DigestChangeView, DigestJudgmentView, DigestSectionView, DigestView,
};
use base::diagnostic::Diagnostic;
use base::marking::Tlp;
use base::vocabulary::Vocabulary;
use edition::addresses;
use edition::{Brief, Shown};
use syntax::dates::Moment;

/// A newsletter, before it becomes a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    pub subject: String,
    /// With a stylesheet in its head.
    pub html: String,
    pub text: String,
    /// The highest marking of anything in it.
    pub tlp: Tlp,
    pub new: usize,
    pub updated: usize,
}

/// A brief with its changes of the period.
struct Entry<'a> {
    brief: &'a Brief,
    changes: Vec<Shown<(Moment, Option<&'a str>)>>,
}

impl Renderer<'_> {
    /// The newsletter of the days from `from` to `to`, both included.
    ///
    /// # Errors
    /// When a template fails.
    pub fn digest(
        &self,
        (from, to): (Date, Date),
        unsubscribe: Option<&str>,
    ) -> Result<Digest, Diagnostic> {
        let within = |moment: Moment| (from..=to).contains(&moment.day());
        let entries: Vec<Entry> = (self.edition.briefs.iter())
            .map(|brief| Entry {
                brief,
                changes: changes(brief, &within),
            })
            .collect();
        let (new, rest): (Vec<Entry>, Vec<Entry>) =
            (entries.into_iter()).partition(|entry| within(entry.brief.date));
        let mut updated = rest;
        // What was published later is not out yet, whatever was noted of it before.
        updated.retain(|entry| !entry.changes.is_empty() && entry.brief.date.day() < from);
        updated.sort_by_key(|entry| {
            std::cmp::Reverse(entry.changes.first().map(|change| change.value.0))
        });
        let tlp = (new.iter().chain(&updated))
            .map(marking)
            .fold(Tlp::Clear, Ord::max);
        let period = period(from, to);
        let count = counted(new.len(), updated.len());
        let subject = format!(
            "[{}] {}: {count}, {period}",
            tlp.label(),
            self.edition.site.title
        );
        let view = DigestView {
            subject: one_line(&subject),
            period,
            count,
            tlp: tlp.into(),
            sections: [("New", &new), ("Updated", &updated)]
                .into_iter()
                .filter(|(_, entries)| !entries.is_empty())
                .map(|(title, entries)| DigestSectionView {
                    title,
                    briefs: entries
                        .iter()
                        .map(|entry| self.digest_brief(entry))
                        .collect(),
                })
                .collect(),
            unsubscribe: unsubscribe.map(str::to_owned),
        };
        let mut context = Context::new();
        context.insert_value("digest", Value::from_serializable(&view));
        let fill = |template| {
            let text = self.templates.render(template, &context, template)?;
            let label = tlp.label();
            if missing_in_newsletter(&text, label, template == DIGEST) {
                let (newsletter, place) = ("the newsletter", Missing::Newsletter);
                return Err(self.templates.unmarked(template, newsletter, label, place));
            }
            Ok(text)
        };
        Ok(Digest {
            html: fill(DIGEST)?,
            text: fill(DIGEST_TEXT)?,
            subject: view.subject,
            tlp,
            new: new.len(),
            updated: updated.len(),
        })
    }

    fn digest_brief(&self, entry: &Entry) -> DigestBriefView {
        let brief = entry.brief;
        let outer = marking(entry);
        DigestBriefView {
            title: brief.title.clone(),
            url: self.edition.site.absolute(&addresses::brief_path(brief)),
            tlp: outer.into(),
            date: brief.date.into(),
            status: status_word(brief.status),
            report_number: brief.report_number.clone(),
            changes: entry
                .changes
                .iter()
                .map(|Shown { tlp, value }| DigestChangeView {
                    date: DateView::from(value.0),
                    note: value.1.map(str::to_owned),
                    tlp: own_marking(*tlp, outer),
                })
                .collect(),
            summary: brief.summary.clone().or_else(|| excerpt(brief)),
            key_judgments: brief
                .key_judgments
                .iter()
                .map(|Shown { tlp, value }| DigestJudgmentView {
                    text: value.text.clone(),
                    confidence: value.confidence.map(Vocabulary::label),
                    tlp: own_marking(*tlp, outer),
                })
                .collect(),
        }
    }
}

/// The changes within the period, the newest first. A brief without a changelog has one where
/// `updated` lies in the period.
fn changes<'a>(
    brief: &'a Brief,
    within: &dyn Fn(Moment) -> bool,
) -> Vec<Shown<(Moment, Option<&'a str>)>> {
    let noted = brief.changelog.iter().map(|change| Shown {
        tlp: change.tlp,
        value: (change.value.date, Some(change.value.note.as_str())),
    });
    let bare = brief.updated.filter(|_| brief.changelog.is_empty());
    let bare = bare.map(|updated| Shown {
        tlp: brief.tlp,
        value: (updated, None),
    });
    let mut changes: Vec<_> = noted
        .chain(bare)
        .filter(|change| within(change.value.0))
        .collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.value.0));
    changes
}

/// The highest marking of what the newsletter says of a brief.
fn marking(entry: &Entry) -> Tlp {
    let brief = entry.brief;
    let text = match brief.summary {
        Some(_) => brief.tlp,
        // The first sentences may stand in any part of the text.
        None => brief.highest,
    };
    let judgments = brief.key_judgments.iter().map(|judgment| judgment.tlp);
    let changes = entry.changes.iter().map(|change| change.tlp);
    judgments.chain(changes).fold(text, Ord::max)
}

fn period(from: Date, to: Date) -> String {
    let text = |day| DateView::from(Moment::Day(day)).text;
    if from == to {
        text(from)
    } else {
        format!("{} to {}", text(from), text(to))
    }
}

fn counted(new: usize, updated: usize) -> String {
    let new_briefs = match new {
        1 => "1 new brief".to_owned(),
        new => format!("{new} new briefs"),
    };
    let updates = match updated {
        1 => "1 update".to_owned(),
        updated => format!("{updated} updates"),
    };
    match (new, updated) {
        (_, 0) => new_briefs,
        (0, _) => updates,
        _ => format!("{new_briefs} and {updates}"),
    }
}

/// A text without line breaks and other control characters: a header has one line.
fn one_line(text: &str) -> String {
    text.split(|sign: char| sign.is_control() || sign.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
