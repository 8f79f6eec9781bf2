//! One content file: front matter, body and what stands beside it.
//!
//! 1. split the front matter from the body
//! 2. decode it as its folder's kind
//! 3. parse the body
//! 4. read the CSV that it names.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::files::{Asset, FileKind, Listed, MAX_TABLE, read_named, read_text};
use super::matter::{
    ActorMatter, BriefMatter, CampaignMatter, PageMatter, ProfileMatter, RegionMatter,
    SectorMatter, SoftwareMatter, SourceMatter, TechniqueMatter, VulnerabilityMatter,
};
use base::diagnostic::{Code, Diagnostic, Diagnostics, Location, SourceFile};
use base::kind::EntityKind;
use base::marking::Tlp;
use syntax::body::{self, Body};
use syntax::decode::{Decode, Decoder, Record, decode_record, stated};
use syntax::entry::IndicatorMatter;
use syntax::tree::Value;
use syntax::{csv, toml, yaml};

/// The front matter of a document, by its kind.
#[derive(Debug, Clone)]
pub enum Matter {
    Brief(Box<BriefMatter>),
    Actor(Box<ActorMatter>),
    Region(Box<RegionMatter>),
    Sector(Box<SectorMatter>),
    Technique(Box<TechniqueMatter>),
    Software(Box<SoftwareMatter>),
    Vulnerability(Box<VulnerabilityMatter>),
    Campaign(Box<CampaignMatter>),
    Page(Box<PageMatter>),
}

/// The rows of a brief's `indicators_file`.
#[derive(Debug, Clone)]
pub struct IndicatorRows {
    pub file: Arc<SourceFile>,
    pub rows: Vec<IndicatorMatter>,
}

/// A parsed content file.
#[derive(Debug)]
pub struct Document {
    pub file: Arc<SourceFile>,
    /// The bytes of the front matter, fences included.
    pub matter_span: Range<usize>,
    pub matter: Matter,
    pub body: Arc<Body>,
    /// The file's stem, or the bundle's folder, without the date.
    pub stem: String,
    /// The files beside `index.md`.
    pub assets: Vec<Asset>,
    pub indicator_rows: Option<IndicatorRows>,
    /// The CSV files beside it, by their path from its folder, where the body draws figures.
    pub figure_files: BTreeMap<String, Arc<SourceFile>>,
}

impl Document {
    /// What its folder makes it.
    pub fn kind(&self) -> FileKind {
        match &self.matter {
            Matter::Brief(_) => FileKind::Brief,
            Matter::Page(_) => FileKind::Page,
            Matter::Actor(_) => FileKind::Profile(EntityKind::Actor),
            Matter::Region(_) => FileKind::Profile(EntityKind::Region),
            Matter::Sector(_) => FileKind::Profile(EntityKind::Sector),
            Matter::Technique(_) => FileKind::Profile(EntityKind::Technique),
            Matter::Software(_) => FileKind::Profile(EntityKind::Software),
            Matter::Vulnerability(_) => FileKind::Profile(EntityKind::Vulnerability),
            Matter::Campaign(_) => FileKind::Profile(EntityKind::Campaign),
        }
    }

    /// What it rests on.
    pub fn sources(&self) -> &[SourceMatter] {
        match &self.matter {
            Matter::Brief(brief) => &brief.sources,
            Matter::Actor(actor) => &actor.profile.sources,
            Matter::Region(region) => &region.profile.sources,
            Matter::Sector(sector) => &sector.profile.sources,
            Matter::Technique(technique) => &technique.profile.sources,
            Matter::Software(software) => &software.profile.sources,
            Matter::Vulnerability(vulnerability) => &vulnerability.profile.sources,
            Matter::Campaign(campaign) => &campaign.profile.sources,
            Matter::Page(_) => &[],
        }
    }

    /// What decides on the document's address: its `slug`, else its title or name stands for it.
    pub fn address(&self) -> Location {
        let of_profile =
            |profile: &ProfileMatter| (profile.common.slug.clone(), profile.name.clone());
        let (slug, name) = match &self.matter {
            Matter::Brief(brief) => (brief.common.slug.clone(), brief.title.clone()),
            Matter::Page(page) => (page.common.slug.clone(), page.title.clone()),
            Matter::Actor(actor) => of_profile(&actor.profile),
            Matter::Region(region) => of_profile(&region.profile),
            Matter::Sector(sector) => of_profile(&sector.profile),
            Matter::Technique(technique) => of_profile(&technique.profile),
            Matter::Software(software) => of_profile(&software.profile),
            Matter::Vulnerability(vulnerability) => of_profile(&vulnerability.profile),
            Matter::Campaign(campaign) => of_profile(&campaign.profile),
        };
        Location::new(&self.file, slug.unwrap_or(name).span)
    }
}

