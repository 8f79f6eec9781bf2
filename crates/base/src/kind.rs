//! The kinds of things that a library holds, as data: names, folders, words for pages.

use serde::Serialize;

macro_rules! kinds {
    ($($name:ident, $singular:literal, $folder:literal, $title:literal, $plural_title:literal;)+) => {
        /// Whatever has index pages of its own.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EntityKind { $($name),+ }

        impl EntityKind {
    /// Whether there is an entity of whatever name front matter gives one of this kind. Places are a
    /// closed set, and ids have a form.
    pub fn is_named_freely(self) -> bool {
        !matches!(
            self,
            EntityKind::Region | EntityKind::Technique | EntityKind::Vulnerability
        )
    }

            pub const ALL: &'static [EntityKind] = &[$(EntityKind::$name),+];

            /// `actor`.
            pub fn name(self) -> &'static str { match self { $(EntityKind::$name => $singular),+ } }
            /// The folder in `content/` and the first part of the address: `actors`.
            pub fn folder(self) -> &'static str { match self { $(EntityKind::$name => $folder),+ } }
            /// A heading for one: `Actor`.
            pub fn title(self) -> &'static str { match self { $(EntityKind::$name => $title),+ } }
            /// A heading for several: `Actors`.
            pub fn plural_title(self) -> &'static str { match self { $(EntityKind::$name => $plural_title),+ } }
        }
    };
}

kinds! {
    Actor, "actor", "actors", "Actor", "Actors";
    Region, "region", "regions", "Region", "Regions";
    Sector, "sector", "sectors", "Sector", "Sectors";
    Technique, "technique", "techniques", "Technique", "Techniques";
    Software, "software", "software", "Software", "Software";
    Vulnerability, "vulnerability", "vulnerabilities", "Vulnerability", "Vulnerabilities";
    Campaign, "campaign", "campaigns", "Campaign", "Campaigns";
}

impl EntityKind {
    /// With its article, for messages: `an actor`.
    pub fn with_article(self) -> String {
        let article = if self == EntityKind::Actor { "an" } else { "a" };
        format!("{article} {}", self.name())
    }
}

impl Serialize for EntityKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
