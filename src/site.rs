//! The whole pipeline.
//!
//! In: a site's folder and what the command line says. Out: editions with their plans
//! ([`prepare`]), and, written and swapped in, the site ([`build`]).

pub mod precompress;
mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rayon::prelude::*;
use url::Url;

use crate::cards;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Location, SourceFile};
use crate::edition::{Edition, Outline, Redacted, Withheld, redact};
use crate::exchange::{listing, sidecars};
use crate::intel;
use crate::intel::model::Release;
use crate::leaks;
use crate::load::{self, Asset, Document};
use crate::markdown::highlight::Highlighter;
use crate::media;
use crate::output::{self, Cache, Commit, CommitOptions, CommitSummary, Publication, Sha, Sources};
use crate::plan::{self, Plan, Planned, Producer};
use crate::render::Renderer;
use crate::render::templates::Templates;
use crate::search::{SearchFile, SearchIndex};
use crate::settings::{self, EditionSettings, trimmed};

/// What the command line says of a build.
#[derive(Debug, Clone)]
pub struct Options {
    /// The site's folder.
    pub root: PathBuf,
    /// Only this edition.
    pub edition: Option<String>,
    /// Another address than that of the settings.
    pub base_url: Option<Url>,
    /// Whether drafts are shown.
    pub drafts: bool,
    /// Whether briefs are shown before their embargo ends.
    pub embargoed: bool,
    /// The instant that embargo and expiry are measured by.
    pub as_of: Timestamp,
}

impl Options {
    fn release(&self) -> Release {
        Release {
            now: self.as_of,
            drafts: self.drafts,
            embargoed: self.embargoed,
        }
    }
}

