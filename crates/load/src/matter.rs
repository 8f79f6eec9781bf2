//! The front matter of every kind of content: what an analyst can write, with types.
//!
//! These definitions are the only ones. The decoder, the JSON Schema and the reference in the user
//! guide come from them; the doc comment of a field is its description there.

use url::Url;
use uuid::Uuid;

use base::marking::Tlp;
use base::vocabulary::{
    ActorType, AliasRelation, AttributionBasis, BriefStatus, Confidence, Credibility,
    IndustrySector, Likelihood, Motivation, Pap, RegionKind, Reliability, ReportType,
    ResourceLevel, SoftwareType, Sophistication,
};
use syntax::dates::{Moment, Period, RoughDate};
use syntax::decode::{Decode, Free, Loose, Number, Record, Spanned, Text, record};
pub use syntax::entry::{EntryMarking, IndicatorMatter};

record! {
    /// The keys that every kind of content has.
    pub struct Common {
        /// TLP 2.0 marking: clear, green, amber, amber+strict or red.
        tlp: Option<Spanned<Tlp>>,
        /// Groups that may see it; limits it to editions that list one of them.
        audience: Vec<Text>,
        /// The last part of the address; the file's stem without its date when absent.
        slug: Option<Text>,
        /// A UUID for exchange formats; derived when absent.
        id: Option<Spanned<Uuid>>,
        /// One or two sentences for lists, feeds and previews.
        summary: Option<Text>,
        /// Old addresses that lead here.
        redirect_from: Vec<Text>,
        /// Free values for themes.
        extra: Option<Spanned<Free>>,
    }
}

record! {
    /// A short text, or a table when it has a marking of its own.
    pub struct Remark short "text" with marking: EntryMarking {
        /// The text.
        text: Text,
    }
}

record! {
    /// A source that texts cite as `[@id]` and entries name as `source`.
    pub struct SourceMatter with marking: EntryMarking {
        /// The short name that citations use.
        id: Text,
        /// The title of the publication.
        title: Text,
        /// Who published it.
        publisher: Option<Text>,
        /// Where it can be read.
        url: Option<Spanned<Url>>,
        /// When it was published: a day, a month or a year.
        date: Option<Spanned<RoughDate>>,
        /// When it was read.
        accessed: Option<Spanned<RoughDate>>,
        /// Admiralty reliability of the source, A to F.
        reliability: Option<Spanned<Reliability>>,
        /// Admiralty credibility of the information, 1 to 6.
        credibility: Option<Spanned<Credibility>>,
    }
}

record! {
    /// Who is held responsible, on what basis.
    pub struct AttributionMatter with marking: EntryMarking {
        /// The actor's name, alias or id.
        actor: Option<Text>,
        /// The state or cause that the actor is aligned with.
        alignment: Option<Text>,
        /// technical, unofficial, official or legal.
        basis: Option<Spanned<AttributionBasis>>,
        /// low, moderate or high.
        confidence: Option<Spanned<Confidence>>,
        /// The id of the source.
        source: Option<Text>,
    }
}

record! {
    /// What a judgment said before.
    pub struct ChangedFrom {
        /// The likelihood before the change.
        likelihood: Option<Spanned<Likelihood>>,
        /// The confidence before the change.
        confidence: Option<Spanned<Confidence>>,
        /// When it was changed.
        date: Option<Spanned<RoughDate>>,
    }
}

record! {
    /// A key judgment: one assessed statement.
    pub struct JudgmentMatter with marking: EntryMarking {
        /// The judgment, as one sentence.
        text: Text,
        /// One of the ICD 203 terms.
        likelihood: Option<Spanned<Likelihood>>,
        /// low, moderate or high.
        confidence: Option<Spanned<Confidence>>,
        /// Ids of the sources it rests on.
        sources: Vec<Text>,
        /// What it said before.
        changed_from: Option<ChangedFrom>,
    }
}

record! {
    /// A figure with what it counts, its period and its source.
    pub struct StatisticMatter with marking: EntryMarking {
        /// What the figure says.
        label: Text,
        /// The figure.
        value: Spanned<Number>,
        /// The unit, such as "%".
        unit: Option<Text>,
        /// The whole that it is a share of.
        of: Option<Spanned<Loose>>,
        /// The time it covers.
        period: Option<Spanned<Period>>,
        /// The id of the source.
        source: Option<Text>,
    }
}

record! {
    /// Something that happened.
    pub struct EventMatter with marking: EntryMarking {
        /// A day, a time, a month or a year.
        date: Spanned<RoughDate>,
        /// What happened.
        text: Text,
        /// The id of the source.
        source: Option<Text>,
    }
}

