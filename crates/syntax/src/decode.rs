//! From a spanned tree to typed values, all errors collected.
//!
//! In: a [`Node`]. Out: a value of a type that implements [`Decode`], or nothing and at least one
//! diagnostic. The [`record!`] macro makes a struct, its decoder and its JSON Schema from one
//! definition, so that what is parsed, what is documented and what an editor completes agree.

use std::ops::{Deref, Range};
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::tree::{Entry, Node, Table, Value};
use super::word::Word;
use base::diagnostic::{Code, Diagnostic, Diagnostics, SourceFile, nearest};
use base::marking::{Tlp, label};

/// A value and the bytes of the file that it was written in.
#[derive(Debug, Clone, PartialEq)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Range<usize>,
}

impl<T> Spanned<T> {
    pub fn new(value: T, span: Range<usize>) -> Self {
        Self { value, span }
    }
}

impl<T> Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// Text with its place.
pub type Text = Spanned<String>;

/// The file that is decoded and where its findings go.
pub struct Decoder<'a> {
    pub file: &'a Arc<SourceFile>,
    pub found: &'a mut Diagnostics,
    labels: Labels,
}

/// What a TLP label at the start of a text is taken for.
#[derive(Debug, Clone, Copy)]
enum Labels {
    /// An error, unless what the text stands in is marked at least as strictly.
    Within(Tlp),
    /// Somebody else looks at the texts.
    LeftAlone,
}

/// Keys that say who may read something, or when. Who writes one and leaves it empty means something,
/// and nobody can know what.
const RESTRICTIONS: [&str; 7] = [
    "tlp", "audience", "embargo", "expires", "draft", "status", "pap",
];

impl<'a> Decoder<'a> {
    pub fn new(file: &'a Arc<SourceFile>, found: &'a mut Diagnostics) -> Self {
        Self {
            file,
            found,
            labels: Labels::Within(Tlp::Clear),
        }
    }

    /// The same inside of something with this marking.
    #[must_use]
    pub fn within(mut self, tlp: Tlp) -> Self {
        self.labels = Labels::Within(tlp);
        self
    }

    /// The same, for who looks for labels in the decoded texts on their own.
    #[must_use]
    pub fn leaving_labels(mut self) -> Self {
        self.labels = Labels::LeftAlone;
        self
    }
}

impl Decoder<'_> {
    /// Runs inside of a table with a marking of its own, where its key `tlp` names one.
    fn in_table<T>(&mut self, table: &Table, run: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.labels;
        if let Labels::Within(around) = outer
            && let Some(own) = stated(table)
        {
            self.labels = Labels::Within(own.max(around));
        }
        let value = run(self);
        self.labels = outer;
        value
    }

    /// Reports what in a text reads as a marking and marks nothing. False where that is an error.
    fn accepts(&mut self, text: &str, span: &Range<usize>) -> bool {
        let Labels::Within(around) = self.labels else {
            return true;
        };
        let mut accepted = true;
        for stray in label::all(text) {
            let written = text.get(stray.range.clone()).unwrap_or_default();
            if stray.level() <= around {
                self.report(span, covered(written, around));
                continue;
            }
            accepted = false;
            let proposal = stray.level().name();
            self.report(
                span,
                Diagnostic::new(Code::StrayMark, format!("the TLP label `{written}` in a text of front matter marks nothing"))
                    .label("would be published with the label as text")
                    .help(format!("take the label out and write `tlp: {proposal}` beside the text; to write about a label, put it in the middle of a sentence")),
            );
        }
        accepted
    }
    /// A finding at a span of the file.
    pub fn report(&mut self, span: &Range<usize>, diagnostic: Diagnostic) {
        self.found.push(diagnostic.at(self.file, span.clone()));
    }

    /// What an edition's empty `audience` means is that it lists no group.
    fn is_settings(&self) -> bool {
        self.file.path == super::toml::SETTINGS
    }

    /// Whether the file is TOML, or its front matter is.
    fn is_toml(&self) -> bool {
        self.file.path.ends_with(".toml") || self.file.text.starts_with("+++")
    }

    fn wrong_type(&mut self, node: &Node, expected: &str) {
        let mut diagnostic = Diagnostic::new(
            Code::WrongType,
            format!("expected {expected}, found {}", node.value.type_name()),
        )
        .label(format!("this is {}", node.value.type_name()));
        if let Some(raw) = node.value.raw()
            && expected.starts_with("text")
        {
            diagnostic = diagnostic.help(format!("put it in quotes: \"{raw}\""));
        } else {
            diagnostic =
                diagnostic.help(format!("replace it with {expected}, or take the key out"));
        }
        self.report(&node.span, diagnostic);
    }
}

