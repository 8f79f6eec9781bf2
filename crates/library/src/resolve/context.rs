//! What the resolving of one document can look up, and how it reports.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use uuid::Uuid;

use crate::model::{Alias, BriefId, Entity, EntityId, Marked, Origin, Redirect, Source};
use crate::names::{Named, Names};
use base::attack::{AttackTable, cve_id, technique_id};
use base::diagnostic::{Code, Diagnostic, Diagnostics, Location, SourceFile, nearest};
use base::kind::EntityKind;
use base::marking::Marking;
use base::vocabulary::AliasRelation;
use load::matter::{AliasMatter, Common, SourceMatter};
use load::{Document, Site};
use syntax::decode::{Spanned, Text};
use syntax::entry::EntryMarking;

/// The site and the index that documents are resolved against.
pub struct Lookup<'a> {
    pub site: &'a Site,
    pub names: &'a Names,
    pub entities: &'a [Entity],
    /// Briefs by their slug in lower case.
    pub briefs: &'a BTreeMap<String, BriefId>,
    pub attack: &'a AttackTable,
}

/// One document on its way.
pub struct Context<'a, 'f> {
    pub lookup: &'a Lookup<'a>,
    pub document: &'a Document,
    /// Where spans belong: the document's own file, or a table that it brings.
    file: &'a Arc<SourceFile>,
    pub found: &'f mut Diagnostics,
}

impl<'a, 'f> Context<'a, 'f> {
    pub fn new(lookup: &'a Lookup<'a>, document: &'a Document, found: &'f mut Diagnostics) -> Self {
        Self {
            lookup,
            document,
            file: &document.file,
            found,
        }
    }

    /// The same document, with spans of a table that it brings.
    pub fn in_file(&mut self, file: &'a Arc<SourceFile>) -> Context<'a, '_> {
        Context {
            lookup: self.lookup,
            document: self.document,
            file,
            found: self.found,
        }
    }

    /// A finding at a span of the file.
    pub fn report(&mut self, span: &Range<usize>, diagnostic: Diagnostic) {
        self.found.push(diagnostic.at(self.file, span.clone()));
    }

    pub fn at(&self, span: &Range<usize>) -> Location {
        Location::new(self.file, span.clone())
    }

    pub fn origin(&self, name: &Text) -> Origin {
        Origin {
            file: self.document.file.clone(),
            name_span: name.span.clone(),
        }
    }

    /// The document's own marking; an error where it has none and the site sets no default.
    pub fn marking(&mut self, common: &Common, name: &Text) -> Option<Marking> {
        self.check_groups(&common.audience);
        let groups = common.audience.iter().map(|group| group.value.clone());
        let tlp = common.tlp.as_ref().map(|tlp| tlp.value).or(self
            .lookup
            .site
            .settings
            .default_tlp);
        if tlp.is_none() {
            self.report(
                &name.span,
                Diagnostic::new(Code::MissingMarking, format!("`{}` has no marking", name.value))
                    .label("this has no `tlp`")
                    .help("add a line `tlp: clear` (or green, amber, amber+strict, red), or set `default_tlp` in tearline.toml"),
            );
        }
        tlp.map(|tlp| Marking::new(tlp, groups))
    }

    /// An entry with its marking inside of the document's.
    pub fn marked<T>(
        &mut self,
        own: &EntryMarking,
        span: &Range<usize>,
        outer: &Marking,
        value: T,
    ) -> Marked<T> {
        self.check_groups(&own.audience);
        let marking = Marking::new(
            own.tlp.as_ref().map_or(outer.tlp, |tlp| tlp.value),
            own.audience.iter().map(|group| group.value.clone()),
        );
        Marked {
            marking: marking.within(outer),
            at: self.at(span),
            value,
        }
    }

    /// What is limited to a group that no edition lists is shown to nobody: a slip, most likely.
    pub fn check_groups(&mut self, groups: &[Text]) {
        for group in groups {
            self.check_group(&group.value, &group.span);
        }
    }

    pub fn check_group(&mut self, group: &str, span: &Range<usize>) {
        let editions = &self.lookup.site.settings.editions;
        let listed: BTreeSet<&str> = editions
            .iter()
            .flat_map(|edition| &edition.audience)
            .map(String::as_str)
            .collect();
        if listed.contains(group) {
            return;
        }
        let diagnostic = Diagnostic::new(
            Code::UnlistedGroup,
            format!("no edition lists the group `{group}`, so nobody can read this"),
        )
        .label("a group that the settings do not have");
        let diagnostic = match nearest(group, listed.iter().copied()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help(format!(
                "list it in an edition of tearline.toml: audience = [\"{group}\"]"
            )),
        };
        self.report(span, diagnostic);
    }

