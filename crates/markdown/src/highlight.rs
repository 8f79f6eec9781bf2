//! Colour for code blocks, at build time.
//!
//! In: a block's language, as its info string names it, and its code. Out: the HTML inside
//! `<code>`: the code escaped, and each token in a `<span>` with one of a few classes by role
//! (`hl-keyword`, `hl-string`, …; `highlight.css` has their colours). No style attributes, so a
//! page keeps a strict content security policy.
//!
//! TextMate grammars do the work: those that the library brings (KQL, SPL, PowerShell, YAML for
//! Sigma, and some two hundred more) and two of our own, for YARA and for Suricata and Snort.
//! They are regular expressions that may look at each token many times, hence the bounds on what
//! is tried, the results kept for other editions of the same brief, and a start on first use:
//! a site without code pays nothing.

use std::collections::HashMap;
use std::path::Path;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use giallo::{HighlightedText, Registry, ThemeVariant};

mod bounds;
mod roles;
#[cfg(test)]
mod tests;
mod worker;

use roles::Role;
use worker::{LONGEST_TIME, Worker};

/// Results are dropped when they hold more than this, so that a long preview session stays small.
const MOST_KEPT: usize = 64 * 1024 * 1024;

/// Grammars of our own, by name, in TextMate's JSON form.
const GRAMMARS: &[(&str, &str)] = &[
    ("yara", include_str!("grammars/yara.json")),
    ("suricata", include_str!("grammars/suricata.json")),
];

/// Names that analysts write for a grammar known by another name.
const ALIASES: &[(&str, &str)] = &[
    ("yar", "yara"),
    ("yara-x", "yara"),
    ("snort", "suricata"),
    ("snort3", "suricata"),
    ("sigma", "yaml"),
    ("stix", "json"),
    ("python3", "python"),
    ("shell-session", "shellsession"),
];

/// Names that ask for no colour. They are known, so that nobody is warned about them.
const PLAIN: &[&str] = &["text", "txt", "plain", "plaintext", "none"];

/// Highlights code blocks; made once and shared by all threads.
#[derive(Default)]
pub struct Highlighter {
    registry: OnceLock<Result<Arc<Registry>, String>>,
    endless: OnceLock<String>,
    kept: Mutex<Kept>,
    /// Threads that wait for a block.
    workers: Mutex<Vec<Worker>>,
}

/// Earlier results by language and hash of the code.
#[derive(Default)]
struct Kept {
    results: HashMap<(String, blake3::Hash), Option<String>>,
    bytes: usize,
}

impl Highlighter {
    /// Loads nothing yet: the grammars are loaded for the first block that needs them.
    pub fn new() -> Self {
        Self::default()
    }

    /// The HTML of the code, without `<pre>` and `<code>`, that shows exactly the characters of
    /// `code`. `None` when it should stay plain, for the caller to escape: an unknown language,
    /// one that means plain text, or code beyond the bounds of what is worth the time.
    pub fn highlight(&self, language: &str, code: &str) -> Option<String> {
        let language = normal(language);
        if PLAIN.contains(&language.as_str()) || !bounds::worth_trying(&language, code) {
            return None;
        }
        let registry = self.registry()?;
        if !registry.contains_grammar(&language) {
            return None;
        }

        let key = (language, blake3::hash(code.as_bytes()));
        if let Some(result) = self.kept().results.get(&key) {
            return result.clone();
        }
        // Not under the lock: threads highlight different blocks at the same time, and two that
        // meet on the same block do the same work to the same end.
        let result = self.render(registry, &key.0, code);
        let mut kept = self.kept();
        if kept.bytes > MOST_KEPT {
            *kept = Kept::default();
        }
        kept.bytes += result.as_ref().map_or(0, String::len);
        kept.results.insert(key, result.clone());
        result
    }

    /// Whether the language has a grammar, or means plain text.
    pub fn knows(&self, language: &str) -> bool {
        let language = normal(language);
        PLAIN.contains(&language.as_str())
            || self
                .registry()
                .is_some_and(|registry| registry.contains_grammar(&language))
    }

    /// Why blocks that ask for colour stayed plain: the grammars could not be loaded, or one of
    /// them did not end on a block.
    pub fn failure(&self) -> Option<&str> {
        let unloaded = self.registry.get().and_then(|loaded| loaded.as_ref().err());
        unloaded.or(self.endless.get()).map(String::as_str)
    }

    fn registry(&self) -> Option<&Arc<Registry>> {
        self.registry.get_or_init(load).as_ref().ok()
    }