/// Parses one content file, and reads the tables that it names. `unmarked` is the marking of what
/// says none of its own.
pub fn load(
    root: &Path,
    listed: &Listed,
    file: Arc<SourceFile>,
    unmarked: Option<Tlp>,
    found: &mut Diagnostics,
) -> Option<Document> {
    let (matter_span, matter, body) = parse(&file, listed.kind, unmarked, found)?;
    let indicator_rows = match &matter {
        Matter::Brief(brief) => brief.indicators_file.as_ref().and_then(|name| {
            let tlp = brief.common.tlp.as_ref().map(|tlp| tlp.value);
            let tlp = tlp.or(unmarked).unwrap_or_default();
            load_indicators(root, &file, listed, (name, tlp), found)
        }),
        _ => None,
    };
    let figure_files = if body.figures.is_empty() {
        BTreeMap::new()
    } else {
        listed
            .assets
            .iter()
            .filter(|asset| asset.path.ends_with(".csv"))
            .filter_map(|asset| match read_text(root, &asset.site_path, MAX_TABLE) {
                Ok(table) => Some((asset.path.clone(), table)),
                Err(diagnostic) => {
                    found.push(*diagnostic);
                    None
                }
            })
            .collect()
    };
    Some(Document {
        matter_span,
        matter,
        body: Arc::new(body),
        stem: stem(&listed.path),
        assets: listed.assets.clone(),
        indicator_rows,
        figure_files,
        file,
    })
}

/// What stands in the text of a content file: the bytes of its front matter, fences included, the
/// front matter decoded as that of `kind`, and the body; `unmarked` is the marking of what says none
/// of its own. Reads no file.
pub fn parse(
    file: &Arc<SourceFile>,
    kind: FileKind,
    unmarked: Option<Tlp>,
    found: &mut Diagnostics,
) -> Option<(Range<usize>, Matter, Body)> {
    let parts = split(file, found)?;
    let tree = match parts.syntax {
        Syntax::Yaml => yaml::parse(file, parts.matter.clone(), found),
        Syntax::Toml => toml::parse(file, parts.matter.clone(), found),
    };
    let own = tree.as_ref().and_then(|tree| match &tree.value {
        Value::Table(table) => stated(table),
        _ => None,
    });
    let within = own.or(unmarked).unwrap_or_default();
    let mut decoder = Decoder::new(file, found).within(within);
    let matter = tree.and_then(|tree| decode_matter(kind, &tree, &mut decoder));
    // The body is parsed even when the front matter failed, so that all findings come at once.
    let body = body::parse(file, parts.body.clone(), within, found);
    Some((0..parts.body.start, matter?, body))
}

fn decode_matter(
    kind: FileKind,
    tree: &syntax::tree::Node,
    decoder: &mut Decoder,
) -> Option<Matter> {
    fn boxed<T: Record + Decode>(
        tree: &syntax::tree::Node,
        decoder: &mut Decoder,
    ) -> Option<Box<T>> {
        decode_record(tree, decoder).map(Box::new)
    }
    Some(match kind {
        FileKind::Brief => Matter::Brief(boxed(tree, decoder)?),
        FileKind::Page => Matter::Page(boxed(tree, decoder)?),
        FileKind::Profile(kind) => match kind {
            EntityKind::Actor => Matter::Actor(boxed(tree, decoder)?),
            EntityKind::Region => Matter::Region(boxed(tree, decoder)?),
            EntityKind::Sector => Matter::Sector(boxed(tree, decoder)?),
            EntityKind::Technique => Matter::Technique(boxed(tree, decoder)?),
            EntityKind::Software => Matter::Software(boxed(tree, decoder)?),
            EntityKind::Vulnerability => Matter::Vulnerability(boxed(tree, decoder)?),
            EntityKind::Campaign => Matter::Campaign(boxed(tree, decoder)?),
        },
    })
}

/// Where front matter stands between its fences, and where the body: whether it is YAML, both ranges.
pub fn fences(
    file: &Arc<SourceFile>,
    found: &mut Diagnostics,
) -> Option<(bool, Range<usize>, Range<usize>)> {
    let parts = split(file, found)?;
    Some((
        matches!(parts.syntax, Syntax::Yaml),
        parts.matter,
        parts.body,
    ))
}

enum Syntax {
    Yaml,
    Toml,
}

struct Parts {
    syntax: Syntax,
    matter: Range<usize>,
    body: Range<usize>,
}

