//! The templates of a site: the built-in theme with the site's own files over it.
//!
//! In: the overrides and fonts from `templates/`. Out: a Tera engine in which every template is parsed, or a
//! diagnostic with the template's name, line and column.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use tera::{Context, ErrorKind, Tera};

use super::marked::Missing;
use super::theme::ThemeFiles;
use base::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile};

/// Before the name of a built-in page that a site has its own for.
const BUILT_IN: &str = "builtin/";
/// The template of cards.
const CARD: &str = "card.svg";
/// The newsletter as HTML.
pub const DIGEST: &str = "digest.html";
/// The newsletter as plain text.
pub const DIGEST_TEXT: &str = "digest.txt";

thread_local! {
    /// Where a thread renders: a page that grows in a place of its own is copied several times.
    static ROOM: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

static THEME: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../templates");
/// The theme's icon, where a site's `static/` has none of its own.
pub const FAVICON: &str = include_str!("../../../static/favicon.svg");

/// The theme with a site's overrides.
#[derive(Clone)]
pub struct Templates {
    tera: Tera,
    files: BTreeMap<String, Arc<SourceFile>>,
    /// The names of those that the site brings.
    overridden: BTreeSet<String>,
    pub theme: ThemeFiles,
}

impl Templates {
    /// Parses the built-in templates and the site's.
    pub fn new(
        overrides: &[Arc<SourceFile>],
        fonts: &[(String, Arc<[u8]>)],
        found: &mut Diagnostics,
    ) -> Option<Templates> {
        let mut files: BTreeMap<String, Arc<SourceFile>> = BTreeMap::new();
        let built_in: Vec<(String, &include_dir::File)> = walk(&THEME)
            .into_iter()
            .map(|file| (file.path().to_string_lossy().replace('\\', "/"), file))
            .collect();
        for (name, file) in &built_in {
            if let Some(text) = file.contents_utf8() {
                files.insert(
                    name.clone(),
                    SourceFile::new(format!("templates/{name}"), text),
                );
            }
        }
        let mut overridden = BTreeSet::new();
        for file in overrides {
            let name = file.path.strip_prefix("templates/").unwrap_or(&file.path);
            overridden.insert(name.to_owned());
            files.insert(name.to_owned(), Arc::clone(file));
        }
        let mut assets: BTreeMap<&str, &[u8]> = built_in
            .iter()
            .map(|(name, file)| (name.as_str(), file.contents()))
            .collect();
        assets.extend(
            files
                .iter()
                .map(|(name, file)| (name.as_str(), file.text.as_bytes())),
        );
        assets.extend(fonts.iter().map(|(path, bytes)| {
            let name = path.strip_prefix("templates/").unwrap_or(path);
            (name, &**bytes)
        }));
        let theme = ThemeFiles::new(&assets);
        let mut tera = Tera::default();
        tera.autoescape_on(vec![".html", ".svg"]);
        let templates = files
            .iter()
            .filter(|(name, _)| {
                name.ends_with(".html") || [CARD, DIGEST_TEXT].contains(&name.as_str())
            })
            .map(|(name, file)| (name.clone(), file.text.clone()));
        // What a site's template stands over can be extended by it.
        let below = built_in
            .iter()
            .filter(|(name, _)| name.ends_with(".html") && !name.contains('/'))
            .filter(|(name, _)| overridden.contains(name))
            .filter_map(|(name, file)| {
                let text = file.contents_utf8()?;
                Some((format!("{BUILT_IN}{name}"), text.to_owned()))
            });
        if let Err(error) = tera.add_raw_templates(templates.chain(below)) {
            found.push(diagnose(&error, &files, None, Code::TemplateSyntax));
            return None;
        }
        Some(Templates {
            tera,
            files,
            overridden,
            theme,
        })
    }

    /// What every template of an edition gets beside its own variables.
    pub fn set_global(&mut self, name: &'static str, value: &impl serde::Serialize) {
        self.tera.global_context().insert(name, value);
    }

    /// That a page lacks its marking, at the site's template that most likely dropped it: one that could
    /// write it and does not name the component that does.
    pub fn unmarked(&self, template: &str, page: &str, label: &str, place: Missing) -> Diagnostic {
        let (names, component) = markers(place, template);
        let own = || names.iter().filter(|name| self.overridden.contains(**name));
        let writes = |name: &&&str| {
            let file = self.files.get(**name);
            file.is_some_and(|file| file.text.contains(component))
        };
        let name = own()
            .find(|name| !writes(name))
            .or_else(|| own().next())
            .copied()
            .unwrap_or(template);
        let (there, example) = place.words();
        let diagnostic = Diagnostic::new(
            Code::UnmarkedPage,
            format!("the template `{name}` leaves {page} without its marking {there}"),
        )
        .help(format!("write {example} there, as text that readers see"));
        match self.files.get(name) {
            Some(file) => diagnostic
                .at(file, 0..0)
                .label(format!("no {label} {there} of {page}")),
            None => diagnostic.at_path(format!("templates/{name}")),
        }
    }

    /// Renders a template.
    ///
    /// # Errors
    /// When the template fails, with its name, line and column, and the page it was for.
    pub fn render(&self, name: &str, context: &Context, page: &str) -> Result<String, Diagnostic> {
        let mut room = ROOM.take();
        room.clear();
        let rendered = self
            .tera
            .render_to(name, context, &mut room)
            .and_then(|()| Ok(String::from_utf8(room.clone())?))
            .map_err(|error| diagnose(&error, &self.files, Some(page), Code::TemplateRender));
        ROOM.set(room);
        rendered
    }
}

/// Which templates write the marking of a page, the innermost first, and the component that does it.
fn markers(place: Missing, template: &str) -> ([&str; 4], &'static str) {
    match place {
        Missing::Top => (
            [
                "parts/marking.html",
                "parts/header.html",
                "base.html",
                template,
            ],
            "marking_line",
        ),
        Missing::Bottom => (
            [
                "parts/marking.html",
                "parts/footer.html",
                "base.html",
                template,
            ],
            "marking_line",
        ),
        Missing::Newsletter => ([template; 4], "digest.tlp"),
        Missing::Article => (
            ["parts/marking.html", template, "base.html", template],
            "article_marking",
        ),
    }
}

fn walk<'a>(dir: &'a Dir<'a>) -> Vec<&'a include_dir::File<'a>> {
    let mut files: Vec<&include_dir::File> = dir.files().collect();
    for inner in dir.dirs() {
        files.extend(walk(inner));
    }
    files
}

