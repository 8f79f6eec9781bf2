//! The text of PDF files (ISO 32000-1): what text operators show, and the strings of objects.
//!
//! In: the bytes of a file. Out: its texts, each as runs that may be parts of one word, and why others
//! could not be read. Streams that are not packed or packed with Flate are read; the codes of fonts
//! become letters by the fonts' own `ToUnicode` maps, or as Latin-1 where they have none. Pictures, text
//! that is drawn as shapes, other filters and encrypted files are not read.
//!
//! A page names its fonts by short names that other pages may use for other fonts. Which one is meant is
//! not followed through the tree of pages: text is read with each that it could be.

use std::collections::BTreeMap;
use std::io::Read;

use memchr::memmem;

/// Of a map from codes to letters.
type Letters = BTreeMap<Vec<u8>, String>;
/// How many fonts of one name are tried.
const MOST_FONTS: usize = 4;

/// A text as it is shown.
pub struct Shown {
    /// The byte of the file that its stream begins at.
    pub at: usize,
    pub runs: Vec<Run>,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    Text(String),
    /// Moved along the line: a space, or nothing.
    Seam,
    /// Moved elsewhere.
    Gap,
}

/// What was read of a file, and what was not.
#[derive(Default)]
pub struct Pdf {
    pub shown: Vec<Shown>,
    pub unread: Vec<String>,
}

/// An object with a stream.
struct Stream {
    number: u64,
    at: usize,
    dictionary: Vec<u8>,
    content: Vec<u8>,
}

/// Reads a file; of packed streams at most so many bytes, which are taken off.
pub fn read(bytes: &[u8], left: &mut u64) -> Pdf {
    let mut pdf = Pdf::default();
    if memmem::find(bytes, b"/Encrypt").is_some() {
        pdf.unread.push("is an encrypted PDF file".to_owned());
        return pdf;
    }
    let (streams, rest) = streams(bytes, left, &mut pdf);
    let mut maps: BTreeMap<u64, Letters> = BTreeMap::new();
    // What has objects in plain text: the file beside its streams, and packed objects.
    let mut objects = vec![(0, rest)];
    for stream in &streams {
        if memmem::find(&stream.content, b"begincmap").is_some() {
            maps.insert(stream.number, letters(&stream.content));
        } else if memmem::find(&stream.dictionary, b"/ObjStm").is_some() {
            objects.push((stream.at, unpacked_objects(&stream.content)));
        }
    }
    let mut fonts: BTreeMap<u64, u64> = BTreeMap::new();
    for (_, text) in &objects {
        fonts.extend(fonts_of(text));
    }
    let mut names: BTreeMap<Vec<u8>, Vec<&Letters>> = BTreeMap::new();
    for (_, text) in &objects {
        for (name, number) in references(text) {
            if let Some(map) = fonts.get(&number).and_then(|map| maps.get(map)) {
                let of_name = names.entry(name).or_default();
                if of_name.len() < MOST_FONTS && !of_name.contains(&map) {
                    of_name.push(map);
                }
            }
        }
    }
    for (at, text) in &objects {
        let runs = strings(text);
        pdf.shown.push(Shown { at: *at, runs });
    }
    let most = names.values().map(Vec::len).max().unwrap_or(1);
    for stream in &streams {
        let shows = [b"Tj".as_slice(), b"TJ", b"'", b"\""];
        let has = |operator: &&[u8]| memmem::find(&stream.content, operator).is_some();
        if memmem::find(&stream.dictionary, b"/Image").is_some() || !shows.iter().any(has) {
            continue;
        }
        for choice in 0..most {
            let runs = shown(&stream.content, &names, choice);
            pdf.shown.push(Shown {
                at: stream.at,
                runs,
            });
        }
    }
    pdf
}