/// Splits a file at the fences of its front matter: `---` for YAML, `+++` for TOML.
fn split(file: &Arc<SourceFile>, found: &mut Diagnostics) -> Option<Parts> {
    let text = &file.text;
    if text.trim().is_empty() {
        found.push(
            Diagnostic::new(Code::EmptyFile, format!("`{}` is empty", file.path))
                .at(file, 0..0)
                .help("begin with front matter between two lines `---`, or remove the file"),
        );
        return None;
    }
    let mut lines = lines(text);
    let first = lines.next().unwrap_or(0..0);
    let (fence, syntax) = match text[first.clone()].trim_end() {
        "---" => ("---", Syntax::Yaml),
        "+++" => ("+++", Syntax::Toml),
        _ => {
            found.push(
                Diagnostic::new(
                    Code::NoFrontMatter,
                    "the file does not begin with front matter",
                )
                .at(file, first)
                .label("expected a line `---` (YAML) or `+++` (TOML)")
                .help("begin the file with `---`, the keys, and another `---`"),
            );
            return None;
        }
    };
    let start = lines_end(text, first.end);
    for line in lines {
        if text[line.clone()].trim_end() == fence {
            return Some(Parts {
                syntax,
                matter: start..line.start,
                body: lines_end(text, line.end)..text.len(),
            });
        }
    }
    found.push(
        Diagnostic::new(Code::UnclosedFrontMatter, "the front matter is not closed")
            .at(file, first)
            .label("opened here")
            .help(format!("put a line `{fence}` behind the last key")),
    );
    None
}

/// The lines of a text as ranges, without their ends.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let range = start..start + line.trim_end_matches(['\n', '\r']).len();
        start += line.len();
        range
    })
}

/// The first byte after a line's end.
fn lines_end(text: &str, end: usize) -> usize {
    text[end..].find('\n').map_or(text.len(), |at| end + at + 1)
}

/// The stem that the address is made of: `2025-11-10-harbour.md` and `harbour/index.md` are `harbour`.
pub fn stem(path: &str) -> String {
    let name = path.strip_suffix("/index.md").unwrap_or(path);
    let name = name.rsplit('/').next().unwrap_or(name);
    let name = name.strip_suffix(".md").unwrap_or(name);
    let dated = name.len() > 11
        && name.is_char_boundary(11)
        && name.as_bytes()[10] == b'-'
        && syntax::dates::Moment::parse(&name[..10]).is_some();
    if dated {
        name[11..].to_owned()
    } else {
        name.to_owned()
    }
}

fn load_indicators(
    root: &Path,
    brief: &Arc<SourceFile>,
    listed: &Listed,
    (name, within): (&syntax::decode::Text, Tlp),
    found: &mut Diagnostics,
) -> Option<IndicatorRows> {
    let beside = listed
        .assets
        .iter()
        .find(|asset| asset.path == name.value)
        .map(|asset| asset.site_path.clone());
    // A table that several briefs share stands in data/.
    let shared = || {
        let inside = name.starts_with("data/") && !name.split(['/', '\\']).any(|part| part == "..");
        inside
            .then(|| name.value.clone())
            .filter(|path| root.join(path).is_file())
    };
    let Some(path) = beside.or_else(shared) else {
        let escapes = name.starts_with('/')
            || name.contains('\\')
            || name.split('/').any(|part| part == "..");
        let code = if escapes {
            Code::PathEscape
        } else {
            Code::MissingFile
        };
        let csvs: Vec<&str> = listed
            .assets
            .iter()
            .map(|asset| asset.path.as_str())
            .filter(|path| path.ends_with(".csv"))
            .collect();
        let diagnostic = Diagnostic::new(
            code,
            format!("there is no file `{}` beside this brief", name.value),
        )
        .at(brief, name.span.clone())
        .label("expected a CSV file beside index.md, or data/….csv");
        found.push(match csvs.as_slice() {
            [] => diagnostic.help("make the brief a folder with index.md, and put the CSV into it"),
            names => diagnostic.help(format!("beside it are: {}", names.join(", "))),
        });
        return None;
    };
    match read_named(root, &path, MAX_TABLE) {
        Ok(file) => {
            let nodes = csv::parse(&file, found);
            let mut decoder = Decoder::new(&file, found).within(within);
            let rows = nodes
                .iter()
                .filter_map(|node| IndicatorMatter::decode(node, &mut decoder))
                .collect();
            Some(IndicatorRows { file, rows })
        }
        Err(diagnostic) => {
            found.push(*diagnostic);
            None
        }
    }
}