fn diagnose(
    error: &tera::Error,
    files: &BTreeMap<String, Arc<SourceFile>>,
    page: Option<&str>,
    code: Code,
) -> Diagnostic {
    let of_page = page.map_or(String::new(), |page| format!(" while it rendered /{page}"));
    let help = "see the variables that each template gets in the guide, docs/templates.md";
    let (name, message, span) = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => (
            report.filename().to_owned(),
            report.message().to_owned(),
            Some(report.span().range.clone()),
        ),
        ErrorKind::MissingParent { current, parent } => (
            current.clone(),
            format!("extends `{parent}`, which is not there"),
            None,
        ),
        ErrorKind::CircularExtend { tpl, .. } => (tpl.clone(), "extends itself".to_owned(), None),
        ErrorKind::CircularInclude { tpl, .. } => (tpl.clone(), "includes itself".to_owned(), None),
        ErrorKind::TemplateNotFound(name) => (name.clone(), "is not there".to_owned(), None),
        other => (String::new(), other.to_string(), None),
    };
    let message = message.trim_end_matches('.').to_owned();
    let diagnostic = Diagnostic::new(
        code,
        format!("the template `{name}` failed{of_page}: {message}"),
    )
    .help(help);
    match files.get(&name) {
        Some(file) => {
            let end = file.text.len();
            let span = span.unwrap_or(0..0);
            diagnostic
                .at(file, span.start.min(end)..span.end.min(end))
                .label(message)
        }
        None => diagnostic.at_path(format!("templates/{name}")),
    }
}
