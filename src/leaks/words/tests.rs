use proptest::prelude::*;

use super::*;

fn words(pieces: &[&[u8]]) -> String {
    let nothing = Index::default();
    let mut words = Words::keeping(&nothing);
    for piece in pieces {
        words.take(piece, 0);
    }
    String::from_utf8_lossy(&words.kept().join(&b'|')).into_owned()
}

#[test]
fn forms_of_one_text_are_the_same_words() {
    let forms = [
        "Evil-Corp.example/a b",
        "evil[.]corp(.)EXAMPLE/a%20b",
        "evil\u{ad}-corp . example a\u{200b} b",
        "%65vil%2dcorp.example\u{a0}a+b",
    ];
    for form in forms {
        let read = words(&[form.as_bytes()]);
        assert_eq!(read, "evil corp example a b", "{form}");
    }
    assert_eq!(
        words(&["M%C3%9cLLER ÉTÉ".as_bytes()]),
        "mu\u{308}ller e\u{301}te\u{301}"
    );
    assert_eq!(words(&["黑客A".as_bytes()]), "黑 客 a");
}

proptest! {
    #[test]
    fn folding_folded_words_changes_nothing(text in any::<String>()) {
        let once = folded(&text);
        let again = folded(&String::from_utf8(once.clone()).unwrap());
        prop_assert_eq!(once, again);
    }

    #[test]
    fn pieces_are_read_as_the_whole(text in "[a-zA-Z0-9 .%\\[\\]-]{0,40}", at in 0_usize..40) {
        // Not within a `%XX`, which is read at once.
        let at = at.min(text.len());
        prop_assume!(!text[at.saturating_sub(2)..at].contains('%'));
        let (left, right) = text.as_bytes().split_at(at);
        prop_assert_eq!(words(&[left, right]), words(&[text.as_bytes()]));
    }

    #[test]
    fn eight_bytes_are_folded_as_each_of_them(bytes in any::<[u8; 8]>(), letters in "[a-zA-Z0-9@\\[`{/:]{8}") {
        for bytes in [bytes, letters.as_bytes().try_into().unwrap()] {
            let classes = bytes.map(|byte| CLASSES[usize::from(byte)]);
            let count = classes.iter().take_while(|class| **class > SPECIAL).count();
            let (folded, found) = eight_letters(bytes);
            prop_assert_eq!(found, count);
            prop_assert_eq!(&folded[..count], &classes[..count]);
        }
    }

    #[test]
    fn a_word_has_one_key_however_it_comes_in(
        word in "[a-zA-Z0-9]{1,40}", at in 0_usize..40, behind in "[ .%-]{0,9}",
    ) {
        let (left, right) = word.as_bytes().split_at(at.min(word.len()));
        let nothing = Index::default();
        let mut words = Words::keeping(&nothing);
        words.take(left, 0);
        words.take(&[right, behind.as_bytes()].concat(), left.len());
        words.end_word();
        let byte_by_byte = Word::of(word.to_ascii_lowercase().as_bytes());
        prop_assert_eq!(words.keys[0], first_key(byte_by_byte.key()));
    }

    #[test]
    fn any_bytes_are_read(pieces in prop::collection::vec(any::<Vec<u8>>(), 0..4)) {
        let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        words(&pieces);
    }
}
