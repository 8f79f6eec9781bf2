//! `tearline.toml`: what a site says of itself.
//!
//! In: the text of the file. Out: [`Settings`], every default filled in, or diagnostics.
#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests make files of their own")
)]

mod allow;
mod newsletter;
mod public_key;
mod security;
pub mod target;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use url::Url;
use uuid::Uuid;

pub use allow::Allowance;
use allow::{AllowTable, allowances};
use base::diagnostic::{Code, Diagnostic, Diagnostics, Severity, SourceFile, nearest};
use base::fold::fold;
use base::marking::Tlp;
use base::vocabulary::{Vocabulary, vocabulary};
use figures::countries;
use figures::map::World;
pub use newsletter::{ADDRESS, Encryption, Newsletter, NewsletterTable, Server, above};
pub use public_key::PublicKey;
pub use security::Security;
use security::SecurityTable;
use syntax::body::links::refuse;
use syntax::decode::{Decode, Decoder, Free, Spanned, Text, decode_record, record};
use syntax::toml;
pub use syntax::toml::SETTINGS as FILE_NAME;
use syntax::word::Word;
use target::{CheckedTable, Target};

/// Of an edition's name, in bytes.
const LONGEST_NAME: usize = 100;

record! {
    /// tearline.toml.
    pub struct SettingsFile {
        /// The site's title.
        title: Text,
        /// The address that the site is published at; a sub-path is fine.
        base_url: Option<Spanned<Url>>,
        /// The language of the content, as a BCP 47 tag.
        language: Option<Text>,
        /// The marking of briefs and profiles that do not say their own.
        default_tlp: Option<Spanned<Tlp>>,
        /// The authors of briefs that name none.
        authors: Vec<Text>,
        /// The UUID under which ids of exchange formats are derived.
        namespace: Option<Spanned<Uuid>>,
        /// How lists are divided.
        lists: Option<ListSettings>,
        /// What a build makes beside the pages.
        build: Option<BuildSettings>,
        /// One audience each.
        editions: Vec<(Text, EditionTable)>,
        /// Words that the search for leaks lets pass, of a site without editions.
        allow: Vec<AllowTable>,
        /// Diagnostic codes and how much they weigh.
        lints: Vec<(Text, Spanned<LintLevel>)>,
        /// The newsletter form.
        subscribe: Option<SubscribeTable>,
        /// Lists of recipients, and what they get.
        newsletter: Vec<(Text, NewsletterTable)>,
        /// How readers pass briefs on.
        share: Option<ShareTable>,
        /// How maps of the world are drawn.
        map: Option<MapTable>,
        /// How STIX bundles are written.
        stix: Option<StixTable>,
        /// Whom to tell of a weakness of the site.
        security: Option<SecurityTable>,
        /// Where editions are published.
        publish: Vec<(Text, CheckedTable)>,
        /// With which key publications are signed.
        signing: Option<SigningTable>,
        /// Free values for themes.
        extra: Option<Spanned<Free>>,
    }
}

record! {
    /// How lists are divided.
    pub struct ListSettings {
        /// Briefs on a page of a list; 0: all on one page.
        per_page: Option<Spanned<usize>>,
    }
}

record! {
    /// What a build makes beside the pages.
    pub struct BuildSettings {
        /// Colours in code blocks.
        highlight: Option<Spanned<bool>>,
        /// The search index.
        search: Option<Spanned<bool>>,
        /// Machine-readable files beside the pages.
        sidecars: Option<Spanned<bool>>,
        /// Social cards.
        cards: Option<Spanned<bool>>,
        /// Compressed copies beside text files.
        precompress: Option<Spanned<bool>>,
    }
}

record! {
    /// What one audience may read, and where.
    pub struct EditionTable {
        /// The highest marking that the audience may read.
        tlp: Spanned<Tlp>,
        /// The address that the edition is published at; the site's when absent.
        base_url: Option<Spanned<Url>>,
        /// Stands behind the site's title.
        title_suffix: Option<Spanned<syntax::decode::Loose>>,
        /// Groups whose restricted briefs and blocks this edition may hold.
        audience: Vec<Text>,
        /// Words that the search for leaks lets pass.
        allow: Vec<AllowTable>,
    }
}

