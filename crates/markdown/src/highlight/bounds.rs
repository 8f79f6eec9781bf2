//! Which code the grammars are not tried on, as they could take too long for it or never end.
//!
//! In: a language and a block's code. Out: whether to try. Only what is in the block counts, never
//! a clock, so that a block looks the same on every machine.

/// Longer code stays plain.
pub(super) const LONGEST_CODE: usize = 200 * 1024;

/// Code with a longer line stays plain: some grammars recurse on the rest of the line.
pub(super) const LONGEST_LINE: usize = 4 * 1024;

/// The sum of the squares of the lines' lengths in bytes. At each token every expression may look
/// at the rest of the line, so this, not the size of the code, is what the time follows: about
/// 0.1 µs for each byte squared at worst. It admits 200 KiB in lines of 150 bytes.
const MOST_WORK: usize = 32 * 1024 * 1024;

/// Code with brackets nested deeper stays plain: each level makes every token within it dearer.
pub(super) const DEEPEST_NESTING: usize = 100;

/// The same for tags that stand open. Higher, as a type parameter looks like a tag never closed.
pub(super) const MOST_OPEN_TAGS: usize = 400;

/// What makes a grammar hang.
enum Trigger {
    /// More `<` on a line than this: it tries every way to read each as a type that begins, twice
    /// as many with each.
    Open(usize),
    /// A name with ASCII letters before others and a parenthesis after it: two of its rules
    /// disagree on what a letter is, and call one another where they stand.
    MixedName,
    /// So little that it is not tried at all.
    Anything,
}

/// Grammars known to hang, by all the names that the library has for them. Found with random text;
/// a hang that was not found is caught by the time limit.
const HANGING: &[(&str, Trigger)] = &[
    ("apex", Trigger::Open(14)),
    ("c", Trigger::MixedName),
    ("c#", Trigger::Open(14)),
    ("cs", Trigger::Open(14)),
    ("csharp", Trigger::Open(14)),
    ("objc", Trigger::MixedName),
    ("objective-c", Trigger::MixedName),
    ("objective-cpp", Trigger::MixedName),
    ("styl", Trigger::Anything),
    ("stylus", Trigger::Anything),
    ("vue-vine", Trigger::Anything),
];

/// Whether to try the language's grammar on the code.
pub(super) fn worth_trying(language: &str, code: &str) -> bool {
    within_bounds(code) && !may_hang(language, code)
}

/// Whether the code is small and flat enough for the grammars. Brackets and tags within strings
/// and comments count too; what that misjudges is rare and only loses its colour.
pub(super) fn within_bounds(code: &str) -> bool {
    if code.len() > LONGEST_CODE {
        return false;
    }
    let mut work = 0;
    for line in code.split(['\n', '\r']) {
        work += line.len() * line.len();
        if line.len() > LONGEST_LINE || work > MOST_WORK {
            return false;
        }
    }
    let (mut nesting, mut tags, mut before) = (0_usize, 0_usize, b' ');
    for byte in code.bytes() {
        match (before, byte) {
            (_, b'(' | b'[' | b'{') => nesting += 1,
            (_, b')' | b']' | b'}') => nesting = nesting.saturating_sub(1),
            (b'<', b'a'..=b'z' | b'A'..=b'Z') => tags += 1,
            (b'<', b'/') | (b'/', b'>') => tags = tags.saturating_sub(1),
            _ => {}
        }
        if nesting > DEEPEST_NESTING || tags > MOST_OPEN_TAGS {
            return false;
        }
        before = byte;
    }
    true
}

fn may_hang(language: &str, code: &str) -> bool {
    let triggers = |trigger: &Trigger| match trigger {
        Trigger::Open(most) => code.lines().any(|line| line.matches('<').count() > *most),
        Trigger::MixedName => code.lines().any(calls_mixed_name),
        Trigger::Anything => true,
    };
    HANGING
        .iter()
        .any(|(name, trigger)| *name == language && triggers(trigger))
}

fn calls_mixed_name(line: &str) -> bool {
    let name = |byte: u8| byte == b'_' || byte.is_ascii_alphanumeric();
    let mixed = line
        .as_bytes()
        .windows(2)
        .position(|pair| matches!(pair, [one, two] if name(*one) && !two.is_ascii()));
    mixed.is_some_and(|at| line.bytes().skip(at).any(|byte| byte == b'('))
}