/// How long each step took, in their order.
pub type Timings = Vec<(&'static str, Duration)>;

/// An edition that is ready to be rendered.
pub struct PreparedEdition {
    pub settings: EditionSettings,
    pub edition: Edition,
    pub withheld: Withheld,
    pub plan: Plan,
    /// What a brief that changes is redacted against.
    pub outline: Outline,
}

/// Everything up to the plans.
pub struct Prepared {
    pub editions: Vec<PreparedEdition>,
    /// The names of all editions of the settings, chosen or not.
    pub names: BTreeSet<String>,
    pub templates: Templates,
    pub highlighter: Option<Arc<Highlighter>>,
    /// What outputs are searched for leaks with.
    pub ground: leaks::Ground,
    /// The parsed documents, and what they were resolved against: for those that change.
    pub documents: Vec<Arc<Document>>,
    pub index: intel::Index,
    pub timings: Timings,
    /// When the next embargo ends, of those that still hold.
    pub next_embargo: Option<Timestamp>,
}

/// load, resolve, redact, plan. Nothing comes back when there are errors; all findings do, weighed by
/// the site's settings and sorted.
pub fn prepare(options: &Options) -> (Option<Prepared>, Diagnostics) {
    prepare_again(options, None)
}

/// [`prepare`] after an earlier run, of which `kept` has what need not be parsed again.
pub fn prepare_again(
    options: &Options,
    kept: Option<&mut load::Kept>,
) -> (Option<Prepared>, Diagnostics) {
    let mut found = Diagnostics::new();
    let mut clock = Clock::start();
    let Some(mut site) = load::load(&options.root, kept, &mut found) else {
        found.sort();
        return (None, found);
    };
    let templates = Templates::new(&site.templates, &site.fonts, &mut found);
    clock.lap("load");
    let (library, index) = intel::resolve(&site, &mut found);
    clock.lap("resolve");

    let files: BTreeMap<&str, &Arc<SourceFile>> = site
        .documents
        .iter()
        .map(|document| (document.file.path.as_str(), &document.file))
        .collect();
    let mut editions = Vec::new();
    let mut of_editions = Diagnostics::new();
    for settings in chosen(
        &site.settings.editions,
        options,
        &site.settings.file,
        &mut found,
    ) {
        let redacted = redact(
            &library,
            &site.settings,
            &settings,
            options.release(),
            &mut of_editions,
        );
        editions.push((settings, redacted));
    }
    clock.lap("redact");
    let places: BTreeMap<&str, Location> = site
        .documents
        .iter()
        .map(|document| (document.file.path.as_str(), document.address()))
        .collect();
    let no_theme = BTreeMap::new();
    let theme = templates
        .as_ref()
        .map_or(&no_theme, |templates| &templates.theme.files);
    let mut editions: Vec<PreparedEdition> = editions
        .into_iter()
        .map(|(settings, redacted)| {
            let Redacted {
                edition,
                withheld,
                outline,
            } = redacted;
            let plan = plan::plan(&edition, theme, &site.statics, &places, &mut of_editions);
            let file = |path: &str| files.get(path).copied();
            plan::links::check(
                &edition,
                &plan,
                &file,
                &site.unparsed_stems(),
                None,
                &mut of_editions,
            );
            PreparedEdition {
                settings,
                edition,
                withheld,
                plan,
                outline,
            }
        })
        .collect();
    of_editions.first_of_each_place();
    found.extend(of_editions);
    clock.lap("plan");
    media::examine(
        editions.iter_mut().map(|edition| &mut edition.plan),
        &mut found,
    );
    clock.lap("files");

    let next_embargo = library
        .briefs
        .iter()
        .filter_map(|brief| brief.embargo.map(crate::load::dates::Moment::timestamp))
        .filter(|until| *until > options.as_of)
        .min();
    if let Some(security) = &site.settings.security {
        security.check(options.as_of, &mut found);
    }
    found.reweigh(|code| site.settings.weigh(code));
    found.sort();
    let editions_named = site.settings.editions.iter();
    let names = editions_named
        .filter_map(|edition| edition.name.clone())
        .collect();
    let documents = std::mem::take(&mut site.documents);
    let prepared = templates.map(|templates| Prepared {
        editions,
        names,
        templates,
        highlighter: site.settings.highlight.then(Arc::default),
        ground: leaks::Ground {
            site,
            library,
            release: options.release(),
        },
        documents,
        index,
        timings: clock.laps,
        next_embargo,
    });
    (prepared.filter(|_| !found.has_errors()), found)
}

/// The editions that a run makes.
fn chosen(
    editions: &[EditionSettings],
    options: &Options,
    file: &Arc<SourceFile>,
    found: &mut Diagnostics,
) -> Vec<EditionSettings> {
    let mut chosen: Vec<EditionSettings> = match &options.edition {
        None => editions.to_vec(),
        Some(name) => editions
            .iter()
            .filter(|edition| edition.name.as_ref() == Some(name))
            .cloned()
            .collect(),
    };
    if let (Some(name), true) = (&options.edition, chosen.is_empty()) {
        let names = editions
            .iter()
            .filter_map(|edition| edition.name.as_deref());
        found.push(settings::unknown_edition(name, names).at_path(file.path.as_str()));
    }
    if let Some(base_url) = &options.base_url {
        if chosen.len() > 1 {
            found.push(
                Diagnostic::new(
                    Code::UnknownEdition,
                    "--base-url is one address, and there are several editions",
                )
                .help("name the one it is for with --edition"),
            );
        }
        for edition in &mut chosen {
            edition.base_url = trimmed(base_url);
        }
    }
    chosen
}

impl PreparedEdition {
    /// The folder that the edition is written to, below the output folder.
    pub fn folder(&self, output: &Path) -> PathBuf {
        match &self.settings.name {
            Some(name) => output.join(name),
            None => output.to_owned(),
        }
    }

    /// The index of the search; none where the settings switch it off.
    pub fn search_index(&self) -> Option<SearchIndex> {
        let edition = &self.edition;
        edition.site.search.then(|| SearchIndex::of(edition))
    }

    /// A file of the search.
    pub fn search_file(&self, index: Option<&SearchIndex>, file: SearchFile) -> Vec<u8> {
        index.map_or_else(Vec::new, |index| index.file(&self.edition, file))
    }
}

impl Prepared {
    /// What renders an edition's paths.
    ///
    /// # Errors
    /// When a template that all pages share fails.
    pub fn renderer<'a>(
        &'a self,
        edition: &'a PreparedEdition,
    ) -> Result<Renderer<'a>, Diagnostic> {
        Renderer::new(
            &edition.edition,
            &edition.plan,
            self.templates.clone(),
            self.highlighter.as_deref(),
        )
    }

    /// Says so when code blocks stayed plain; known once pages were rendered.
    pub fn highlighting(&self) -> Option<Diagnostic> {
        let reason = self.highlighter.as_ref()?.failure()?;
        Some(
            Diagnostic::new(
                Code::PlainCode,
                format!("code blocks have no colours: {reason}"),
            )
            .help("make the folder for temporary files writable, or set build.highlight = false"),
        )
    }

    /// Renders every output of an edition, in parallel, and gives each to `take`.
    ///
    /// # Errors
    /// Each failing place of a template once, with the first page in the order of the paths that
    /// shows it; or the first failure of `take`, after which nothing more is rendered.
    pub fn render(
        &self,
        edition: &PreparedEdition,
        take: &(dyn Fn(&str, Output) -> Result<(), Diagnostic> + Sync),
    ) -> Result<(), Diagnostics> {
        render_with(&self.renderer(edition)?, edition, &|_, _| Ok(false), take)
    }
}