record! {
    /// What somebody said.
    pub struct QuoteMatter with marking: EntryMarking {
        /// The words.
        text: Text,
        /// Who said them.
        person: Option<Text>,
        /// The person's role.
        role: Option<Text>,
        /// The person's organisation.
        organisation: Option<Text>,
        /// The id of the source.
        source: Option<Text>,
    }
}

record! {
    /// The lead image.
    pub struct ImageMatter short "src" with marking: EntryMarking {
        /// The file, beside the brief or in `static/`.
        src: Text,
        /// What it shows, for those who do not see it.
        alt: Option<Text>,
        /// Who made it.
        credit: Option<Text>,
    }
}

record! {
    /// A change after publication.
    pub struct ChangeMatter with marking: EntryMarking {
        /// When.
        date: Spanned<Moment>,
        /// What was changed.
        note: Text,
    }
}

record! {
    /// A brief: one finished intelligence product.
    pub struct BriefMatter with common: Common {
        /// The title.
        title: Text,
        /// The day or time of publication.
        date: Spanned<Moment>,
        /// The day or time of the last change; where there is a changelog, that counts.
        updated: Option<Spanned<Moment>>,
        /// Not published while true.
        draft: Option<Spanned<bool>>,
        /// Nowhere before this time.
        embargo: Option<Spanned<Moment>>,
        /// Nowhere after this time.
        expires: Option<Spanned<Moment>>,
        /// current, superseded or revoked.
        status: Option<Spanned<BriefStatus>>,
        /// Slugs of the briefs that this one replaces.
        supersedes: Vec<Text>,
        /// STIX report types.
        report_types: Vec<Spanned<ReportType>>,
        /// The number under which the publisher files it.
        report_number: Option<Spanned<Loose>>,
        /// Who wrote it; the site's authors when absent.
        authors: Vec<Text>,
        /// Permissible Actions Protocol: what a reader may do with it.
        pap: Option<Spanned<Pap>>,
        /// The time that it covers.
        period: Option<Spanned<Period>>,
        /// Overall confidence: low, moderate or high.
        confidence: Option<Spanned<Confidence>>,
        /// Actors by name, alias, id or slug.
        actors: Vec<Text>,
        /// Campaigns by name.
        campaigns: Vec<Text>,
        /// Targeted places: country codes, country names, groupings.
        regions: Vec<Spanned<Loose>>,
        /// Targeted sectors.
        sectors: Vec<Text>,
        /// ATT&CK technique ids.
        techniques: Vec<Text>,
        /// Malware and tools by name.
        software: Vec<Text>,
        /// CVE ids.
        vulnerabilities: Vec<Text>,
        /// Free words, with index pages of their own.
        tags: Vec<Text>,
        /// Who is held responsible.
        attribution: Vec<AttributionMatter>,
        /// The assessed statements that the brief makes.
        key_judgments: Vec<JudgmentMatter>,
        /// What is not known.
        intelligence_gaps: Vec<Remark>,
        /// What is expected next.
        outlook: Option<Remark>,
        /// Figures with their period and source.
        statistics: Vec<StatisticMatter>,
        /// The timeline.
        events: Vec<EventMatter>,
        /// Who said what.
        quotes: Vec<QuoteMatter>,
        /// Observables to detect or block.
        indicators: Vec<IndicatorMatter>,
        /// A CSV with further indicators, beside the brief.
        indicators_file: Option<Text>,
        /// What the brief rests on.
        sources: Vec<SourceMatter>,
        /// The lead image.
        image: Option<ImageMatter>,
        /// Changes after publication.
        changelog: Vec<ChangeMatter>,
    }
}

record! {
    /// Another name of an entity.
    pub struct AliasMatter short "name" with marking: EntryMarking {
        /// The name.
        name: Text,
        /// Who uses it: a publisher, or the id of a source.
        source: Option<Text>,
        /// same-as, overlaps or suspected; a suspected alias never resolves.
        relation: Option<Spanned<AliasRelation>>,
        /// low, moderate or high.
        confidence: Option<Spanned<Confidence>>,
    }
}

record! {
    /// Ids in other catalogues.
    pub struct External {
        /// The ATT&CK id: G…, S…, C…, T….
        attack: Option<Text>,
        /// The UUID in the MISP galaxy.
        misp: Option<Spanned<Uuid>>,
        /// The name in Malpedia.
        malpedia: Option<Text>,
    }
}

record! {
    /// The keys that every profile has.
    pub struct ProfileMatter with common: Common {
        /// The name.
        name: Text,
        /// Other names.
        aliases: Vec<AliasMatter>,
        /// The day or time of the last change, for the versions of exchange formats.
        updated: Option<Spanned<Moment>>,
        /// Ids in other catalogues.
        external: Option<External>,
        /// What the profile rests on.
        sources: Vec<SourceMatter>,
    }
}

