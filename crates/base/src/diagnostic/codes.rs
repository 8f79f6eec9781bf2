//! The table of diagnostic codes. Code, documentation and tests all read it.

use super::Severity;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal, $slug:literal, $severity:ident;)+) => {
        /// A stable code. Its number never changes its meaning; a retired number is not used again.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($(#[doc = $doc])+ $name,)+ }

        impl Code {
            /// Every code, in the order of its number.
            pub const ALL: &'static [Code] = &[$(Code::$name,)+];

            /// `TL0101` and so on.
            pub fn id(self) -> &'static str {
                match self { $(Code::$name => $id,)+ }
            }

            /// The readable name, usable in `[lints]` like the number.
            pub fn slug(self) -> &'static str {
                match self { $(Code::$name => $slug,)+ }
            }

            /// One sentence on what it stands for.
            pub fn summary(self) -> &'static str {
                match self { $(Code::$name => concat!($($doc),+).trim_ascii(),)+ }
            }

            /// The severity when the site does not say otherwise.
            pub fn severity(self) -> Severity {
                match self { $(Code::$name => Severity::$severity,)+ }
            }
        }
    };
}

codes! {
    // Reading files
    /// A file or folder could not be read.
    Unreadable = "TL0101", "unreadable", Error;
    /// A text file is not valid UTF-8.
    NotUtf8 = "TL0102", "not-utf8", Error;
    /// A file is larger than Tearline reads.
    TooLarge = "TL0103", "too-large", Error;
    /// A symbolic link or a path leads out of the site, or to what is not to be published.
    LeavesSite = "TL0104", "leaves-site", Error;
    /// A content file does not begin with front matter.
    NoFrontMatter = "TL0105", "no-front-matter", Error;
    /// The front matter has no closing line.
    UnclosedFrontMatter = "TL0106", "unclosed-front-matter", Error;
    /// The YAML does not parse.
    YamlSyntax = "TL0107", "yaml-syntax", Error;
    /// The TOML does not parse.
    TomlSyntax = "TL0108", "toml-syntax", Error;
    /// A key stands twice in one table.
    DuplicateKey = "TL0109", "duplicate-key", Error;
    /// Input is nested deeper, or expands further, than Tearline follows.
    TooDeep = "TL0110", "too-deep", Error;
    /// A file has no content.
    EmptyFile = "TL0111", "empty-file", Error;
    /// A CSV file does not parse.
    CsvSyntax = "TL0112", "csv-syntax", Error;
    /// A file stands where Tearline expects none.
    StrayFile = "TL0113", "stray-file", Error;

    // Values of front matter, settings and data
    /// A key is not one that Tearline knows there.
    UnknownKey = "TL0201", "unknown-key", Error;
    /// A required key is missing.
    MissingKey = "TL0202", "missing-key", Error;
    /// A value has another type than its key takes.
    WrongType = "TL0203", "wrong-type", Error;
    /// A value is not one of the vocabulary's.
    UnknownValue = "TL0204", "unknown-value", Error;
    /// A date, time or period does not parse or does not exist.
    BadDate = "TL0205", "bad-date", Error;
    /// A likelihood is not one of the ICD 203 terms.
    BadLikelihood = "TL0206", "bad-likelihood", Error;
    /// An indicator's value does not have the form of its type.
    BadIndicator = "TL0207", "bad-indicator", Error;
    /// A UUID, slug or code is malformed.
    BadId = "TL0208", "bad-id", Error;
    /// A technique id is not of ATT&CK's form.
    BadTechnique = "TL0209", "bad-technique", Error;
    /// A CVE id is not of CVE's form.
    BadCve = "TL0210", "bad-cve", Error;
    /// A marking is not a TLP 2.0 label, or a block begins with a label that is not written as a mark.
    UnknownMarking = "TL0211", "unknown-marking", Error;
    /// An address is not an absolute http or https URL.
    BadUrl = "TL0212", "bad-url", Error;
    /// A number is outside of its range.
    OutOfRange = "TL0213", "out-of-range", Error;
    /// A brief or profile has no marking and the site sets no default.
    MissingMarking = "TL0214", "missing-marking", Error;
    /// A text begins with a TLP label that has no effect, because what it stands in is marked at least as strictly.
    CoveredLabel = "TL0215", "covered-label", Warning;
    /// A key that says who may read something, or when, has no value.
    EmptyRestriction = "TL0216", "empty-restriction", Error;

    // Names and references
    /// A name belongs to more than one entity.
    AmbiguousName = "TL0301", "ambiguous-name", Error;
    /// A place is neither built in nor the site's own.
    UnknownPlace = "TL0302", "unknown-place", Error;
    /// A `[[name]]` names nothing in the library.
    UnknownName = "TL0303", "unknown-name", Error;
    /// A citation or `source` names no entry of `sources`.
    UnknownSource = "TL0304", "unknown-source", Error;
    /// Two entries have the same id.
    DuplicateId = "TL0305", "duplicate-id", Error;
    /// A region or sector is, by its parents, inside itself.
    Cycle = "TL0306", "cycle", Error;
    /// Two profiles describe the same entity.
    DuplicateProfile = "TL0307", "duplicate-profile", Error;
    /// A reference to a brief names none.
    UnknownBrief = "TL0308", "unknown-brief", Error;

    // Bodies
    /// A TLP mark or label stands where it has no effect, so the text would be published with it.
    StrayMark = "TL0401", "stray-mark", Error;
    /// A `:::` block is unclosed, unknown or closed without being open.
    BadBlock = "TL0402", "bad-block", Error;
    /// A link leads to a page that the edition does not have.
    BrokenLink = "TL0403", "broken-link", Error;
    /// A link leads to a heading that the page does not have.
    BrokenAnchor = "TL0404", "broken-anchor", Error;
    /// An image or a file that is named does not exist.
    MissingFile = "TL0405", "missing-file", Error;
    /// A link or path points outside of the site's folders.
    PathEscape = "TL0406", "path-escape", Error;
    /// A `chart`, `timeline` or `indicators` block does not parse.
    BadFigure = "TL0407", "bad-figure", Error;
    /// A link has a scheme that a browser would run.
    UnsafeLink = "TL0408", "unsafe-link", Error;
    /// A visible text cites a source that the edition withholds.
    WithheldCitation = "TL0409", "withheld-citation", Warning;
    /// A visible text names an entity that the edition withholds.
    WithheldName = "TL0410", "withheld-name", Error;
    /// A footnote is cited but not defined.
    UnknownFootnote = "TL0411", "unknown-footnote", Error;
    /// An output holds a text that its edition withholds.
    Leak = "TL0412", "leak", Error;
    /// A file could not be searched for leaks.
    Unsearched = "TL0413", "unsearched", Warning;
    /// A link takes its address from a part with a narrower marking.
    MarkedAddress = "TL0416", "marked-address", Error;
    /// The settings allow a phrase that lets nothing pass.
    UnusedAllowance = "TL0419", "unused-allowance", Warning;

    // Plan
    /// Two producers claim the same output path.
    Collision = "TL0501", "collision", Error;
    /// A redirect's source is not a path of the site.
    BadRedirect = "TL0502", "bad-redirect", Error;
    /// The name of a file or address says a marking above the edition that would publish it.
    LabelInName = "TL0503", "label-in-name", Error;

    // Templates
    /// A template does not parse.
    TemplateSyntax = "TL0601", "template-syntax", Error;
    /// A template failed while it rendered a page.
    TemplateRender = "TL0602", "template-render", Error;

    /// Code blocks stay without colours, because highlighting failed.
    PlainCode = "TL0603", "plain-code", Warning;
    /// A template of the site leaves a page without its marking.
    UnmarkedPage = "TL0604", "unmarked-page", Error;

    // Output and commands
    /// The output folder was not made by Tearline.
    ForeignOutput = "TL0701", "foreign-output", Error;
    /// The output could not be written.
    WriteFailed = "TL0702", "write-failed", Error;
    /// There is no site in this folder.
    NoSite = "TL0703", "no-site", Error;
    /// The preview's address is not to be had.
    AddressInUse = "TL0704", "address-in-use", Error;
    /// A file that would be written exists.
    FileExists = "TL0705", "file-exists", Error;
    /// Another run is writing the same output.
    OutputLocked = "TL0706", "output-locked", Error;
    /// The output was replaced in two steps, because the file system cannot swap folders in one.
    NotAtomic = "TL0707", "not-atomic", Warning;
    /// An output that the settings do not name lies beside the editions.
    StaleOutput = "TL0708", "stale-output", Warning;

    // Settings and data
    /// A table in `data/` is not of the form that its name promises.
    BadTable = "TL0801", "bad-table", Error;
    /// An edition is named that the settings do not have.
    UnknownEdition = "TL0802", "unknown-edition", Error;

    // Lints
    /// Both rows of the ICD 203 terms are used in one brief.
    MixedLikelihoodRows = "TL0901", "mixed-likelihood-rows", Warning;
    /// A sentence states confidence and likelihood at once.
    ConfidenceWithLikelihood = "TL0902", "confidence-with-likelihood", Warning;
    /// A key judgment has no confidence or no source.
    BareJudgment = "TL0903", "bare-judgment", Warning;
    /// A percentage has no period or no source.
    BarePercentage = "TL0904", "bare-percentage", Warning;
    /// A source has no reliability or no credibility.
    UnratedSource = "TL0905", "unrated-source", Warning;
    /// The body links to one of the brief's own indicators.
    LiveIndicator = "TL0906", "live-indicator", Warning;
    /// A technique id is not in the site's ATT&CK table, or is revoked or deprecated there.
    StaleTechnique = "TL0907", "stale-technique", Warning;
    /// An indicator is a private or a well-known address.
    CommonIndicator = "TL0908", "common-indicator", Warning;
    /// A profile that no brief names.
    UnusedProfile = "TL0909", "unused-profile", Warning;
    /// A name without a profile is nearly another's.
    NearName = "TL0910", "near-name", Warning;
    /// An image has no alternative text.
    MissingAlt = "TL0911", "missing-alt", Warning;
    /// An edition for TLP:RED is built as a website.
    RedWebsite = "TL0912", "red-website", Warning;
    /// A marking is written TLP:WHITE, as in TLP 1.
    OldMarking = "TL0913", "old-marking", Warning;
    /// Something is limited to a group that no edition lists.
    UnlistedGroup = "TL0914", "unlisted-group", Warning;
    /// Nothing uses a file beside a document, so it is not published.
    UnusedFile = "TL0915", "unused-file", Warning;
    /// The contacts in security.txt are past their time.
    ExpiredSecurity = "TL0920", "expired-security", Warning;

    // Files that are published
    /// An image is broken, or is not what its name says.
    BrokenImage = "TL1001", "broken-image", Error;
    /// An image has a format of which metadata cannot be taken out.
    UncleanImage = "TL1002", "unclean-image", Error;
    /// A file beside a document would run in a reader's browser or on the web server.
    ActiveFile = "TL1003", "active-file", Error;
    /// An SVG image is published without what would run or ask another host.
    UnsafeSvg = "TL1004", "unsafe-svg", Warning;
    /// A document that is published names its author in its properties.
    DocumentAuthor = "TL1005", "document-author", Warning;
    /// A font of the theme is none that browsers load.
    BrokenFont = "TL1006", "broken-font", Error;

    // Imports
    /// A JSON file does not parse.
    JsonSyntax = "TL1101", "json-syntax", Error;
    /// A file is not of the format that the import reads.
    NotImportable = "TL1102", "not-importable", Error;
    /// After an import a name leads to more than one entity.
    SharedName = "TL1103", "shared-name", Warning;

    // Publishing
    /// A publish target is named that the settings do not have.
    UnknownTarget = "TL1201", "unknown-target", Error;
    /// An edition may hold more than the readers of a target may see.
    AboveTarget = "TL1202", "above-target", Error;
    /// A folder is not an edition that can be published.
    Unpublishable = "TL1203", "unpublishable", Error;
    /// The settings of a publish target do not fit together.
    BadTarget = "TL1204", "bad-target", Error;
    /// The settings hold what looks like a credential.
    CredentialInSettings = "TL1205", "credential-in-settings", Error;
    /// A target does not accept the credentials, or there are none.
    NoAccess = "TL1206", "no-access", Error;
    /// The bucket, container or repository of a target does not exist.
    NoBucket = "TL1207", "no-bucket", Error;
    /// A target failed on the way.
    TransferFailed = "TL1208", "transfer-failed", Error;
    /// The program `git` failed.
    GitFailed = "TL1209", "git-failed", Error;
    /// The key that signs publications cannot be used.
    NoSigningKey = "TL1210", "no-signing-key", Error;
    /// A publication has no list of its files, or one that cannot be trusted.
    NoSums = "TL1211", "no-sums", Error;

    // The newsletter
    /// An e-mail address is malformed.
    BadAddress = "TL1301", "bad-address", Error;
    /// An edition is above the marking of the list that would get it.
    ListMarking = "TL1302", "list-marking", Error;
    /// A file that is not for readers stands where it would be published.
    PublishedList = "TL1303", "published-list", Error;
    /// A newsletter was not sent to everyone.
    NotSent = "TL1304", "not-sent", Error;
    /// A newsletter differs from what others on its list got.
    ChangedDigest = "TL1305", "changed-digest", Error;
    /// Whether a recipient got a newsletter is not known.
    UnknownDelivery = "TL1306", "unknown-delivery", Warning;
    /// There is no newsletter of this name.
    UnknownNewsletter = "TL1307", "unknown-newsletter", Error;

    // Links to other sites
    /// A link leads to an address of another site that is no more.
    DeadLink = "TL1401", "dead-link", Warning;
    /// Another site did not say whether a link still leads somewhere.
    UnansweredLink = "TL1402", "unanswered-link", Warning;
}
