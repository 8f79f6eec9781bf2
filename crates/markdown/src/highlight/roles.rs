//! What a token is for the reader: the few roles that have a class and a colour.
//!
//! In: TextMate scopes, as grammars name them. Out: one [`Role`] for each, and a theme that makes
//! the highlighting library answer in roles. The library resolves scopes only into colours, so
//! the theme gives each role a colour of its own, never shown, and [`Role::of_colour`] reads it back.

use serde_json::{Value, json};

/// The theme's name in the registry.
pub(super) const THEME: &str = "tearline-roles";

/// The colour of text without a role. Also what resets a role within a string, as for the code in
/// an interpolation.
const PLAIN_COLOUR: &str = "#000000";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Comment,
    String,
    Keyword,
    Number,
    Function,
    Type,
    Variable,
    Operator,
    Constant,
    Tag,
    Attribute,
    Inserted,
    Deleted,
    Invalid,
}

impl Role {
    /// Every role. The place in this list, counted from one, is the role's colour in the theme.
    pub(super) const ALL: [Role; 14] = [
        Role::Comment,
        Role::String,
        Role::Keyword,
        Role::Number,
        Role::Function,
        Role::Type,
        Role::Variable,
        Role::Operator,
        Role::Constant,
        Role::Tag,
        Role::Attribute,
        Role::Inserted,
        Role::Deleted,
        Role::Invalid,
    ];

    /// The class in the page. Themes rely on these names.
    pub(super) fn class(self) -> &'static str {
        match self {
            Role::Comment => "hl-comment",
            Role::String => "hl-string",
            Role::Keyword => "hl-keyword",
            Role::Number => "hl-number",
            Role::Function => "hl-function",
            Role::Type => "hl-type",
            Role::Variable => "hl-variable",
            Role::Operator => "hl-operator",
            Role::Constant => "hl-constant",
            Role::Tag => "hl-tag",
            Role::Attribute => "hl-attribute",
            Role::Inserted => "hl-inserted",
            Role::Deleted => "hl-deleted",
            Role::Invalid => "hl-invalid",
        }
    }

    /// The role that a colour of the theme stands for, written as `#RRGGBB`.
    pub(super) fn of_colour(colour: &str) -> Option<Role> {
        let place = usize::from_str_radix(colour.strip_prefix('#')?, 16).ok()?;
        Role::ALL.get(place.checked_sub(1)?).copied()
    }

    fn colour(self) -> String {
        let place = Role::ALL.iter().position(|role| *role == self);
        format!("#{:06X}", place.map_or(0, |place| place + 1))
    }
}

/// Scope selectors and their roles. A longer selector wins over a shorter one; a scope that is not
/// named here keeps the role of the scope around it.
const SCOPES: &[(Option<Role>, &[&str])] = &[
    (Some(Role::Comment), &["comment"]),
    (
        Some(Role::String),
        &["string", "markup.inline.raw", "markup.underline.link"],
    ),
    (
        Some(Role::Keyword),
        &[
            "keyword",
            "storage",
            "markup.heading",
            "keyword.operator.new",
            "keyword.operator.expression",
            "keyword.operator.word",
            "keyword.operator.wordlike",
            "keyword.operator.logical.python",
            "keyword.operator.logical.and",
            "keyword.operator.logical.or",
        ],
    ),
    (
        Some(Role::Number),
        &["constant.numeric", "keyword.other.unit", "meta.diff.range"],
    ),
    (
        Some(Role::Function),
        &[
            "entity.name.function",
            "entity.name.command",
            "support.function",
            "variable.function",
            "meta.function-call.generic",
        ],
    ),
    (
        Some(Role::Type),
        &[
            "entity.name.type",
            "entity.name.class",
            "entity.name.namespace",
            "entity.name.section",
            "entity.other.inherited-class",
            "support.class",
            "support.type",
            "storage.type.java",
            "storage.type.cs",
            "meta.diff.header",
        ],
    ),
    (Some(Role::Variable), &["variable", "support.variable"]),
    (
        Some(Role::Operator),
        &[
            "keyword.operator",
            "punctuation.section.embedded",
            "punctuation.definition.template-expression",
            "punctuation.separator.prompt",
        ],
    ),
    (
        Some(Role::Constant),
        &["constant", "support.constant", "constant.character.escape"],
    ),
    (
        Some(Role::Tag),
        &["entity.name.tag", "punctuation.definition.tag"],
    ),
    (
        Some(Role::Attribute),
        &[
            "entity.other.attribute-name",
            "entity.name.tag.yaml",
            "support.type.property-name",
            "meta.object-literal.key",
            "variable.other.property",
        ],
    ),
    (Some(Role::Inserted), &["markup.inserted"]),
    (Some(Role::Deleted), &["markup.deleted"]),
    (Some(Role::Invalid), &["invalid.illegal"]),
    (
        // Shell grammars call every word after a command a string: too much colour to mean much.
        None,
        &[
            "meta.embedded",
            "meta.interpolation",
            "meta.template.expression",
            "string.unquoted.argument",
            "variable.other.readwrite.python",
        ],
    ),
];

/// The theme as the library reads it (the JSON of an editor's theme).
pub(super) fn theme() -> Value {
    let rules: Vec<Value> = SCOPES
        .iter()
        .map(|(role, selectors)| {
            let colour = role.map_or_else(|| PLAIN_COLOUR.to_owned(), Role::colour);
            json!({ "scope": selectors, "settings": { "foreground": colour } })
        })
        .collect();
    json!({
        "name": THEME,
        "type": "light",
        "colors": { "editor.foreground": PLAIN_COLOUR, "editor.background": "#FFFFFF" },
        "tokenColors": rules,
    })
}