impl Value {
    /// A scalar that is not text, as it was written.
    fn raw(&self) -> Option<&str> {
        match self {
            Value::Integer(_, raw) | Value::Float(_, raw) | Value::Date(raw) => Some(raw),
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            _ => None,
        }
    }

    /// Any scalar as text, numbers and dates as they were written.
    pub fn scalar_text(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            other => other.raw(),
        }
    }
}

/// A type that front matter, settings or a table can hold.
pub trait Decode: Sized {
    /// The value, or nothing after at least one finding.
    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self>;

    /// What stands for a key that is not there; nothing where the key is required.
    fn absent() -> Option<Self> {
        None
    }

    /// The JSON Schema (2020-12) of the form it takes.
    fn schema() -> Json;
}

/// A type that is decoded from the keys of a table; made by [`record!`].
pub trait Record: Sized {
    fn keys() -> Vec<&'static str>;
    fn from_table(table: &Table, span: &Range<usize>, decoder: &mut Decoder) -> Option<Self>;
    fn properties() -> (serde_json::Map<String, Json>, Vec<&'static str>);
    /// The key that a plain text stands for, where the short form is allowed.
    const SHORTHAND: Option<&'static str>;
}

/// Decodes a record from a table, or from the plain text that stands for its main key.
pub fn decode_record<T: Record>(node: &Node, decoder: &mut Decoder) -> Option<T> {
    match (&node.value, T::SHORTHAND) {
        (Value::Table(table), _) => {
            let known = reject_unknown_keys(table, &T::keys(), decoder);
            let record =
                decoder.in_table(table, |decoder| T::from_table(table, &node.span, decoder));
            record.filter(|_| known)
        }
        (Value::String(_), Some(key)) => {
            let table = Table {
                entries: vec![Entry {
                    key: key.to_owned(),
                    key_span: node.span.clone(),
                    value: node.clone(),
                }],
            };
            T::from_table(&table, &node.span, decoder)
        }
        (_, Some(key)) => {
            decoder.wrong_type(node, &format!("text, or a table with `{key}`"));
            None
        }
        (_, None) => {
            decoder.wrong_type(node, "a table");
            None
        }
    }
}

fn reject_unknown_keys(table: &Table, keys: &[&'static str], decoder: &mut Decoder) -> bool {
    let mut known = true;
    for entry in &table.entries {
        if keys.contains(&entry.key.as_str()) {
            continue;
        }
        known = false;
        let mut diagnostic =
            Diagnostic::new(Code::UnknownKey, format!("unknown key `{}`", entry.key))
                .label("not a key that is known here");
        diagnostic = match nearest(&entry.key, keys.iter().copied()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help(format!("known here: {}", keys.join(", "))),
        };
        decoder.report(&entry.key_span, diagnostic);
    }
    known
}

/// One field of a record: decoded, absent, or missing with a finding.
pub fn field<T: Decode>(
    table: &Table,
    key: &'static str,
    span: &Range<usize>,
    decoder: &mut Decoder,
) -> Option<T> {
    match table.get(key) {
        Some(node)
            if is_empty(&node.value) && RESTRICTIONS.contains(&key) && !decoder.is_settings() =>
        {
            decoder.report(
                &node.span,
                Diagnostic::new(
                    Code::EmptyRestriction,
                    format!("the key `{key}` is there and says nothing"),
                )
                .label("expected a value")
                .help("write what it is limited to, or take the key out"),
            );
            None
        }
        Some(node) if node.value != Value::Null => T::decode(node, decoder),
        _ => T::absent().or_else(|| {
            let start = span.start.min(span.end);
            decoder.report(
                &(start..start),
                Diagnostic::new(Code::MissingKey, format!("the key `{key}` is missing"))
                    .label("expected in this table")
                    .help(if decoder.is_toml() {
                        format!("add a line `{key} = …`")
                    } else {
                        format!("add a line `{key}: …`")
                    }),
            );
            None
        }),
    }
}

/// The level that a table's own key `tlp` names.
pub fn stated(table: &Table) -> Option<Tlp> {
    match &table.get("tlp")?.value {
        Value::String(text) => Tlp::parse(text),
        _ => None,
    }
}

/// A label that changes nothing.
pub fn covered(written: &str, around: Tlp) -> Diagnostic {
    Diagnostic::new(
        Code::CoveredLabel,
        format!("the text begins with `{written}`, which marks nothing"),
    )
    .label(format!("what it stands in is marked {around}"))
    .help("take the label out: the marking is shown without it")
}

/// A key that is written without a value, or with an empty one.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::List(items) => items.is_empty(),
        _ => false,
    }
}