record! {
    /// A newsletter provider's form.
    pub struct SubscribeTable {
        /// The address that the form is sent to.
        action: Spanned<Url>,
        /// The name of the field for the e-mail address; `email` when absent.
        field: Option<Text>,
        /// The page with the privacy policy.
        privacy: Option<Text>,
        /// The page with the terms.
        terms: Option<Text>,
    }
}

record! {
    /// How readers pass briefs on.
    pub struct ShareTable {
        /// The ways, in their order; all when absent.
        ways: Option<Vec<Spanned<ShareWay>>>,
        /// The Mastodon server that a post is written on.
        mastodon: Option<Spanned<Url>>,
    }
}

record! {
    /// With which key publications are signed.
    pub struct SigningTable {
        /// The public key, as minisign writes it.
        public_key: Text,
    }
}

record! {
    /// How maps of the world are drawn.
    pub struct MapTable {
        /// Disputed areas, and the country that each is drawn as a part of.
        merge: Vec<(Text, Text)>,
    }
}

record! {
    /// How STIX bundles are written.
    pub struct StixTable {
        /// Markings of TLP 1, for consumers that do not know TLP 2.0.
        tlp_1: Option<Spanned<bool>>,
    }
}

vocabulary! {
    /// How a lint weighs.
    LintLevel: "the lint levels", "Tearline";
    Off = "off", "Off", "not reported";
    Warning = "warning", "Warning", "reported";
    Error = "error", "Error", "reported, and stops the build";
}

vocabulary! {
    /// How a reader passes a brief on.
    ShareWay: "the ways to share", "Tearline";
    Mail = "mail", "Mail", "a new message";
    Link = "link", "Copy link", "the address, copied";
    Mastodon = "mastodon", "Mastodon", "a new post";
    Linkedin = "linkedin", "LinkedIn", "a new post";
    X = "x", "X", "a new post";
}

impl Word for LintLevel {}
impl Word for ShareWay {}

/// What one audience may read.
#[derive(Debug, Clone, PartialEq)]
pub struct EditionSettings {
    /// The folder in `public/`; none for the one edition of a site without `[editions.*]`.
    pub name: Option<String>,
    pub tlp: Tlp,
    /// Without a slash at its end.
    pub base_url: Url,
    pub title_suffix: String,
    pub audience: BTreeSet<String>,
    /// Words that are withheld and may be published all the same.
    pub allow: Vec<Allowance>,
}

/// A site's settings with every default filled in.
#[derive(Debug, Clone)]
pub struct Settings {
    pub file: Arc<SourceFile>,
    pub title: String,
    pub language: String,
    pub default_tlp: Option<Tlp>,
    pub authors: Vec<String>,
    /// The namespace of derived ids.
    pub namespace: Uuid,
    /// Briefs on a page of a list; 0 means all.
    pub per_page: usize,
    pub highlight: bool,
    /// Whether editions have a page that searches them.
    pub search: bool,
    /// Whether links to pages have pictures.
    pub cards: bool,
    /// Whether machine-readable files stand beside the pages.
    pub sidecars: bool,
    /// Whether STIX objects carry the markings of TLP 1.
    pub tlp_1: bool,
    /// Whether compressed copies stand beside text files.
    pub precompress: bool,
    pub editions: Vec<EditionSettings>,
    /// Where editions are published.
    pub publish: Vec<Target>,
    /// The key that readers check publications with.
    pub public_key: Option<PublicKey>,
    pub subscribe: Option<Subscribe>,
    pub newsletters: Vec<Newsletter>,
    pub share: Share,
    /// Which disputed areas count to which country.
    pub map: World,
    /// What security.txt says; without it there is no such file.
    pub security: Option<Security>,
    pub extra: serde_json::Value,
    lints: BTreeMap<Code, LintLevel>,
}

/// A newsletter provider's form.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Subscribe {
    pub action: String,
    pub field: String,
    pub privacy: Option<String>,
    pub terms: Option<String>,
}

/// How readers pass briefs on.
#[derive(Debug, Clone)]
pub struct Share {
    /// In this order.
    pub ways: Vec<ShareWay>,
    /// The address of a Mastodon server, without a slash at its end.
    pub mastodon: String,
}