    /// Entities of one kind by name; each that names none or several is reported.
    pub fn entities<'t>(
        &mut self,
        kind: EntityKind,
        texts: impl IntoIterator<Item = (&'t str, &'t Range<usize>)>,
    ) -> Vec<EntityId> {
        let mut entities = Vec::new();
        for (text, span) in texts {
            if let Some(entity) = self.entity(kind, text, span)
                && !entities.contains(&entity)
            {
                entities.push(entity);
            }
        }
        entities
    }

    pub fn entity(
        &mut self,
        kind: EntityKind,
        text: &str,
        span: &Range<usize>,
    ) -> Option<EntityId> {
        match self.lookup.names.of_kind(kind, text) {
            Named::One(entity) => {
                if kind == EntityKind::Technique {
                    self.check_technique(entity, span);
                }
                Some(entity)
            }
            Named::Several(entities) => {
                self.ambiguous(text, span, &entities);
                None
            }
            Named::Nothing => {
                let diagnostic = self.nothing(kind, text);
                self.report(span, diagnostic);
                None
            }
        }
    }

    /// A technique that the site's ATT&CK table does not have, or has as a thing of the past.
    fn check_technique(&mut self, entity: EntityId, span: &Range<usize>) {
        if self.lookup.attack.techniques.is_empty() {
            return;
        }
        let meant = self.lookup.entities[entity.0 as usize].meant(entity);
        let entity = &self.lookup.entities[meant.0 as usize];
        let id = &entity.slug;
        let (state, help) = match &entity.technique {
            None => (
                "is not in the site's ATT&CK table".to_owned(),
                "check the id, or import a newer ATT&CK release".to_owned(),
            ),
            Some(row) => match (&row.revoked_by, row.deprecated) {
                (Some(by), _) => (
                    format!("was revoked in favour of {by}"),
                    format!("write `{by}`"),
                ),
                (None, true) => (
                    "is deprecated in ATT&CK".to_owned(),
                    "see its page at ATT&CK for what replaces it".to_owned(),
                ),
                (None, false) => return,
            },
        };
        self.report(
            span,
            Diagnostic::new(Code::StaleTechnique, format!("{id} {state}"))
                .label("not a current technique")
                .help(help),
        );
    }

    /// Both candidates of a name that more than one entity has.
    pub fn ambiguous(&mut self, text: &str, span: &Range<usize>, entities: &[EntityId]) {
        let entities: Vec<&Entity> = entities
            .iter()
            .map(|id| &self.lookup.entities[id.0 as usize])
            .collect();
        let candidates: Vec<String> = entities
            .iter()
            .map(|entity| format!("{} ({})", entity.name, entity.kind.name()))
            .collect();
        let ways: Vec<String> = entities
            .iter()
            .map(|entity| format!("`{}/{}`", entity.kind.folder(), entity.slug))
            .collect();
        let mut diagnostic = Diagnostic::new(
            Code::AmbiguousName,
            format!("`{text}` is a name of {}", candidates.join(" and of ")),
        )
        .label("names more than one")
        .help(format!("write {}", ways.join(" or ")));
        for entity in entities {
            if let Some(at) = &entity.named_at {
                diagnostic = diagnostic.related(at.clone(), format!("{} is here", entity.name));
            }
        }
        self.report(span, diagnostic);
    }

    fn nothing(&self, kind: EntityKind, text: &str) -> Diagnostic {
        match kind {
            EntityKind::Technique => Diagnostic::new(
                Code::BadTechnique,
                format!("`{text}` is not an ATT&CK technique id"),
            )
            .label("expected T and four digits, with .001 for a sub-technique")
            .help("write T1566 or T1566.001"),
            EntityKind::Vulnerability => {
                Diagnostic::new(Code::BadCve, format!("`{text}` is not a CVE id"))
                    .label("expected CVE, a year and a number")
                    .help("write CVE-2023-22515")
            }
            EntityKind::Region => {
                let diagnostic = Diagnostic::new(
                    Code::UnknownPlace,
                    format!("`{text}` is not a place that is known"),
                )
                .label("expected a country, its code, a UN region or a grouping of the site");
                match self.nearest_name(kind, text) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic.help("define a grouping of your own in content/regions/"),
                }
            }
            _ => Diagnostic::new(
                Code::UnknownName,
                format!("`{text}` names no {}", kind.name()),
            )
            .label("nothing has this name"),
        }
    }

    /// The nearest name of a kind, or of any.
    fn nearest_name(&self, kind: EntityKind, text: &str) -> Option<&'a str> {
        let entities = self
            .lookup
            .entities
            .iter()
            .filter(|entity| entity.kind == kind);
        nearest(
            text,
            entities.flat_map(|entity| {
                std::iter::once(entity.name.as_str())
                    .chain(entity.built_in_names.iter().map(String::as_str))
            }),
        )
    }

    /// Checks that a source is one of the document's.
    pub fn check_source(&mut self, source: &Text, sources: &[Marked<Source>]) {
        if sources.iter().any(|known| known.value.id == source.value) {
            return;
        }
        let ids: Vec<&str> = sources
            .iter()
            .map(|known| known.value.id.as_str())
            .collect();
        let diagnostic = unknown_source(&source.value, &ids);
        self.report(&source.span, diagnostic);
    }

    /// The document's sources; ids that stand twice are reported.
    pub fn sources(&mut self, sources: &[SourceMatter], outer: &Marking) -> Vec<Marked<Source>> {
        let mut resolved: Vec<Marked<Source>> = Vec::new();
        for source in sources {
            if let Some(first) = resolved
                .iter()
                .find(|known| known.value.id == source.id.value)
            {
                let diagnostic = Diagnostic::new(
                    Code::DuplicateId,
                    format!("the source `{}` stands twice", source.id.value),
                )
                .label("the second")
                .related(first.at.clone(), "the first")
                .help("give it another id");
                self.report(&source.id.span, diagnostic);
            }
            let value = Source {
                id: source.id.value.clone(),
                title: source.title.value.clone(),
                publisher: plain(&source.publisher),
                url: source.url.as_ref().map(|url| url.value.to_string()),
                date: value(&source.date),
                accessed: value(&source.accessed),
                reliability: value(&source.reliability),
                credibility: value(&source.credibility),
            };
            resolved.push(self.marked(&source.marking, &source.id.span, outer, value));
        }
        resolved
    }

    /// A profile's other names.
    pub fn aliases(&mut self, aliases: &[AliasMatter], outer: &Marking) -> Vec<Marked<Alias>> {
        aliases
            .iter()
            .map(|alias| {
                let value = Alias {
                    name: alias.name.value.clone(),
                    source: plain(&alias.source),
                    relation: value(&alias.relation).unwrap_or(AliasRelation::SameAs),
                    confidence: value(&alias.confidence),
                };
                self.marked(&alias.marking, &alias.name.span, outer, value)
            })
            .collect()
    }

    /// The old addresses that lead to the document.
    pub fn redirects(&mut self, common: &Common) -> Vec<Redirect> {
        let mut redirects = Vec::new();
        for old in &common.redirect_from {
            let fits = old
                .strip_prefix('/')
                .is_some_and(|path| !path.is_empty() && is_path(path));
            if fits {
                redirects.push(Redirect {
                    from: old.value.clone(),
                    at: self.at(&old.span),
                });
            } else {
                self.report(
                    &old.span,
                    Diagnostic::new(
                        Code::BadRedirect,
                        format!("`{}` is not an old address of this site", old.value),
                    )
                    .label("expected a path from the site's root")
                    .help("write it as /2025/old-name/"),
                );
            }
        }
        redirects
    }
}