/// How many outputs a thread takes at once.
const STRETCH: usize = 16;

/// [`Prepared::render`] with a renderer that is ready, without what `keep` has already.
fn render_with(
    renderer: &Renderer,
    edition: &PreparedEdition,
    keep: &(dyn Fn(&str, &Producer) -> Result<bool, Diagnostic> + Sync),
    take: &(dyn Fn(&str, Output) -> Result<(), Diagnostic> + Sync),
) -> Result<(), Diagnostics> {
    // A checksum is made with its document, the lists of all files once all are written.
    let outputs = edition.plan.outputs.iter();
    let outputs = outputs
        .filter(|(_, planned)| !matches!(planned.producer, Producer::Checksum | Producer::Sums));
    let (last, first): (Vec<_>, Vec<_>) =
        outputs.partition(|(_, planned)| planned.producer.comes_last());
    let pass = |outputs: Vec<(&String, &Planned)>| -> Vec<Result<Diagnostic, Diagnostic>> {
        outputs
            .par_iter()
            // What is not begun can go to another thread: one that has none left does not wait for a
            // long stretch of pages.
            .with_max_len(STRETCH)
            .filter_map(|(path, planned)| {
                let beside = checksum_path(edition, path);
                let is_there = |path: &str| keep(path, &planned.producer);
                let (kept, sum_kept) = match (is_there(path), beside.as_deref().map(is_there)) {
                    (Ok(kept), None) => (kept, true),
                    (Ok(kept), Some(Ok(sum_kept))) => (kept, sum_kept),
                    (Err(diagnostic), _) | (_, Some(Err(diagnostic))) => {
                        return Some(Err(diagnostic));
                    }
                };
                if kept && sum_kept {
                    return None;
                }
                let mut output = match output(renderer, path, planned) {
                    Ok(output) => output,
                    Err(diagnostic) => return Some(Ok(diagnostic)),
                };
                let mut sum = None;
                if let (Output::Bytes(bytes), Some(beside)) = (&mut output, beside) {
                    let sha = output::sha_of(bytes);
                    sum = (!sum_kept).then(|| (beside, listing::checksum(path, &sha)));
                    output = Output::Document(std::mem::take(bytes), sha);
                }
                let taken = if kept { Ok(()) } else { take(path, output) };
                let taken = taken.and_then(|()| match sum {
                    Some((path, sum)) => take(&path, Output::Bytes(sum)),
                    None => Ok(()),
                });
                taken.err().map(Err)
            })
            // A template fails alike on page after page; the disk fails for good.
            .take_any_while({
                let stop = std::sync::atomic::AtomicBool::new(false);
                move |failure| {
                    failure.is_ok() || !stop.swap(true, std::sync::atomic::Ordering::Relaxed)
                }
            })
            .collect()
    };
    let mut failed = pass(first);
    if failed.iter().all(Result::is_ok) {
        failed.extend(pass(last));
    }
    let mut found = Diagnostics::new();
    let mut places = std::collections::BTreeSet::new();
    for failure in failed {
        match failure {
            Err(diagnostic) => return Err(diagnostic.into()),
            Ok(diagnostic) => {
                let place = diagnostic
                    .location
                    .as_ref()
                    .map(|at| (at.file.path.clone(), at.span.start));
                if places.insert((diagnostic.code, place)) {
                    found.push(diagnostic);
                }
            }
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// The path of the checksum that stands beside an output, where one does.
fn checksum_path(edition: &PreparedEdition, path: &str) -> Option<String> {
    // Most outputs have none, and need not be asked for by name.
    if !sidecars::is_document(path) {
        return None;
    }
    let beside = format!("{path}{}", listing::CHECKSUM);
    let planned = edition.plan.outputs.get(&beside)?;
    (planned.producer == Producer::Checksum).then_some(beside)
}

/// The content of a planned path.
///
/// # Errors
/// When a template fails.
pub fn output<'p>(
    renderer: &Renderer,
    path: &str,
    planned: &'p Planned,
) -> Result<Output<'p>, Diagnostic> {
    Ok(match &planned.producer {
        Producer::File(asset) if media::needs_cleaning(asset) => Output::Clean(asset),
        Producer::File(asset) => Output::Copy(&asset.file),
        Producer::Search(file) => Output::Search(*file),
        Producer::Card(_) => Output::Card(renderer.render(path, planned)?),
        _ => Output::Bytes(renderer.render(path, planned)?),
    })
}

/// An output's content.
pub enum Output<'a> {
    Bytes(Vec<u8>),
    /// Bytes of which another output states the SHA-256.
    Document(Vec<u8>, Sha),
    /// A file that is taken over as it is.
    Copy(&'a Path),
    /// A file that is published as [`media::clean`] gives it, when it is needed: all pictures of a
    /// site at once would fill the memory.
    Clean(&'a Asset),
    /// The SVG of a card, which [`card`] draws when it is needed.
    Card(Vec<u8>),
    /// A file of the search, which [`SearchIndex`] makes when it is needed.
    Search(SearchFile),
}

/// The picture of a card.
///
/// # Errors
/// When its template, a site's own, makes something else than SVG.
pub fn card(svg: &[u8]) -> Result<Vec<u8>, Diagnostic> {
    cards::draw(&String::from_utf8_lossy(svg)).map_err(|error| {
        Diagnostic::new(
            Code::TemplateRender,
            format!("the template `card.svg` makes no drawing: {error}"),
        )
        .at_path("templates/card.svg")
        .help("what it makes must be one SVG element with all that is in it")
    })
}

/// An edition that was written.
pub struct BuiltEdition {
    pub name: Option<String>,
    pub folder: PathBuf,
    pub tlp: crate::marking::Tlp,
    pub briefs: usize,
    pub entities: usize,
    pub withheld: Withheld,
    /// Phrases that the settings allow, with what they let pass.
    pub allowed: Vec<leaks::Allowed>,
    pub commit: CommitSummary,
}

/// What a build did.
pub struct Built {
    /// The instant that embargo and expiry were measured by.
    pub as_of: Timestamp,
    pub editions: Vec<BuiltEdition>,
    pub timings: Timings,
    pub next_embargo: Option<Timestamp>,
}

/// Builds every chosen edition. No output is touched unless all of them could be made; an error
/// while they are swapped in puts back those that were.
pub fn build(
    options: &Options,
    output: &Path,
    commit_options: &CommitOptions,
    strict: bool,
    progress: &dyn Progress,
) -> (Option<Built>, Diagnostics) {
    progress.step("reading");
    let (prepared, mut found) = prepare(options);
    let Some(mut prepared) = prepared.filter(|_| !strict || found.is_empty()) else {
        return (None, found);
    };
    if let Err(diagnostic) = check_output(&options.root, output) {
        found.push(*diagnostic);
        return (None, found);
    }
    let names: BTreeSet<&str> = prepared.names.iter().map(String::as_str).collect();
    let folders: Vec<PathBuf> = prepared
        .editions
        .iter()
        .map(|edition| edition.folder(output))
        .collect();
    found.extend(output::sweep(output, &folders, &names));
    found.extend(output::left_behind(output, &names));
    if strict && !found.is_empty() {
        return (None, found);
    }
    let mut clock = Clock::start();
    // All locks before the first page: nobody waits for a build that ends at another one's lock.
    let begun: Result<Vec<Commit>, Diagnostic> = folders
        .iter()
        .map(|folder| Commit::begin(folder, commit_options))
        .collect();
    let begun = match begun {
        Ok(begun) => begun,
        Err(diagnostic) => {
            found.push(diagnostic);
            return (None, found);
        }
    };
    let total = prepared
        .editions
        .iter()
        .map(|edition| edition.plan.outputs.len())
        .sum();
    progress.start(total);
    let mut staged = Vec::new();
    let mut allowed = Vec::new();
    for ((edition, commit), folder) in prepared.editions.iter().zip(begun).zip(&folders) {
        // Each has stretches that take one thread.
        let (scan, renderer) = rayon::join(
            || leaks::Scan::new(&prepared.ground, &edition.settings),
            || prepared.renderer(edition),
        );
        let sources = (commit_options.cache != Cache::Never)
            .then(|| sources::of(&prepared, edition, options, &scan));
        let before = commit.sources();
        let same = before
            .zip(sources.as_ref())
            .filter(|(before, now)| before.shared == now.shared);
        clock.lap("prepare");
        // Before the pages: what they share the threads with must not wait for them.
        let index = edition.search_index();
        clock.lap("search");
        let written = renderer
            .map_err(Diagnostics::from)
            .and_then(|renderer| {
                let precompress = prepared.ground.site.settings.precompress;
                let compressed = |path: &str, bytes: &[u8]| match precompress {
                    true => precompress::beside(path, bytes, &edition.plan, &commit),
                    false => Ok(()),
                };
                let keep = |path: &str, producer: &Producer| match same {
                    // What stands beside a page is made of its bytes.
                    Some(same)
                        if !precompress
                            && !same.0.again.contains(path)
                            && sources::is_same(producer, &edition.edition, same) =>
                    {
                        let kept = commit.keep(path)?;
                        if kept {
                            progress.done(1);
                        }
                        Ok(kept)
                    }
                    _ => Ok(false),
                };
                render_with(&renderer, edition, &keep, &|path, content| {
                    match content {
                        Output::Bytes(bytes) => {
                            scan.bytes(path, &bytes);
                            commit.write(path, &bytes)?;
                            compressed(path, &bytes)?;
                        }
                        Output::Document(bytes, sha) => {
                            scan.bytes(path, &bytes);
                            commit.write_hashed(path, &bytes, sha)?;
                            compressed(path, &bytes)?;
                        }
                        Output::Copy(file) => {
                            scan.copy(path, file);
                            commit.copy(path, file)?;
                            if precompress && precompress::is_worth_it(path) {
                                compressed(path, &precompress::read(file)?)?;
                            }
                        }
                        Output::Clean(asset) => {
                            let bytes = media::clean(asset)?;
                            scan.bytes(path, &bytes);
                            commit.write(path, &bytes)?;
                            compressed(path, &bytes)?;
                        }
                        Output::Card(svg) => {
                            scan.bytes(path, &svg);
                            commit.write_made(path, cards::made_of(&svg), || card(&svg))?;
                        }
                        Output::Search(file) => {
                            let bytes = edition.search_file(index.as_ref(), file);
                            scan.bytes(path, &bytes);
                            commit.write(path, &bytes)?;
                            compressed(path, &bytes)?;
                        }
                    }
                    progress.done(1);
                    Ok(())
                })?;
                let settings = &edition.settings;
                let list = Publication::new(
                    settings.name.as_deref(),
                    settings.tlp.name(),
                    settings.base_url.as_str(),
                    options.drafts || options.embargoed,
                );
                let marking = |path: &str| renderer.marking(path).name();
                commit.write_sums(list, marking, |path, bytes| scan.bytes(path, bytes))?;
                let shared = renderer.shared();
                drop(renderer);
                let_go(shared);
                Ok(())
            })
            .and_then(|()| {
                let mut leaks = scan.findings(&prepared.ground, folder);
                leaks.extend(scan.unused_allowances(&prepared.ground));
                if leaks.has_errors() || (strict && !leaks.is_empty()) {
                    return Err(leaks);
                }
                // What is told of a page would not be told of one that is taken over.
                let sources = sources.filter(|_| leaks.is_empty()).map(|sources| Sources {
                    again: scan.touched(),
                    ..sources
                });
                found.extend(leaks);
                Ok(sources)
            });
        clock.lap("render");
        match written {
            Ok(sources) => {
                staged.push((commit, sources));
                allowed.push(scan.allowed());
            }
            Err(failed) => {
                found.extend(failed);
                found.sort();
                return (None, found);
            }
        }
    }
    let plain_code = prepared.highlighting();
    let sealed: Result<Vec<_>, _> = staged
        .into_iter()
        // Code that stayed plain for once may have colours in the next build.
        .map(|(commit, sources)| commit.seal(sources.filter(|_| plain_code.is_none())))
        .collect();
    found.extend(plain_code.into_iter().collect());
    progress.step("swapping in");
    let replaced = match sealed.and_then(output::replace) {
        Ok(replaced) => replaced,
        Err(diagnostic) => {
            found.push(diagnostic);
            return (None, found);
        }
    };
    let mut editions = Vec::new();
    let editions_done = prepared.editions.iter().zip(folders).zip(allowed);
    for (((edition, folder), allowed), summary) in editions_done.zip(replaced) {
        found.extend(summary.warnings.clone());
        editions.push(BuiltEdition {
            name: edition.settings.name.clone(),
            folder,
            tlp: edition.settings.tlp,
            briefs: edition.edition.briefs.len(),
            entities: edition.edition.entities.len(),
            withheld: edition.withheld.clone(),
            allowed,
            commit: summary,
        });
    }
    clock.lap("commit");
    let mut timings = std::mem::take(&mut prepared.timings);
    timings.extend(clock.laps);
    let built = Built {
        as_of: options.as_of,
        editions,
        timings,
        next_embargo: prepared.next_embargo,
    };
    let_go(prepared);
    (Some(built), found)
}

/// Drops what is as large as the site, in millions of pieces: nobody waits until they are given back.
pub fn let_go<T: Send + 'static>(value: T) {
    // Without a thread to give, it is dropped here.
    let _ = std::thread::Builder::new().spawn(move || drop(value));
}

/// How a long run tells where it is.
pub trait Progress: Sync {
    fn step(&self, name: &'static str);
    fn start(&self, total: usize);
    fn done(&self, count: usize);
}

/// The output folder may not hold the site, nor stand in what the site is made of.
fn check_output(root: &Path, output: &Path) -> Result<(), Box<Diagnostic>> {
    let (root, output) = (resolved(root), resolved(output));
    let sources = ["content", "data", "templates", "static"];
    let inside = sources
        .iter()
        .find(|folder| output.starts_with(root.join(folder)));
    if root.starts_with(&output) || inside.is_some() {
        return Err(Box::new(
            Diagnostic::new(
                Code::ForeignOutput,
                format!(
                    "the output folder {} would replace the site itself",
                    output.display()
                ),
            )
            .help("name a folder of its own with --output, as in --output public"),
        ));
    }
    Ok(())
}

/// A path without `.` and `..`, symbolic links of what exists followed.
pub fn resolved(path: &Path) -> PathBuf {
    let mut existing = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut rest = Vec::new();
    while !existing.exists() {
        match (existing.file_name().map(ToOwned::to_owned), existing.pop()) {
            (Some(name), true) => rest.push(name),
            _ => break,
        }
    }
    let mut whole = std::fs::canonicalize(&existing).unwrap_or(existing);
    for name in rest.into_iter().rev() {
        match Path::new(&name).components().next() {
            Some(Component::ParentDir) => {
                whole.pop();
            }
            _ => whole.push(name),
        }
    }
    whole
}

/// Measures the steps of a run.
struct Clock {
    last: Instant,
    laps: Timings,
}

impl Clock {
    fn start() -> Self {
        Self {
            last: crate::clock::instant(),
            laps: Vec::new(),
        }
    }

    fn lap(&mut self, name: &'static str) {
        let now = crate::clock::instant();
        self.laps.push((name, now - self.last));
        self.last = now;
    }
}