/// The schema of a record as an object that allows no other keys.
pub fn record_schema<T: Record>() -> Json {
    let (properties, required) = T::properties();
    let object = json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    match T::SHORTHAND {
        Some(_) => json!({ "anyOf": [{ "type": "string" }, object] }),
        None => object,
    }
}

/// Defines a struct together with its decoder and schema.
///
/// `pub struct Name { field: Type, … }`; `pub struct Name short "key" { … }` also takes plain text
/// for `key`; `pub struct Name with name: Type { … }` takes in another record's keys;
/// `field as "key"` gives a key another name than the field. Doc comments become the schema's descriptions.
#[macro_export]
macro_rules! record {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident $(short $short:literal)? $(with $included:ident : $include_type:ident)? {
            $( $(#[doc = $field_doc:literal])* $field:ident $(as $key:literal)? : $type:ty ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            /// The bytes of the file that the whole table stands in.
            pub span: std::ops::Range<usize>,
            $(
                /// The keys shared with other kinds.
                pub $included: $include_type,
            )?
            $( $(#[doc = $field_doc])* pub $field: $type, )*
        }

        impl $crate::decode::Record for $name {
            const SHORTHAND: Option<&'static str> = $crate::decode::record!(@short $($short)?);

            fn keys() -> Vec<&'static str> {
                #[allow(unused_mut)]
                let mut keys: Vec<&'static str> = vec![$( $crate::decode::record!(@key $field $($key)?) ),*];
                $( keys.extend(<$include_type as $crate::decode::Record>::keys()); )?
                keys
            }

            fn from_table(
                table: &$crate::tree::Table,
                span: &std::ops::Range<usize>,
                decoder: &mut $crate::decode::Decoder,
            ) -> Option<Self> {
                // Every field is decoded before the first missing one ends the record, so that all
                // of its findings are reported at once.
                $( let $included = <$include_type as $crate::decode::Record>::from_table(table, span, decoder); )?
                $(
                    let $field = $crate::decode::field::<$type>(
                        table,
                        $crate::decode::record!(@key $field $($key)?),
                        span,
                        decoder,
                    );
                )*
                Some(Self {
                    span: span.clone(),
                    $( $included: $included?, )?
                    $( $field: $field?, )*
                })
            }

            fn properties() -> (serde_json::Map<String, serde_json::Value>, Vec<&'static str>) {
                #[allow(unused_mut)] // a record may have no keys of its own
                let (mut properties, mut required) = $crate::decode::record!(@start $($include_type)?);
                $({
                    let key = $crate::decode::record!(@key $field $($key)?);
                    let mut schema = <$type as $crate::decode::Decode>::schema();
                    let description = concat!($($field_doc),*).trim();
                    if let (Some(object), false) = (schema.as_object_mut(), description.is_empty()) {
                        object.insert("description".to_owned(), description.into());
                    }
                    properties.insert(key.to_owned(), schema);
                    if <$type as $crate::decode::Decode>::absent().is_none() {
                        required.push(key);
                    }
                })*
                (properties, required)
            }
        }

        impl $crate::decode::Decode for $name {
            fn decode(node: &$crate::tree::Node, decoder: &mut $crate::decode::Decoder) -> Option<Self> {
                $crate::decode::decode_record(node, decoder)
            }
            fn schema() -> serde_json::Value {
                $crate::decode::record_schema::<Self>()
            }
        }
    };
    (@start) => { (serde_json::Map::new(), Vec::new()) };
    (@start $include_type:ident) => { <$include_type as $crate::decode::Record>::properties() };
    (@short) => { None };
    (@short $short:literal) => { Some($short) };
    (@key $field:ident $key:literal) => { $key };
    (@key $field:ident) => { stringify!($field) };
}
pub use crate::record;

impl<T: Decode> Decode for Option<T> {
    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        T::decode(node, decoder).map(Some)
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
    fn schema() -> Json {
        T::schema()
    }
}

impl<T: Decode> Decode for Box<T> {
    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        T::decode(node, decoder).map(Box::new)
    }
    fn schema() -> Json {
        T::schema()
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        let Value::List(items) = &node.value else {
            let mut diagnostic = Diagnostic::new(
                Code::WrongType,
                format!("expected a list, found {}", node.value.type_name()),
            )
            .label("this takes a list");
            if let Some(text) = node.value.scalar_text() {
                diagnostic = diagnostic.help(format!("write it as a list: [{text}]"));
            }
            decoder.report(&node.span, diagnostic);
            return None;
        };
        let decoded: Vec<Option<T>> = items.iter().map(|item| T::decode(item, decoder)).collect();
        decoded.into_iter().collect()
    }
    fn absent() -> Option<Self> {
        Some(Vec::new())
    }
    fn schema() -> Json {
        json!({ "type": "array", "items": T::schema() })
    }
}

/// A table with free keys, in the order of the file.
impl<T: Decode> Decode for Vec<(Text, T)> {
    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        let Value::Table(table) = &node.value else {
            decoder.wrong_type(node, "a table");
            return None;
        };
        let decoded: Vec<Option<(Text, T)>> = table
            .entries
            .iter()
            .map(|entry| {
                let value = T::decode(&entry.value, decoder)?;
                Some((
                    Spanned::new(entry.key.clone(), entry.key_span.clone()),
                    value,
                ))
            })
            .collect();
        decoded.into_iter().collect()
    }
    fn absent() -> Option<Self> {
        Some(Vec::new())
    }
    fn schema() -> Json {
        json!({ "type": "object", "additionalProperties": T::schema() })
    }
}

