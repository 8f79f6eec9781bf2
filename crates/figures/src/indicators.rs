//! The `indicators` block: observables as a table.
//!
//! In: entries with the keys of the front matter's `indicators`. Out: one table, grouped by type
//! in the order of the vocabulary, values checked, normalised and shown defanged. Columns that no
//! entry fills are left out.

use std::fmt::Write as _;

use super::block::Context;
use super::svg::escape;
use super::timeline::time;
use super::{Info, SourceAt, figure_element, list, scrolling};
use base::diagnostic::{Code, Diagnostic, SourceFile};
use base::indicator;
use base::vocabulary::{Confidence, IndicatorType, Vocabulary};
use syntax::dates::RoughDate;
use syntax::decode::{Decode, Decoder};
use syntax::entry::IndicatorMatter;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Indicators {
    title: Option<String>,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq)]
struct Entry {
    kind: IndicatorType,
    /// Normalised, not defanged.
    value: String,
    description: Option<String>,
    first_seen: Option<RoughDate>,
    valid_until: Option<RoughDate>,
    confidence: Option<Confidence>,
    software: Option<String>,
}

pub(super) fn parse(context: &mut Context, info: &Info) -> Option<(Indicators, SourceAt)> {
    let listed = list::read(context, info, "type and value")?;
    let mut entries = Vec::with_capacity(listed.entries.len());
    for node in &listed.entries {
        let mut decoder = Decoder::new(&listed.text, &mut context.found).leaving_labels();
        let Some(matter) = IndicatorMatter::decode(node, &mut decoder) else {
            continue;
        };
        entries.extend(entry(context, &listed.text, matter));
    }
    // Stable: within a type the order is the author's.
    entries.sort_by_key(|entry: &Entry| entry.kind);
    Some((
        Indicators {
            title: listed.title,
            entries,
        },
        listed.source,
    ))
}

fn entry(
    context: &mut Context,
    text: &std::sync::Arc<SourceFile>,
    matter: IndicatorMatter,
) -> Option<Entry> {
    for shown in [&matter.description, &matter.software]
        .into_iter()
        .flatten()
    {
        context.check_text(text, shown);
    }
    if let Some(source) = &matter.source {
        // A figure is withheld by its own source only; an entry's would not withhold the entry.
        let finding = Diagnostic::new(
            Code::BadFigure,
            "an entry of a figure cannot have a source of its own",
        )
        .label("expected no `source` here")
        .help(format!(
            "name it once for the block, as in ```indicators source={}",
            source.value
        ));
        context.report(text, &source.span, finding);
    }
    let kind = matter.kind.value;
    let written = &matter.value.value.0;
    match indicator::validate(kind, &indicator::refang_as(kind, written)) {
        Ok(value) => Some(Entry {
            kind,
            value,
            description: matter.description.map(|text| text.value),
            first_seen: matter.first_seen.map(|date| date.value),
            valid_until: matter.valid_until.map(|date| date.value),
            confidence: matter.confidence.map(|confidence| confidence.value),
            software: matter.software.map(|text| text.value),
        }),
        Err(expected) => {
            let finding = Diagnostic::new(
                Code::BadIndicator,
                format!("`{written}` is not a value of type {}", kind.name()),
            )
            .label(format!("expected {expected}"))
            .help("mend the value, or give the indicator another `type`");
            context.report(text, &matter.value.span, finding);
            None
        }
    }
}

type Column = (&'static str, fn(&Entry) -> Option<String>);

/// The columns after the value, each with what it shows of an entry as HTML.
const COLUMNS: [Column; 5] = [
    ("Description", |entry| {
        entry.description.as_deref().map(escape)
    }),
    ("Software", |entry| entry.software.as_deref().map(escape)),
    ("First seen", |entry| entry.first_seen.map(time)),
    ("Valid until", |entry| entry.valid_until.map(time)),
    ("Confidence", |entry| {
        entry
            .confidence
            .map(|confidence| escape(confidence.label()))
    }),
];

impl Indicators {
    pub fn values(&self) -> impl Iterator<Item = (IndicatorType, &str)> {
        self.entries
            .iter()
            .map(|entry| (entry.kind, entry.value.as_str()))
    }

    pub fn render(&self, _id: &str, source: Option<usize>) -> String {
        let columns: Vec<&Column> = COLUMNS
            .iter()
            .filter(|(_, show)| self.entries.iter().any(|entry| show(entry).is_some()))
            .collect();
        let mut table = String::from(
            "<table class=\"indicators\" data-sortable><thead><tr><th scope=\"col\">Value</th>",
        );
        for (name, _) in &columns {
            let _ = write!(table, "<th scope=\"col\">{name}</th>");
        }
        table.push_str("</tr></thead>");
        for group in self.entries.chunk_by(|one, other| one.kind == other.kind) {
            let Some(first) = group.first() else { continue };
            let _ = write!(
                table,
                "<tbody><tr><th class=\"indicator-type\" colspan=\"{}\" scope=\"rowgroup\">{}</th></tr>",
                columns.len() + 1,
                escape(first.kind.label()),
            );
            for entry in group {
                let value = indicator::defang(entry.kind, &entry.value);
                let defanged = if value == entry.value {
                    ""
                } else {
                    " data-defanged"
                };
                let _ = write!(
                    table,
                    "<tr><td><code{defanged}>{}</code></td>",
                    escape(&value)
                );
                for (_, show) in &columns {
                    let _ = write!(table, "<td>{}</td>", show(entry).unwrap_or_default());
                }
                table.push_str("</tr>");
            }
            table.push_str("</tbody>");
        }
        table.push_str("</table>");
        let label = self.title.as_deref().unwrap_or("Indicators");
        let caption = self.title.as_deref().map(|title| (title, ""));
        figure_element("indicators", caption, &scrolling(label, &table), source)
    }
}
