//! What timelines and indicator tables have in common: a list of entries as YAML or CSV.
//!
//! In: the block. Out: its entries as trees with the text that each has its place in. The block is
//! one of: a YAML list; CSV with a header line; a YAML table with `entries` or `file`, and a title
//! and a source; empty, with `file=…` in its opening line.

use std::sync::Arc;

use serde_json::Value as Json;

use super::block::Context;
use super::{Info, SourceAt};
use base::diagnostic::{Code, Diagnostic, SourceFile};
use syntax::decode::{Decode, Decoder, Text, record};
use syntax::tree::{Node, Value};

/// A page with more entries helps nobody; a file to download does.
const MOST_ENTRIES: usize = 2000;

/// A value whose form is looked at later.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Raw(pub Node);

impl Decode for Raw {
    fn decode(node: &Node, _: &mut Decoder) -> Option<Self> {
        Some(Raw(node.clone()))
    }
    fn schema() -> Json {
        Json::Bool(true)
    }
}

record! {
    /// A block in its long form.
    pub struct ListMatter {
        /// The caption.
        title: Option<Text>,
        /// The id of the source.
        source: Option<Text>,
        /// A CSV file beside the document.
        file: Option<Text>,
        /// The entries.
        entries: Option<Raw>,
    }
}

/// The entries of a block.
pub(super) struct Listed {
    pub title: Option<String>,
    pub source: SourceAt,
    /// The text that the entries have their places in.
    pub text: Arc<SourceFile>,
    pub entries: Vec<Node>,
}

/// Reads the block. `columns` are an entry's main keys, for help.
pub(super) fn read(context: &mut Context, info: &Info, columns: &str) -> Option<Listed> {
    let block = context.block;
    let listed = match form(context) {
        Form::Empty => {
            let Some(file) = &info.file else {
                let finding = block
                    .finding(Code::BadFigure, "the block is empty", block.span())
                    .label("expected entries")
                    .help(format!(
                        "write a YAML list or CSV lines with {columns}, or `file: name.csv`"
                    ));
                context.found.push(finding);
                return None;
            };
            from_file(context, info, file, None)?
        }
        Form::Csv => {
            let text = Arc::clone(&block.csv);
            refuse_file(context, info);
            let entries = context.rows(&text);
            Listed {
                title: None,
                source: info.source(None, &text, context),
                text,
                entries,
            }
        }
        Form::Yaml => {
            let text = Arc::clone(&block.yaml);
            let value = block.yaml_value(&mut context.found)?;
            match &value.value {
                Value::List(_) => {
                    refuse_file(context, info);
                    let entries = entries(context, &text, &value)?;
                    Listed {
                        title: None,
                        source: info.source(None, &text, context),
                        text,
                        entries,
                    }
                }
                _ => long_form(context, info, &text, &value)?,
            }
        }
    };
    if listed.entries.is_empty() && !context.found.has_errors() {
        let finding = Diagnostic::new(Code::BadFigure, "there are no entries to show")
            .label("expected at least one")
            .help(format!("an entry has {columns}"));
        context.report(
            &listed.text,
            &(0..listed.text.text.trim_end().len()),
            finding,
        );
    }
    if let Some(entry) = listed.entries.get(MOST_ENTRIES) {
        let finding = Diagnostic::new(
            Code::OutOfRange,
            format!("a figure shows at most {MOST_ENTRIES} entries"),
        )
        .label("one too many")
        .help("show the important ones, and link to the file");
        context.report(&listed.text, &entry.span, finding);
    }
    Some(listed)
}

/// Reports a file in the opening line of a block that has entries.
fn refuse_file(context: &mut Context, info: &Info) {
    if let Some(file) = &info.file {
        let message = "the block has entries, and its opening line names a file";
        let finding = context
            .block
            .finding(Code::BadFigure, message, file.span.clone())
            .label("only one of the two can be shown")
            .help("empty the block, or remove `file=…`");
        context.found.push(finding);
    }
}

enum Form {
    Empty,
    Yaml,
    Csv,
}

/// A first line that begins a YAML list or table, or else the header of a CSV, which has no colon.
fn form(context: &Context) -> Form {
    let Some(line) = context.block.content_lines().next() else {
        return Form::Empty;
    };
    let key = line.split(':').next().unwrap_or_default();
    let is_key = key.len() < line.len()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_- \"'".contains(&byte));
    let is_value = line == "-"
        || line.starts_with("- ")
        || line.starts_with("---")
        || line.starts_with(['[', '{']);
    if is_key || is_value {
        Form::Yaml
    } else {
        Form::Csv
    }
}

fn long_form(
    context: &mut Context,
    info: &Info,
    text: &Arc<SourceFile>,
    value: &Node,
) -> Option<Listed> {
    let value = context.without_marking(text, value);
    let matter = ListMatter::decode(
        &value,
        &mut Decoder::new(text, &mut context.found).leaving_labels(),
    )?;
    if let Some(title) = &matter.title {
        context.check_text(text, title);
    }
    let file = info.file(matter.file.as_ref(), text, context);
    let mut listed = match (file, &matter.entries) {
        (Some(file), None) => from_file(context, info, file, matter.file.as_ref().map(|_| text))?,
        (None, Some(Raw(node))) => Listed {
            title: None,
            source: None,
            entries: entries(context, text, node)?,
            text: Arc::clone(text),
        },
        (Some(_), Some(Raw(node))) => {
            let finding = Diagnostic::new(Code::BadFigure, "the figure has entries and a file")
                .label("only one of the two can be shown")
                .help("remove `entries` or `file`");
            context.report(text, &node.span, finding);
            return None;
        }
        (None, None) => {
            let finding =
                Diagnostic::new(Code::BadFigure, "the figure has neither entries nor a file")
                    .label("expected `entries` or `file` in this table")
                    .help(
                        "write the entries as a list below `entries:`, or name a CSV with `file:`",
                    );
            context.report(text, &value.span, finding);
            return None;
        }
    };
    listed.title = matter.title.map(|title| title.value);
    listed.source = info.source(matter.source, text, context);
    Some(listed)
}

/// `named_in` is the block's text that names the file; none: its opening line does.
fn from_file(
    context: &mut Context,
    info: &Info,
    name: &Text,
    named_in: Option<&Arc<SourceFile>>,
) -> Option<Listed> {
    let text = context.file(named_in, name)?;
    let entries = context.rows(&text);
    Some(Listed {
        title: None,
        source: info.source(None, &text, context),
        text,
        entries,
    })
}

fn entries(context: &mut Context, text: &Arc<SourceFile>, node: &Node) -> Option<Vec<Node>> {
    let Value::List(items) = &node.value else {
        let finding = Diagnostic::new(
            Code::WrongType,
            format!("expected a list, found {}", node.value.type_name()),
        )
        .label("this takes a list")
        .help("begin each entry with `- `");
        context.report(text, &node.span, finding);
        return None;
    };
    Some(
        items
            .iter()
            .map(|item| context.without_marking(text, item))
            .collect(),
    )
}