impl Decode for Text {
    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        match &node.value {
            Value::String(text) if text.trim().is_empty() => {
                decoder.report(
                    &node.span,
                    Diagnostic::new(Code::WrongType, "the text is empty")
                        .label("expected some text")
                        .help("write the text, or leave the key out"),
                );
                None
            }
            Value::String(text) => decoder
                .accepts(text, &node.span)
                .then(|| Spanned::new(text.clone(), node.span.clone())),
            _ => {
                decoder.wrong_type(node, "text");
                None
            }
        }
    }
    fn schema() -> Json {
        json!({ "type": "string", "minLength": 1 })
    }
}

/// Text that may be written as a bare number or date, kept as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Loose(pub String);

impl Decode for Spanned<Loose> {
    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        match node.value.scalar_text() {
            Some(text) => decoder
                .accepts(text, &node.span)
                .then(|| Spanned::new(Loose(text.to_owned()), node.span.clone())),
            None => {
                decoder.wrong_type(node, "text or a number");
                None
            }
        }
    }
    fn schema() -> Json {
        json!({ "type": ["string", "number"] })
    }
}

impl Decode for Spanned<bool> {
    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        match node.value {
            Value::Bool(value) => Some(Spanned::new(value, node.span.clone())),
            _ => {
                decoder.wrong_type(node, "true or false");
                None
            }
        }
    }
    fn schema() -> Json {
        json!({ "type": "boolean" })
    }
}

