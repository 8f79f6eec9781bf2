//! Profiles of entities, and plain pages.

use super::brief::attribution;
use super::context::{Context, plain, slug_of, value};
use super::entities::profile_of;
use super::naming::{List, lists};
use super::text;
use crate::model::{EntityId, Facts, Page, Profile};
use base::diagnostic::{Code, Diagnostic};
use base::kind::EntityKind;
use base::marking::{Marking, Tlp};
use load::Matter;
use load::matter::PageMatter;
use syntax::decode::Text;

/// Resolves the profile of the context's document.
pub fn resolve(context: &mut Context) -> Option<(Marking, Profile)> {
    let document = context.document;
    let (_, matter) = profile_of(document)?;
    // Without a marking nothing may be shown; the rest is still checked.
    let marking = context
        .marking(&matter.common, &matter.name)
        .unwrap_or_else(|| Marking::new(Tlp::Red, []));
    let sources = context.sources(&matter.sources, &marking);
    let mut entities: Vec<EntityId> = Vec::new();
    for (kind, list) in lists(document) {
        let named = match list {
            List::Texts(texts) => context.entities(
                kind,
                texts.iter().map(|text| (text.value.as_str(), &text.span)),
            ),
            List::Loose(texts) => context.entities(
                kind,
                texts.iter().map(|text| (text.value.0.as_str(), &text.span)),
            ),
            List::One(text) => context.entities(
                kind,
                text.iter().map(|text| (text.value.as_str(), &text.span)),
            ),
        };
        entities.extend(
            named
                .into_iter()
                .filter(|entity| !entities.contains(entity))
                .collect::<Vec<_>>(),
        );
    }
    if let Matter::Region(region) = &document.matter {
        // Parents and members are edges of the hierarchy; here they are only checked.
        for place in region.parents.iter().chain(&region.members) {
            context.entity(EntityKind::Region, &place.value.0, &place.span);
        }
    }
    let (attribution, origin_country) = match &document.matter {
        Matter::Actor(actor) => {
            let entry = actor
                .attribution
                .as_ref()
                .map(|entry| attribution(context, entry, &marking, &sources));
            let origin = actor.origin.as_ref().and_then(|origin| {
                context.entity(EntityKind::Region, &origin.value.0, &origin.span)
            });
            (entry, origin)
        }
        _ => (None, None),
    };
    let profile = Profile {
        origin: context.origin(&matter.name),
        summary: plain(&matter.common.summary),
        aliases: context.aliases(&matter.aliases, &marking),
        facts: facts(context),
        attribution,
        entities,
        origin_country,
        updated: value(&matter.updated),
        redirects: context.redirects(&matter.common),
        extra: matter
            .common
            .extra
            .as_ref()
            .map_or(serde_json::Value::Null, |extra| extra.value.0.clone()),
        text: text::resolve(context, &sources),
        assets: document.assets.clone(),
        sources,
    };
    Some((marking, profile))
}

fn facts(context: &mut Context) -> Facts {
    let document = context.document;
    let mut facts = Facts::default();
    if let Some((kind, matter)) = profile_of(document)
        && let Some(external) = &matter.external
    {
        facts.attack_id = external
            .attack
            .as_ref()
            .and_then(|id| attack_id(context, kind, id));
        facts.misp_id = value(&external.misp);
        facts.malpedia = plain(&external.malpedia);
    }
    match &document.matter {
        Matter::Actor(actor) => {
            facts.alignment = plain(&actor.alignment);
            facts.sponsor = plain(&actor.sponsor);
            facts.actor_types = actor.actor_types.iter().map(|kind| kind.value).collect();
            facts.motivations = actor
                .motivations
                .iter()
                .map(|motivation| motivation.value)
                .collect();
            facts.sophistication = value(&actor.sophistication);
            facts.resource_level = value(&actor.resource_level);
            facts.first_seen = value(&actor.first_seen);
            facts.last_seen = value(&actor.last_seen);
        }
        Matter::Region(region) => facts.note = plain(&region.note),
        Matter::Sector(sector) => facts.industry = value(&sector.stix),
        Matter::Software(software) => {
            facts.software_type = value(&software.kind);
            facts.first_seen = value(&software.first_seen);
            facts.last_seen = value(&software.last_seen);
        }
        Matter::Vulnerability(vulnerability) => facts.published = value(&vulnerability.published),
        Matter::Campaign(campaign) => {
            facts.first_seen = value(&campaign.first_seen);
            facts.last_seen = value(&campaign.last_seen);
        }
        Matter::Technique(_) | Matter::Brief(_) | Matter::Page(_) => {}
    }
    facts
}

/// An ATT&CK id of the letter that its kind has.
fn attack_id(context: &mut Context, kind: EntityKind, id: &Text) -> Option<String> {
    let Some(catalogue) = kind.attack() else {
        context.report(
            &id.span,
            Diagnostic::new(
                Code::BadId,
                format!(
                    "ATT&CK has no ids for {}",
                    kind.plural_title().to_lowercase()
                ),
            )
            .label("not expected here")
            .help("take the line out"),
        );
        return None;
    };
    let letter = catalogue.letter;
    let upper = id.trim().to_ascii_uppercase();
    let shaped = upper.strip_prefix(letter).is_some_and(|digits| {
        let main = digits.split('.').next().unwrap_or_default();
        main.len() == 4
            && digits
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
    });
    if !shaped {
        context.report(
            &id.span,
            Diagnostic::new(
                Code::BadId,
                format!(
                    "`{}` is not the ATT&CK id of {}",
                    id.value,
                    kind.with_article()
                ),
            )
            .label(format!("expected {letter} and four digits"))
            .help(format!("write it as {letter}0032")),
        );
        return None;
    }
    Some(upper)
}

/// Resolves a plain page.
pub fn resolve_page(context: &mut Context, matter: &PageMatter) -> Option<Page> {
    context.check_groups(&matter.common.audience);
    // Pages carry no intelligence: without a marking and a default they are clear.
    let marking = Marking::new(
        matter
            .common
            .tlp
            .as_ref()
            .map(|tlp| tlp.value)
            .or(context.lookup.site.settings.default_tlp)
            .unwrap_or(Tlp::Clear),
        matter
            .common
            .audience
            .iter()
            .map(|group| group.value.clone()),
    );
    let document = context.document;
    Some(Page {
        origin: context.origin(&matter.title),
        slug: slug_of(document, &matter.common),
        title: matter.title.value.clone(),
        summary: plain(&matter.common.summary),
        draft: matter.draft.as_ref().is_some_and(|draft| draft.value),
        redirects: context.redirects(&matter.common),
        extra: matter
            .common
            .extra
            .as_ref()
            .map_or(serde_json::Value::Null, |extra| extra.value.0.clone()),
        text: text::resolve(context, &[]),
        assets: document.assets.clone(),
        marking,
    })
}