/// The streams of a file, unpacked, and the file without them.
fn streams(bytes: &[u8], left: &mut u64, pdf: &mut Pdf) -> (Vec<Stream>, Vec<u8>) {
    let mut streams = Vec::new();
    let mut rest = Vec::new();
    let mut from = 0;
    while let Some(found) = memmem::find(&bytes[from..], b"stream") {
        let keyword = from + found;
        let mut at = keyword + b"stream".len();
        at += usize::from(bytes.get(at) == Some(&b'\r'));
        at += usize::from(bytes.get(at) == Some(&b'\n'));
        let end = memmem::find(&bytes[at..], b"endstream").map_or(bytes.len(), |end| at + end);
        let before = &bytes[from..keyword];
        let start = memmem::rfind(before, b"obj").unwrap_or(0);
        let dictionary = before[start..].to_vec();
        let number = number_before(&before[..start]);
        rest.extend_from_slice(before);
        from = (end + b"endstream".len()).min(bytes.len());
        let has = |name: &[u8]| memmem::find(&dictionary, name).is_some();
        let data = &bytes[at..end];
        let is_picture = [
            b"/DCTDecode".as_slice(),
            b"/JPXDecode",
            b"/CCITTFax",
            b"/JBIG2",
        ]
        .into_iter()
        .any(has);
        let is_odd = [
            b"/LZWDecode".as_slice(),
            b"/ASCII85",
            b"/ASCIIHex",
            b"/RunLength",
        ]
        .into_iter()
        .any(has);
        if is_picture {
            continue;
        }
        if is_odd {
            let reason = "has a part in an encoding of PDF that is not read";
            if !pdf.unread.iter().any(|known| known == reason) {
                pdf.unread.push(reason.to_owned());
            }
            continue;
        }
        let mut content = Vec::new();
        if has(b"/FlateDecode") {
            // What can be read of a broken stream is read.
            let decoder = flate2::read::ZlibDecoder::new(data);
            let _ = decoder.take(*left).read_to_end(&mut content);
            *left -= content.len() as u64;
            if content.is_empty() && !data.is_empty() {
                let reason = "has a part that cannot be unpacked";
                if !pdf.unread.iter().any(|known| known == reason) {
                    pdf.unread.push(reason.to_owned());
                }
            }
        } else {
            content.extend_from_slice(data);
        }
        streams.push(Stream {
            number,
            at,
            dictionary,
            content,
        });
    }
    rest.extend_from_slice(&bytes[from..]);
    (streams, rest)
}

/// The object number of `12 0 ` at the end of a text.
fn number_before(text: &[u8]) -> u64 {
    let tail = &text[text.len().saturating_sub(24)..];
    let tail = String::from_utf8_lossy(tail);
    let mut words = tail.split_ascii_whitespace().rev();
    words.next();
    words.next().and_then(|word| word.parse().ok()).unwrap_or(0)
}

/// The objects of an object stream, written as they are in a file. It begins with pairs of a number and
/// a place; the places count from the end of the pairs (section 7.5.7).
fn unpacked_objects(content: &[u8]) -> Vec<u8> {
    let is_head = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_whitespace();
    let head = content.iter().take_while(|byte| is_head(byte)).count();
    let numbers: Vec<usize> = String::from_utf8_lossy(&content[..head])
        .split_ascii_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    let body = &content[head..];
    let mut objects = Vec::new();
    let pairs: Vec<(usize, usize)> = numbers
        .chunks_exact(2)
        .map(|pair| (pair[0], pair[1]))
        .collect();
    for (at, (number, start)) in pairs.iter().enumerate() {
        let end = pairs.get(at + 1).map_or(body.len(), |(_, end)| *end);
        objects.extend_from_slice(format!("\n{number} 0 obj ").as_bytes());
        objects.extend_from_slice(body.get(*start..end.min(body.len())).unwrap_or_default());
    }
    objects
}

/// Of each font its number, and that of its map.
fn fonts_of(text: &[u8]) -> Vec<(u64, u64)> {
    let key = b"/ToUnicode";
    let mut fonts = Vec::new();
    for at in memmem::find_iter(text, key) {
        let start = memmem::rfind(&text[..at], b"obj").unwrap_or(0);
        let after = String::from_utf8_lossy(&text[at + key.len()..text.len().min(at + 40)]);
        let map = after.split_ascii_whitespace().next();
        if let Some(map) = map.and_then(|map| map.parse().ok()) {
            fonts.push((number_before(&text[..start]), map));
        }
    }
    fonts
}