/// A number, and how it was written, since 3.20 and 3.2 differ to a reader.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    pub value: f64,
    pub written: String,
}

impl Decode for Spanned<Number> {
    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        let number = match &node.value {
            // shares and counts stay far below 2^53
            Value::Integer(value, raw) => Number {
                value: *value as f64,
                written: raw.clone(),
            },
            Value::Float(value, raw) if value.is_finite() => Number {
                value: *value,
                written: raw.clone(),
            },
            Value::Float(..) => {
                decoder.report(
                    &node.span,
                    Diagnostic::new(Code::OutOfRange, "the number is not finite")
                        .label("expected a finite number"),
                );
                return None;
            }
            _ => {
                decoder.wrong_type(node, "a number");
                return None;
            }
        };
        Some(Spanned::new(number, node.span.clone()))
    }
    fn schema() -> Json {
        json!({ "type": "number" })
    }
}

impl Decode for Spanned<usize> {
    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        match &node.value {
            Value::Integer(value, _) => match usize::try_from(*value) {
                Ok(value) => Some(Spanned::new(value, node.span.clone())),
                Err(_) => {
                    decoder.report(
                        &node.span,
                        Diagnostic::new(Code::OutOfRange, "the number is negative")
                            .label("expected 0 or more")
                            .help("write a whole number from 0 up"),
                    );
                    None
                }
            },
            _ => {
                decoder.wrong_type(node, "a whole number");
                None
            }
        }
    }
    fn schema() -> Json {
        json!({ "type": "integer", "minimum": 0 })
    }
}

impl<V: Word> Decode for Spanned<V> {
    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        let Some(text) = node.value.scalar_text() else {
            decoder.wrong_type(node, "text");
            return None;
        };
        if let Some(value) = V::parse(text) {
            return Some(Spanned::new(value, node.span.clone()));
        }
        let names: Vec<&'static str> = V::ALL.iter().map(|value| value.name()).collect();
        let mut diagnostic = Diagnostic::new(
            V::UNKNOWN,
            format!("`{text}` is not a value of {}", V::TITLE),
        )
        .label(format!("expected one of the values of {}", V::TITLE));
        diagnostic = match nearest(text, names.iter().copied()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help(format!("one of: {}", names.join(", "))),
        };
        decoder.report(&node.span, diagnostic);
        None
    }
    fn schema() -> Json {
        json!({ "enum": V::ALL.iter().map(|value| value.name()).collect::<Vec<_>>() })
    }
}

impl Decode for Spanned<Tlp> {
    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        let Value::String(text) = &node.value else {
            decoder.wrong_type(node, "text, a TLP label");
            return None;
        };
        let Some(tlp) = Tlp::parse(text) else {
            let names = Tlp::ALL.map(Tlp::name);
            let mut diagnostic = Diagnostic::new(
                Code::UnknownMarking,
                format!("`{text}` is not a TLP 2.0 label"),
            )
            .label("expected a TLP 2.0 label");
            diagnostic = match nearest(text, names) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!("one of: {}", names.join(", "))),
            };
            decoder.report(&node.span, diagnostic);
            return None;
        };
        if Tlp::is_old_word(text) {
            decoder.report(
                &node.span,
                Diagnostic::new(
                    Code::OldMarking,
                    "TLP:WHITE is called TLP:CLEAR since TLP 2.0",
                )
                .label("read as clear")
                .help("write `clear`"),
            );
        }
        Some(Spanned::new(tlp, node.span.clone()))
    }
    fn schema() -> Json {
        json!({ "enum": Tlp::ALL.map(Tlp::name) })
    }
}