impl Default for Share {
    fn default() -> Self {
        Self {
            ways: ShareWay::ALL.to_vec(),
            mastodon: "https://mastodon.social".to_owned(),
        }
    }
}

impl Settings {
    /// Reads the text of `tearline.toml`.
    pub fn parse(file: &Arc<SourceFile>, found: &mut Diagnostics) -> Option<Settings> {
        let before = found.count(Severity::Error);
        let tree = toml::parse(file, 0..file.text.len(), found)?;
        let mut decoder = Decoder::new(file, found);
        let table: SettingsFile = decode_record(&tree, &mut decoder)?;
        let editions = editions(&table, &mut decoder);
        let lints = lints(&table, &mut decoder);
        let map = map(&table, &mut decoder);
        let security = table
            .security
            .as_ref()
            .and_then(|table| Security::of(table, &mut decoder));
        let names: Vec<&str> = table
            .editions
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let publish = target::targets(&table.publish, &names, &mut decoder);
        let public_key = public_key(&table, &mut decoder);
        let newsletters = newsletter::newsletters(&table.newsletter, &editions, &mut decoder);
        check_language(&table, &mut decoder);
        check_form_pages(&table, &mut decoder);
        if decoder.found.count(Severity::Error) > before {
            return None;
        }
        let lowest = editions.iter().min_by_key(|edition| edition.tlp)?;
        let derived = table
            .base_url
            .as_ref()
            .map_or(&lowest.base_url, |url| &url.value);
        let namespace = table.namespace.as_ref().map_or_else(
            || Uuid::new_v5(&Uuid::NAMESPACE_URL, trimmed(derived).as_str().as_bytes()),
            |id| id.value,
        );
        let build = table.build.as_ref();
        Some(Settings {
            file: Arc::clone(file),
            title: table.title.value,
            language: table
                .language
                .map_or_else(|| "en".to_owned(), |text| text.value),
            default_tlp: table.default_tlp.map(|tlp| tlp.value),
            authors: table.authors.into_iter().map(|text| text.value).collect(),
            namespace,
            per_page: table
                .lists
                .and_then(|lists| lists.per_page)
                .map_or(25, |count| count.value),
            highlight: build
                .and_then(|build| build.highlight.as_ref())
                .is_none_or(|flag| flag.value),
            search: build
                .and_then(|build| build.search.as_ref())
                .is_none_or(|flag| flag.value),
            cards: build
                .and_then(|build| build.cards.as_ref())
                .is_none_or(|flag| flag.value),
            precompress: build
                .and_then(|build| build.precompress.as_ref())
                .is_some_and(|flag| flag.value),
            sidecars: build
                .and_then(|build| build.sidecars.as_ref())
                .is_none_or(|flag| flag.value),
            tlp_1: table
                .stix
                .and_then(|stix| stix.tlp_1)
                .is_some_and(|flag| flag.value),
            editions,
            publish,
            public_key,
            subscribe: table.subscribe.map(|form| Subscribe {
                action: form.action.value.into(),
                field: form
                    .field
                    .map_or_else(|| "email".to_owned(), |text| text.value),
                privacy: form.privacy.map(|text| text.value),
                terms: form.terms.map(|text| text.value),
            }),
            newsletters,
            share: share(table.share),
            map,
            security,
            extra: table
                .extra
                .map_or(serde_json::Value::Null, |free| free.value.0),
            lints,
        })
    }

    /// The severity that the site gives a code; `None` where it is switched off. Errors that would
    /// leave a page wrong cannot be switched off.
    pub fn weigh(&self, code: Code) -> Option<Severity> {
        match (self.lints.get(&code), code.severity()) {
            (None, severity) => Some(severity),
            (Some(LintLevel::Off), _) => None,
            (Some(LintLevel::Warning), _) => Some(Severity::Warning),
            (Some(LintLevel::Error), _) => Some(Severity::Error),
        }
    }
}

/// An address without the slash at its end, so that paths can be put behind it.
pub fn trimmed(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    url
}