/// Names with the objects that they stand for: `/F1 5 0 R`.
fn references(text: &[u8]) -> Vec<(Vec<u8>, u64)> {
    let mut references = Vec::new();
    for at in memchr::memchr_iter(b'/', text) {
        let rest = &text[at + 1..text.len().min(at + 80)];
        let name = rest.iter().take_while(|byte| is_regular(**byte)).count();
        let after = String::from_utf8_lossy(&rest[name..]);
        let mut words =
            after.split(|sign: char| sign.is_ascii_whitespace() || sign == '/' || sign == '>');
        let mut next = || words.find(|word| !word.is_empty());
        if let (Some(number), Some(_), Some("R")) = (next(), next(), next())
            && let Ok(number) = number.parse()
        {
            references.push((rest[..name].to_vec(), number));
        }
    }
    references
}

fn is_regular(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !b"()<>[]{}/%\0".contains(&byte)
}

/// One token of a content stream or an object.
enum Token {
    String(Vec<u8>),
    Name(Vec<u8>),
    Number(f64),
    Word(Vec<u8>),
}

/// The tokens of a text, in its order; brackets are passed over.
fn tokens(text: &[u8], give: &mut dyn FnMut(Token)) {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'(' => {
                let (string, length) = literal(&text[at..]);
                give(Token::String(string));
                at += length;
            }
            b'<' if text.get(at + 1) != Some(&b'<') => {
                let end = memchr::memchr(b'>', &text[at..]).unwrap_or(text.len() - at);
                give(Token::String(hex(&text[at + 1..at + end])));
                at += end + 1;
            }
            b'%' => {
                let rest = text[at..].iter();
                at += rest
                    .take_while(|byte| !matches!(byte, b'\n' | b'\r'))
                    .count();
            }
            b'/' => {
                let name = text[at + 1..]
                    .iter()
                    .take_while(|byte| is_regular(**byte))
                    .count();
                give(Token::Name(text[at + 1..at + 1 + name].to_vec()));
                at += 1 + name;
            }
            byte if is_regular(*byte) => {
                let length = text[at..]
                    .iter()
                    .take_while(|byte| is_regular(**byte))
                    .count();
                let word = &text[at..at + length];
                let number = std::str::from_utf8(word)
                    .ok()
                    .and_then(|word| word.parse().ok());
                give(match number {
                    Some(number) => Token::Number(number),
                    None => Token::Word(word.to_vec()),
                });
                at += length;
            }
            b'<' => at += 2,
            _ => at += 1,
        }
    }
}

/// `(…)` without its escapes (section 7.3.4.2), and its length.
fn literal(text: &[u8]) -> (Vec<u8>, usize) {
    let mut string = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += 1;
        match byte {
            b'(' => {
                depth += 1;
                if depth > 1 {
                    string.push(b'(');
                }
            }
            b')' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
                string.push(b')');
            }
            b'\\' => {
                let digits = text[at..].iter().take(3);
                let digits = digits
                    .take_while(|byte| (b'0'..=b'7').contains(byte))
                    .count();
                if digits > 0 {
                    let value = text[at..at + digits]
                        .iter()
                        .fold(0_u32, |value, digit| value * 8 + u32::from(digit - b'0'));
                    string.push(u8::try_from(value & 0xff).unwrap_or_default());
                    at += digits;
                    continue;
                }
                match text.get(at) {
                    Some(b'n') => string.push(b'\n'),
                    Some(b'r' | b't' | b'b' | b'f') => string.push(b' '),
                    Some(b'\n' | b'\r') | None => {}
                    Some(other) => string.push(*other),
                }
                at += 1;
            }
            other => string.push(*other),
        }
    }
    (string, at.min(text.len()))
}

fn hex(text: &[u8]) -> Vec<u8> {
    let digits = text
        .iter()
        .filter_map(|byte| char::from(*byte).to_digit(16));
    let digits: Vec<u32> = digits.collect();
    digits
        .chunks(2)
        .map(|pair| {
            let value = pair[0] * 16 + pair.get(1).copied().unwrap_or(0);
            u8::try_from(value).unwrap_or_default() // two digits of four bits
        })
        .collect()
}

/// What an object's string says: UTF-16 with its mark, or Latin-1.
fn plain(string: &[u8]) -> String {
    match string.strip_prefix(&[0xfe, 0xff]) {
        Some(wide) => utf_16(wide),
        None => string.iter().map(|byte| char::from(*byte)).collect(),
    }
}

