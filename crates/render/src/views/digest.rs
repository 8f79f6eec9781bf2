//! What the templates of the newsletter get.

use serde::Serialize;

use super::{DateView, MarkingView};

/// `digest`: the newsletter of a period, for `digest.html` and `digest.txt`.
#[derive(Debug, Clone, Serialize)]
pub struct DigestView {
    /// Of the message: the marking, the site's title and what the digest holds.
    pub subject: String,
    /// The period for reading: `24 November 2025 to 30 November 2025`.
    pub period: String,
    /// What it holds: `3 new briefs and 1 update`.
    pub count: String,
    /// The highest marking of anything in it.
    pub tlp: MarkingView,
    /// The new briefs, the newest first, and the updated ones, the last changed first; only those
    /// that have any.
    pub sections: Vec<DigestSectionView>,
    /// Where the recipient leaves the list; none without a list.
    pub unsubscribe: Option<String>,
}

/// A part of the newsletter.
#[derive(Debug, Clone, Serialize)]
pub struct DigestSectionView {
    /// `New` or `Updated`.
    pub title: &'static str,
    pub briefs: Vec<DigestBriefView>,
}

/// A brief in the newsletter.
#[derive(Debug, Clone, Serialize)]
pub struct DigestBriefView {
    pub title: String,
    /// The whole address.
    pub url: String,
    /// The highest marking of what the newsletter says of it.
    pub tlp: MarkingView,
    pub date: DateView,
    /// `superseded` or `revoked`, where it is not current.
    pub status: Option<&'static str>,
    pub report_number: Option<String>,
    /// Its changes of the period, the newest first.
    pub changes: Vec<DigestChangeView>,
    /// The summary, else the beginning of the text.
    pub summary: Option<String>,
    pub key_judgments: Vec<DigestJudgmentView>,
}

/// A change of a brief in the newsletter.
#[derive(Debug, Clone, Serialize)]
pub struct DigestChangeView {
    pub date: DateView,
    /// None where the brief says only that it was changed.
    pub note: Option<String>,
    /// Where it differs from that of the brief in the newsletter.
    pub tlp: Option<MarkingView>,
}

/// A key judgment in the newsletter.
#[derive(Debug, Clone, Serialize)]
pub struct DigestJudgmentView {
    pub text: String,
    /// `Low`, `Moderate`, `High`.
    pub confidence: Option<&'static str>,
    /// Where it differs from that of the brief in the newsletter.
    pub tlp: Option<MarkingView>,
}