fn editions(table: &SettingsFile, decoder: &mut Decoder) -> Vec<EditionSettings> {
    let site_url = table.base_url.as_ref().map(|url| trimmed(&url.value));
    let missing = |span: &std::ops::Range<usize>, what: &str, decoder: &mut Decoder| {
        decoder.report(
            &(span.start..span.start),
            Diagnostic::new(Code::MissingKey, format!("{what} has no `base_url`"))
                .label("expected `base_url` in the site or in each edition")
                .help("add a line base_url = \"https://briefs.example.org\""),
        );
    };
    if table.editions.is_empty() {
        return match site_url {
            Some(base_url) => vec![EditionSettings {
                name: None,
                tlp: Tlp::Clear,
                base_url,
                title_suffix: String::new(),
                audience: BTreeSet::new(),
                allow: allowances(&table.allow, decoder),
            }],
            None => {
                missing(&table.span, "the site", decoder);
                Vec::new()
            }
        };
    }
    if let (Some(first), Some((name, _))) = (table.allow.first(), table.editions.first()) {
        decoder.report(
            &first.phrase.span,
            Diagnostic::new(
                Code::UnknownKey,
                "with editions, a phrase is allowed for one of them",
            )
            .label("not said for which edition")
            .help(format!("write it below [[editions.{}.allow]]", name.value)),
        );
    }
    let mut editions = Vec::new();
    for (name, edition) in &table.editions {
        // The folder's name has others beside it that are longer: of the lock, of the staged tree.
        if name.is_empty() || name.len() > LONGEST_NAME || slug::slugify(&name.value) != name.value
        {
            decoder.report(
                &name.span,
                Diagnostic::new(
                    Code::BadId,
                    format!("`{}` cannot be the name of an edition", name.value),
                )
                .label("becomes a folder's name")
                .help(match slug::slugify(&name.value) {
                    plain if plain.is_empty() => {
                        "write a plain word, as in [editions.public]".to_owned()
                    }
                    plain if plain.len() > LONGEST_NAME => {
                        format!("take a name of at most {LONGEST_NAME} letters")
                    }
                    plain => format!("write `{plain}`"),
                }),
            );
        }
        if *edition.tlp == Tlp::Red {
            decoder.report(
                &edition.tlp.span,
                Diagnostic::new(
                    Code::RedWebsite,
                    "TLP:RED is for named recipients, and a website has readers",
                )
                .label("an edition up to TLP:RED")
                .help("keep this edition off every server, or lower it to amber+strict"),
            );
        }
        let own = edition.base_url.as_ref().map(|url| trimmed(&url.value));
        let Some(base_url) = own.or_else(|| site_url.clone()) else {
            missing(
                &name.span,
                &format!("the edition `{}`", name.value),
                decoder,
            );
            continue;
        };
        editions.push(EditionSettings {
            name: Some(name.value.clone()),
            tlp: *edition.tlp,
            base_url,
            title_suffix: edition
                .title_suffix
                .as_ref()
                .map_or_else(String::new, |text| text.value.0.clone()),
            audience: edition
                .audience
                .iter()
                .map(|group| group.value.clone())
                .collect(),
            allow: allowances(&edition.allow, decoder),
        });
    }
    editions
}

fn lints(table: &SettingsFile, decoder: &mut Decoder) -> BTreeMap<Code, LintLevel> {
    let mut levels = BTreeMap::new();
    for (name, level) in &table.lints {
        let code = Code::ALL
            .iter()
            .copied()
            .find(|code| code.id().eq_ignore_ascii_case(&name.value) || code.slug() == name.value);
        match code {
            Some(code) if code.severity() == Severity::Warning => {
                levels.insert(code, level.value);
            }
            Some(code) => decoder.report(
                &name.span,
                Diagnostic::new(
                    Code::UnknownValue,
                    format!("{} is an error and cannot be changed", code.id()),
                )
                .label("not a lint")
                .help("take this line out"),
            ),
            None => {
                let lints = Code::ALL
                    .iter()
                    .filter(|code| code.severity() == Severity::Warning);
                let near = nearest(&name.value, lints.flat_map(|code| [code.id(), code.slug()]));
                let mut diagnostic = Diagnostic::new(
                    Code::UnknownKey,
                    format!("there is no lint `{}`", name.value),
                )
                .label("not a lint");
                if let Some(near) = near {
                    diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
                }
                decoder.report(&name.span, diagnostic);
            }
        }
    }
    levels
}