fn utf_16(bytes: &[u8]) -> String {
    let units = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(' '))
        .collect()
}

/// The strings of objects, each by itself.
fn strings(text: &[u8]) -> Vec<Run> {
    let mut runs = Vec::new();
    tokens(text, &mut |token| {
        if let Token::String(string) = token {
            runs.push(Run::Text(plain(&string)));
            runs.push(Run::Gap);
        }
    });
    runs
}

/// A map from codes to letters: `<0003> <0020>` and `<0003> <0007> <0041>` (section 9.10.3).
fn letters(map: &[u8]) -> Letters {
    let mut letters = Letters::new();
    let mut waiting: Vec<Vec<u8>> = Vec::new();
    tokens(map, &mut |token| match token {
        Token::String(string) => waiting.push(string),
        Token::Word(word) => {
            match word.as_slice() {
                b"endbfchar" => {
                    for pair in waiting.chunks_exact(2) {
                        letters.insert(pair[0].clone(), utf_16(&pair[1]));
                    }
                }
                b"endbfrange" => {
                    for range in waiting.chunks_exact(3) {
                        add_range(&range[0], &range[1], &range[2], &mut letters);
                    }
                }
                _ => {}
            }
            waiting.clear();
        }
        _ => {}
    });
    letters
}

fn add_range(first: &[u8], last: &[u8], letter: &[u8], letters: &mut Letters) {
    let value = |code: &[u8]| {
        code.iter()
            .fold(0_u32, |value, byte| value << 8 | u32::from(*byte))
    };
    let Some(start) = utf_16(letter).chars().last() else {
        return;
    };
    // No font has more, and a broken range would not end.
    for step in 0..=value(last).saturating_sub(value(first)).min(0xffff) {
        let code = (value(first) + step).to_be_bytes();
        let code = code[4_usize.saturating_sub(first.len())..].to_vec();
        if let Some(letter) = char::from_u32(start as u32 + step) {
            letters.insert(code, letter.to_string());
        }
    }
}

/// What the text operators of a stream show (section 9.4).
fn shown(content: &[u8], names: &BTreeMap<Vec<u8>, Vec<&Letters>>, choice: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut font: Option<&Letters> = None;
    let mut name = Vec::new();
    // Strings and the moves between them, up to their operator.
    let mut waiting: Vec<Run> = Vec::new();
    let mut numbers: Vec<f64> = Vec::new();
    tokens(content, &mut |token| match token {
        Token::String(string) => waiting.push(Run::Text(text_of(&string, font))),
        Token::Name(other) => name = other,
        Token::Number(number) => {
            // In thousandths of a letter's height, to the left: from about a fifth on it is a space.
            if !waiting.is_empty() && number < -160.0 {
                waiting.push(Run::Text(" ".to_owned()));
            }
            numbers.push(number);
        }
        Token::Word(operator) => {
            match operator.as_slice() {
                b"Tf" => {
                    let of_name = names.get(&name);
                    font = of_name
                        .and_then(|maps| maps.get(choice.min(maps.len() - 1)))
                        .copied();
                }
                b"Tj" | b"TJ" => runs.append(&mut waiting),
                b"'" | b"\"" => {
                    runs.push(Run::Text(" ".to_owned()));
                    runs.append(&mut waiting);
                }
                b"Td" | b"TD" => runs.push(match numbers.last() {
                    Some(down) if *down == 0.0 => Run::Seam,
                    // A sentence goes on in the next line.
                    _ => Run::Text(" ".to_owned()),
                }),
                b"Tm" | b"T*" => runs.push(Run::Text(" ".to_owned())),
                b"ET" => runs.push(Run::Seam),
                _ => {}
            }
            waiting.clear();
            numbers.clear();
        }
    });
    runs
}

fn text_of(string: &[u8], font: Option<&Letters>) -> String {
    let Some(letters) = font else {
        return plain(string);
    };
    let length = letters.keys().next().map_or(1, Vec::len).max(1);
    let codes = string.chunks(length);
    let text = codes.map(|code| letters.get(code).map_or(" ", String::as_str));
    text.collect()
}