    fn render(&self, registry: &Arc<Registry>, language: &str, code: &str) -> Option<String> {
        let lines = self.tokens(registry, language, code)?;
        let mut html = String::with_capacity(code.len() * 6);
        let mut lines = lines.iter();
        for (line, ending) in lines_with_endings(code) {
            let tokens = lines.next().map_or(&[][..], Vec::as_slice);
            write_line(&mut html, line, tokens);
            html.push_str(ending);
        }
        Some(html)
    }

    /// The tokens of each line, found in a thread apart, with a limit of time. Threads that have
    /// ended a block are taken again: starting one costs as much as a short block.
    fn tokens(
        &self,
        registry: &Arc<Registry>,
        language: &str,
        code: &str,
    ) -> Option<Vec<Vec<HighlightedText>>> {
        let idle = self.workers().pop();
        let worker = match idle {
            Some(worker) => worker,
            None => Worker::start(registry)?,
        };
        match worker.tokens(language, code) {
            Ok(tokens) => {
                self.workers().push(worker);
                tokens
            }
            Err(RecvTimeoutError::Timeout) => {
                self.endless.get_or_init(|| {
                    let seconds = LONGEST_TIME.as_secs();
                    format!("the grammar for `{language}` did not end on a block in {seconds} s")
                });
                None
            }
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    fn workers(&self) -> MutexGuard<'_, Vec<Worker>> {
        // Whole workers are put in and taken out.
        self.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Whole entries are inserted, so what a panicking thread left behind is still right.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn normal(language: &str) -> String {
    language.trim().to_lowercase()
}

/// The library's grammars with ours, and the theme of roles.
fn load() -> Result<Arc<Registry>, String> {
    // The library's own set must come first: loading it founds the process-wide table of scope
    // names that grammars added later extend.
    let mut registry = Registry::builtin().map_err(|error| error.to_string())?;

    // The library adds grammars and themes only from files, so ours pass through a folder that
    // lives as long as this function.
    let folder = tempfile::tempdir()
        .map_err(|error| format!("cannot make a temporary folder for the grammars: {error}"))?;
    for (name, grammar) in GRAMMARS {
        let path = folder.path().join(format!("{name}.json"));
        write(&path, grammar)?;
        registry
            .add_grammar_from_path(&path)
            .map_err(|error| format!("cannot load the grammar {name}: {error}"))?;
    }
    let path = folder.path().join("theme.json");
    write(&path, &roles::theme().to_string())?;
    registry
        .add_theme_from_path(&path)
        .map_err(|error| format!("cannot load the theme of roles: {error}"))?;

    for (alias, grammar) in ALIASES {
        registry.add_alias(grammar, alias);
    }
    registry.link_grammars();
    Ok(Arc::new(registry))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a file of a temporary folder, which the library reads at once"
)]
fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// The lines and what ends each one. The library turns every ending into a line feed; the page
/// shows what was written.
fn lines_with_endings(code: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = code;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let (line, after) = rest.split_at(end);
        let ending = match after.as_bytes() {
            [b'\r', b'\n', ..] => 2,
            [_, ..] => 1,
            [] => 0,
        };
        let (ending, after) = after.split_at(ending);
        rest = after;
        Some((line, ending))
    })
}

/// Writes one line, its neighbouring tokens of the same role in one span.
fn write_line(html: &mut String, line: &str, tokens: &[HighlightedText]) {
    // What the page shows must be what was written, whatever a grammar made of it.
    let whole = tokens.iter().map(|token| token.text.len()).sum::<usize>() == line.len()
        && tokens
            .iter()
            .try_fold(line, |rest, token| rest.strip_prefix(token.text.as_str()))
            .is_some();
    if !whole {
        escape(html, line);
        return;
    }

    let mut open: Option<Role> = None;
    // Space is held back: it belongs inside a span only if the span goes on after it.
    let mut space = "";
    for token in tokens {
        let text = token.text.as_str();
        let word = text.trim_start();
        let (before, role) = (&text[..text.len() - word.len()], role_of(token));
        if word.is_empty() {
            html.push_str(space);
            space = before;
            continue;
        }
        if open != role {
            close(html, &mut open);
        }
        html.push_str(space);
        html.push_str(before);
        space = "";
        if let (None, Some(role)) = (open, role) {
            html.push_str("<span class=\"");
            html.push_str(role.class());
            html.push_str("\">");
            open = Some(role);
        }
        escape(html, word);
    }
    close(html, &mut open);
    html.push_str(space);
}

fn role_of(token: &HighlightedText) -> Option<Role> {
    match token.style {
        ThemeVariant::Single(style) => Role::of_colour(&style.foreground.as_hex()),
        ThemeVariant::Dual { .. } => None,
    }
}

fn close(html: &mut String, open: &mut Option<Role>) {
    if open.take().is_some() {
        html.push_str("</span>");
    }
}

fn escape(html: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
}