fn share(table: Option<ShareTable>) -> Share {
    let mut share = Share::default();
    if let Some(table) = table {
        if let Some(ways) = table.ways {
            share.ways = ways.into_iter().map(|way| way.value).collect();
        }
        if let Some(server) = table.mastodon {
            share.mastodon = trimmed(&server.value)
                .as_str()
                .trim_end_matches('/')
                .to_owned();
        }
    }
    share
}

fn public_key(table: &SettingsFile, decoder: &mut Decoder) -> Option<PublicKey> {
    let key = &table.signing.as_ref()?.public_key;
    let read = PublicKey::parse(key);
    if read.is_none() {
        decoder.report(
            &key.span,
            Diagnostic::new(Code::BadId, "this is not a public key of minisign")
                .label("expected the last line of minisign.pub")
                .help(
                    "make a pair of keys with `minisign -G`, and copy the line that begins with RW",
                ),
        );
    }
    read
}

/// Where the disputed areas of maps belong.
fn map(table: &SettingsFile, decoder: &mut Decoder) -> World {
    let mut world = World::default();
    let merged = table.map.iter().flat_map(|map| &map.merge);
    for (area, country) in merged {
        let known = World::disputed_areas().find(|name| fold(name) == fold(area));
        if known.is_none() {
            let names: Vec<&str> = World::disputed_areas().collect();
            let finding = Diagnostic::new(
                Code::UnknownPlace,
                format!("`{}` is not a disputed area of the map", area.value),
            )
            .label("not an area that can be merged")
            .help(match nearest(area, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the areas are: {}", names.join(", ")),
            });
            decoder.report(&area.span, finding);
        }
        let code = countries::country(country).map(|(code, _)| code);
        if code.is_none() {
            let finding = Diagnostic::new(
                Code::UnknownPlace,
                format!("`{}` is not a country", country.value),
            )
            .label("expected a country")
            .help(countries::help(country));
            decoder.report(&country.span, finding);
        }
        if let (Some(area), Some(code)) = (known, code) {
            world.count(area, code);
        }
    }
    world
}

fn check_language(table: &SettingsFile, decoder: &mut Decoder) {
    if let Some(language) = &table.language
        && !is_language(language)
    {
        decoder.report(&language.span, not_a_language(language));
    }
}

/// Whether a text has the form of a BCP 47 tag.
fn is_language(text: &str) -> bool {
    let plain = text.split('-').all(|part| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    let first = text.split('-').next().unwrap_or_default();
    plain && (2..=3).contains(&first.len())
}

fn not_a_language(text: &str) -> Diagnostic {
    Diagnostic::new(
        Code::UnknownValue,
        format!("`{text}` is not a language tag"),
    )
    .label("expected a BCP 47 tag")
    .help("write `en`, `de` or `pt-BR`")
}

/// The pages that the newsletter form links to: of the site itself, or a web address.
fn check_form_pages(table: &SettingsFile, decoder: &mut Decoder) {
    let Some(form) = &table.subscribe else { return };
    for page in [&form.privacy, &form.terms].into_iter().flatten() {
        let on_site = page.starts_with('/') && refuse(page).is_none();
        let elsewhere = Url::parse(page)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some());
        if !on_site && !elsewhere {
            decoder.report(
                &page.span,
                Diagnostic::new(
                    Code::BadUrl,
                    format!(
                        "`{}` is neither a path of the site nor a web address",
                        page.value
                    ),
                )
                .label("expected a path that begins with `/`, or https://…")
                .help("write it as \"/privacy/\""),
            );
        }
    }
}

/// That the settings have no edition of this name.
pub fn unknown_edition<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Diagnostic {
    let names: Vec<&str> = names.collect();
    let diagnostic = Diagnostic::new(
        Code::UnknownEdition,
        format!("there is no edition `{name}`"),
    );
    match (nearest(name, names.iter().copied()), names.as_slice()) {
        (Some(near), _) => diagnostic.help(format!("did you mean `{near}`?")),
        (None, []) => diagnostic.help("the settings have no [editions.*]: leave --edition out"),
        (None, names) => diagnostic.help(format!("the settings have: {}", names.join(", "))),
    }
}

/// The JSON Schema of the file.
pub fn schema() -> serde_json::Value {
    SettingsFile::schema()
}
