//! MISP's distribution: how far an element may travel, as a level of TLP.
//!
//! In: `distribution` and `sharing_group_id` of an element. Out: the level that it has at least, or
//! nothing where it says nothing of its own.
//!
//! | distribution | means | at least |
//! |---|---|---|
//! | 0 | this organization only | amber+strict |
//! | 1, 2 | this community, connected communities | green, unless the element has a TLP tag |
//! | 3 | all communities | |
//! | 4 | a sharing group | amber+strict |
//! | 5 | as the element around it | |
//! | other | not known | red |

use crate::marking::Tlp;

/// What a distribution, as its number, asks for; `has_tag` where the element has a TLP tag of its own.
pub fn of_number(number: Option<&str>, has_tag: bool) -> Option<Tlp> {
    match number? {
        "0" | "4" => Some(Tlp::AmberStrict),
        "1" | "2" if has_tag => None,
        "1" | "2" => Some(Tlp::Green),
        "3" | "5" => None,
        _ => Some(Tlp::Red),
    }
}

/// The same for a cell of a list, which may have MISP's words. Other words are not MISP's, and say
/// nothing.
pub fn of_word(text: &str) -> Option<Tlp> {
    let text = text.trim();
    if text.len() == 1 && text.chars().all(|c| c.is_ascii_digit()) {
        return of_number(Some(text), false);
    }
    let folded = text.to_lowercase();
    [
        ("your organi", "0"),
        ("this organi", "0"),
        ("this community", "1"),
        ("connected", "2"),
        ("sharing group", "4"),
    ]
    .into_iter()
    .find(|(words, _)| folded.starts_with(words))
    .and_then(|(_, number)| of_number(Some(number), false))
}
