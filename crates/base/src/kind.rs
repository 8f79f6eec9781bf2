//! The kinds of things that a library holds, as data: names, folders, words for pages, and what else
//! there is of each kind.

use serde::Serialize;

/// What all entities of a kind have in common.
#[derive(Debug)]
struct Row {
    singular: &'static str,
    /// The folder in `content/`, the first part of the address, and the key of a brief.
    folder: &'static str,
    title: &'static str,
    plural_title: &'static str,
    /// With its article: `an actor`.
    with_article: &'static str,
    /// What a withheld name is called in a finding.
    named: &'static str,
    /// Where ATT&CK keeps it.
    attack: Option<Catalogue>,
    /// Whether there is one of whatever name front matter gives. Places are a closed set, and ids have
    /// a form.
    is_named_freely: bool,
    /// Whether each has a layer for the ATT&CK Navigator.
    has_layer: bool,
}

/// Where ATT&CK keeps entities of one kind.
#[derive(Debug, Clone, Copy)]
pub struct Catalogue {
    /// The folder of its website: `groups`.
    folder: &'static str,
    /// The first of an id: `G`.
    pub letter: char,
}

impl Catalogue {
    const fn of(folder: &'static str, letter: char) -> Option<Self> {
        Some(Self { folder, letter })
    }

    /// The address of an entry: `https://attack.mitre.org/groups/G0032`.
    pub fn page(self, id: &str) -> String {
        let path = id.replace('.', "/");
        format!("https://attack.mitre.org/{}/{path}", self.folder)
    }

    /// Whether a text is an id without a part below it: the letter and four digits.
    pub fn has_form(self, id: &str) -> bool {
        id.strip_prefix(self.letter).is_some_and(|digits| {
            digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
    }
}

macro_rules! kinds {
    ($($name:ident: $singular:literal, $article:literal, $folder:literal, $title:literal, $plural_title:literal,
        $attack:expr, free: $free:literal, layer: $layer:literal;)+) => {
        /// Whatever has index pages of its own.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EntityKind { $($name),+ }

        impl EntityKind {
            pub const ALL: &'static [EntityKind] = &[$(EntityKind::$name),+];

            fn row(self) -> &'static Row {
                match self {
                    $(EntityKind::$name => {
                        const ROW: Row = Row {
                            singular: $singular,
                            folder: $folder,
                            title: $title,
                            plural_title: $plural_title,
                            with_article: concat!($article, " ", $singular),
                            named: concat!("the name of ", $article, " ", $singular),
                            attack: $attack,
                            is_named_freely: $free,
                            has_layer: $layer,
                        };
                        &ROW
                    }),+
                }
            }
        }
    };
}

kinds! {
    Actor: "actor", "an", "actors", "Actor", "Actors", Catalogue::of("groups", 'G'), free: true, layer: true;
    Region: "region", "a", "regions", "Region", "Regions", None, free: false, layer: true;
    Sector: "sector", "a", "sectors", "Sector", "Sectors", None, free: true, layer: false;
    Technique: "technique", "a", "techniques", "Technique", "Techniques", Catalogue::of("techniques", 'T'), free: false, layer: false;
    Software: "software", "a", "software", "Software", "Software", Catalogue::of("software", 'S'), free: true, layer: false;
    Vulnerability: "vulnerability", "a", "vulnerabilities", "Vulnerability", "Vulnerabilities", None, free: false, layer: false;
    Campaign: "campaign", "a", "campaigns", "Campaign", "Campaigns", Catalogue::of("campaigns", 'C'), free: true, layer: true;
}

impl EntityKind {
    /// `actor`.
    pub fn name(self) -> &'static str {
        self.row().singular
    }

    /// The folder in `content/`, the first part of the address, and the key of a brief: `actors`.
    pub fn folder(self) -> &'static str {
        self.row().folder
    }

    /// A heading for one: `Actor`.
    pub fn title(self) -> &'static str {
        self.row().title
    }

    /// A heading for several: `Actors`.
    pub fn plural_title(self) -> &'static str {
        self.row().plural_title
    }

    /// With its article, for messages: `an actor`.
    pub fn with_article(self) -> &'static str {
        self.row().with_article
    }

    /// What a withheld name is called in a finding: `the name of an actor`.
    pub fn named(self) -> &'static str {
        self.row().named
    }

    /// Where ATT&CK keeps entities of this kind.
    pub fn attack(self) -> Option<Catalogue> {
        self.row().attack
    }

    /// Whether there is an entity of whatever name front matter gives one of this kind.
    pub fn is_named_freely(self) -> bool {
        self.row().is_named_freely
    }

    /// Whether each has a layer for the ATT&CK Navigator.
    pub fn has_layer(self) -> bool {
        self.row().has_layer
    }
}

impl Serialize for EntityKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