record! {
    /// An actor: a named group.
    pub struct ActorMatter with profile: ProfileMatter {
        /// The state or cause that it is aligned with.
        alignment: Option<Text>,
        /// The country it operates from.
        origin: Option<Spanned<Loose>>,
        /// STIX threat actor types.
        actor_types: Vec<Spanned<ActorType>>,
        /// Who directs or pays it.
        sponsor: Option<Text>,
        /// How the attribution was made.
        attribution: Option<AttributionMatter>,
        /// STIX attack motivations.
        motivations: Vec<Spanned<Motivation>>,
        /// STIX sophistication.
        sophistication: Option<Spanned<Sophistication>>,
        /// STIX resource level.
        resource_level: Option<Spanned<ResourceLevel>>,
        /// When it was first seen.
        first_seen: Option<Spanned<RoughDate>>,
        /// When it was last seen.
        last_seen: Option<Spanned<RoughDate>>,
        /// Places it targets.
        regions: Vec<Spanned<Loose>>,
        /// Sectors it targets.
        sectors: Vec<Text>,
        /// Techniques it uses.
        techniques: Vec<Text>,
        /// Software it uses.
        software: Vec<Text>,
        /// Related actors.
        related: Vec<Text>,
    }
}

record! {
    /// A region: a country or a grouping of places.
    pub struct RegionMatter with profile: ProfileMatter {
        /// ISO 3166-1 code.
        code: Option<Spanned<Loose>>,
        /// UN M49 code.
        m49: Option<Spanned<Loose>>,
        /// country, m49 or custom.
        kind: Option<Spanned<RegionKind>>,
        /// Places that it lies in.
        parents: Vec<Spanned<Loose>>,
        /// Places that it is made of.
        members: Vec<Spanned<Loose>>,
        /// A note on its status, for disputed territory.
        note: Option<Text>,
    }
}

record! {
    /// A sector: an industry that is targeted.
    pub struct SectorMatter with profile: ProfileMatter {
        /// The value of the STIX industry vocabulary that it maps to.
        stix: Option<Spanned<IndustrySector>>,
        /// The wider sector.
        parent: Option<Text>,
    }
}

record! {
    /// A technique or sub-technique of ATT&CK.
    pub struct TechniqueMatter with profile: ProfileMatter {
    }
}

record! {
    /// Malware or a tool.
    pub struct SoftwareMatter with profile: ProfileMatter {
        /// malware or tool.
        kind as "type": Option<Spanned<SoftwareType>>,
        /// When it was first seen.
        first_seen: Option<Spanned<RoughDate>>,
        /// When it was last seen.
        last_seen: Option<Spanned<RoughDate>>,
        /// Actors that use it.
        actors: Vec<Text>,
        /// Techniques it implements.
        techniques: Vec<Text>,
    }
}

record! {
    /// A vulnerability.
    pub struct VulnerabilityMatter with profile: ProfileMatter {
        /// When it was published.
        published: Option<Spanned<RoughDate>>,
        /// Actors that exploit it.
        actors: Vec<Text>,
        /// Software that exploits it.
        software: Vec<Text>,
    }
}

record! {
    /// A campaign: a named operation.
    pub struct CampaignMatter with profile: ProfileMatter {
        /// When it was first seen.
        first_seen: Option<Spanned<RoughDate>>,
        /// When it was last seen.
        last_seen: Option<Spanned<RoughDate>>,
        /// Actors that it is attributed to.
        actors: Vec<Text>,
        /// Places it targeted.
        regions: Vec<Spanned<Loose>>,
        /// Sectors it targeted.
        sectors: Vec<Text>,
        /// Techniques it used.
        techniques: Vec<Text>,
        /// Software it used.
        software: Vec<Text>,
        /// Vulnerabilities it used.
        vulnerabilities: Vec<Text>,
    }
}

record! {
    /// A plain page: about, privacy, terms.
    pub struct PageMatter with common: Common {
        /// The title.
        title: Text,
        /// Not published while true.
        draft: Option<Spanned<bool>>,
    }
}

/// Each kind of content with its folder and its schema.
pub fn schemas() -> [(&'static str, serde_json::Value); 9] {
    fn of<T: Record + Decode>() -> serde_json::Value {
        T::schema()
    }
    [
        ("briefs", of::<BriefMatter>()),
        ("actors", of::<ActorMatter>()),
        ("regions", of::<RegionMatter>()),
        ("sectors", of::<SectorMatter>()),
        ("techniques", of::<TechniqueMatter>()),
        ("software", of::<SoftwareMatter>()),
        ("vulnerabilities", of::<VulnerabilityMatter>()),
        ("campaigns", of::<CampaignMatter>()),
        ("pages", of::<PageMatter>()),
    ]
}