/// Whether an address can be a file's path below the output: no part that is empty or leads up, in
/// whatever spelling a host reads it, and nothing that only some file systems have.
fn is_path(path: &str) -> bool {
    /// What most file systems allow a name, in bytes; the folder's `index.html` is one of its own.
    const LONGEST: usize = 255;
    /// A quarter of what Linux allows a path (PATH_MAX); the site's own folder comes before it.
    const LONGEST_PATH: usize = 1024;
    let path = path.strip_suffix('/').unwrap_or(path);
    let folded = path.to_ascii_lowercase();
    let hidden = ["%2e", "%2f", "%5c", "%00"];
    path.len() <= LONGEST_PATH
        && !path.contains(['\\', '?', '#'])
        && !path.contains(char::is_control)
        && !hidden.iter().any(|escape| folded.contains(escape))
        && path
            .split('/')
            .all(|part| !matches!(part, "" | "." | "..") && part.len() <= LONGEST)
}

/// A `source` or `[@id]` that names none of the document's sources.
pub fn unknown_source(id: &str, ids: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(Code::UnknownSource, format!("there is no source `{id}`"))
        .label("expected the id of an entry of `sources`");
    match (nearest(id, ids.iter().copied()), ids) {
        (Some(near), _) => diagnostic.help(format!("did you mean `{near}`?")),
        (None, []) => diagnostic.help("add it to `sources` in the front matter"),
        (None, ids) => diagnostic.help(format!(
            "add it to `sources`, or take one of: {}",
            ids.join(", ")
        )),
    }
}

/// A text's value.
pub fn plain(text: &Option<Text>) -> Option<String> {
    text.as_ref().map(|text| text.value.clone())
}

/// An optional key's value.
pub fn value<T: Clone>(spanned: &Option<Spanned<T>>) -> Option<T> {
    spanned.as_ref().map(|spanned| spanned.value.clone())
}

/// The last part of a document's address.
pub fn slug_of(document: &Document, common: &Common) -> String {
    let wanted = common
        .slug
        .as_ref()
        .map_or(document.stem.as_str(), |slug| slug.value.as_str());
    slug_from(wanted)
}

/// The id of what gives none, by its address; `of` is `brief` or the kind of an entity.
pub fn derived_id(namespace: &Uuid, of: &str, slug: &str) -> Uuid {
    Uuid::new_v5(namespace, format!("{of}:{slug}").as_bytes())
}

/// A text as part of an address: what is fit for one stays, the rest is transliterated.
pub fn slug_from(text: &str) -> String {
    if let Some(id) = technique_id(text).or_else(|| cve_id(text)) {
        return id;
    }
    let slug = slug::slugify(text);
    if slug.is_empty() {
        // A name of signs only still needs an address that stays the same.
        blake3::hash(text.as_bytes()).to_hex()[..12].to_owned()
    } else {
        slug
    }
}