impl Decode for Spanned<uuid::Uuid> {
    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        let Value::String(text) = &node.value else {
            decoder.wrong_type(node, "text, a UUID");
            return None;
        };
        match uuid::Uuid::try_parse(text) {
            Ok(id) => Some(Spanned::new(id, node.span.clone())),
            Err(_) => {
                decoder.report(
                    &node.span,
                    Diagnostic::new(Code::BadId, format!("`{text}` is not a UUID"))
                        .label("expected a UUID")
                        .help("the form is 8-4-4-4-12 hexadecimal digits, as in c2ba3fe1-7c85-4bf4-8a43-5e0d4b1f5e0f"),
                );
                None
            }
        }
    }
    fn schema() -> Json {
        json!({ "type": "string", "format": "uuid" })
    }
}

impl Decode for Spanned<url::Url> {
    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        let Value::String(text) = &node.value else {
            decoder.wrong_type(node, "text, an address");
            return None;
        };
        match url::Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.host_str().is_some() => {
                Some(Spanned::new(url, node.span.clone()))
            }
            _ => {
                decoder.report(
                    &node.span,
                    Diagnostic::new(
                        Code::BadUrl,
                        format!("`{text}` is not an absolute http or https address"),
                    )
                    .label("expected an absolute address")
                    .help("write it whole, as in https://briefs.example.org/path"),
                );
                None
            }
        }
    }
    fn schema() -> Json {
        json!({ "type": "string", "format": "uri" })
    }
}

/// A free value, for `extra` tables that themes read.
#[derive(Debug, Clone, PartialEq)]
pub struct Free(pub Json);

impl Decode for Spanned<Free> {
    fn decode(node: &Node, decoder: &mut Decoder) -> Option<Self> {
        accept_all(node, decoder).then(|| Spanned::new(Free(to_json(node)), node.span.clone()))
    }
    fn schema() -> Json {
        json!({ "type": "object" })
    }
}

/// Whether no text in a tree, which themes may show, begins with a label that marks nothing.
fn accept_all(node: &Node, decoder: &mut Decoder) -> bool {
    let mut fine = true;
    // Each is looked at, so that all findings come at once.
    match &node.value {
        Value::String(text) => fine = decoder.accepts(text, &node.span),
        Value::List(items) => {
            for item in items {
                fine &= accept_all(item, decoder);
            }
        }
        Value::Table(table) => {
            for entry in &table.entries {
                fine &= accept_entry(entry, decoder);
            }
        }
        _ => {}
    }
    fine
}

/// The same for a key with its value: `tlp: red` reads as a label.
fn accept_entry(entry: &Entry, decoder: &mut Decoder) -> bool {
    let Value::String(text) = &entry.value.value else {
        return accept_all(&entry.value, decoder);
    };
    match label::alone(text).filter(|_| label::names_marking(&entry.key)) {
        Some(tlp) => decoder.accepts(tlp.label(), &entry.value.span),
        None => decoder.accepts(text, &entry.value.span),
    }
}

/// A tree as JSON; its depth is bounded where it was parsed.
pub fn to_json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => (*value).into(),
        Value::Integer(value, _) => (*value).into(),
        Value::Float(value, _) => (*value).into(),
        Value::String(text) | Value::Date(text) => text.as_str().into(),
        Value::List(items) => items.iter().map(to_json).collect(),
        Value::Table(table) => table
            .entries
            .iter()
            .map(|entry| (entry.key.clone(), to_json(&entry.value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}
