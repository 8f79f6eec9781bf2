//! STIX patterns as indicators (STIX 2.1, chapter 9).
//!
//! In: a pattern. Out: the observables that it compares with by equality, where the whole pattern is
//! made of such comparisons, `AND` and `OR`; or why it cannot be told as a list of them: negations,
//! regular expressions, sequences in time, object paths that have no type of indicator here.

use crate::import::indicators::of_type;
use crate::intel::vocabulary::IndicatorType;

use IndicatorType as T;

/// Longer patterns are no lists of indicators.
const LONGEST: usize = 200_000;
/// Brackets inside one another.
const DEEPEST: usize = 50;

/// A token of the pattern language.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// `ipv4-addr:value`, `AND`, `=`, a number.
    Word(String),
    Text(String),
    Sign(char),
}

/// A type, and a value in its normal form.
pub type Observable = (IndicatorType, String);

/// Reads a pattern.
///
/// # Errors
/// With the reason, as it is counted in a summary.
pub fn read(pattern: &str) -> Result<Vec<Observable>, String> {
    if pattern.len() > LONGEST {
        return Err("patterns that are longer than a pattern is".to_owned());
    }
    let tokens = tokens(pattern).ok_or_else(|| "patterns that do not parse".to_owned())?;
    let mut reader = Reader {
        tokens: &tokens,
        at: 0,
        depth: 0,
        found: Vec::new(),
    };
    reader.observations()?;
    if reader.at < tokens.len() {
        return Err("patterns that do not parse".to_owned());
    }
    if reader.found.is_empty() {
        return Err("patterns without a value".to_owned());
    }
    Ok(reader.found)
}

fn tokens(pattern: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut characters = pattern.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            c if c.is_whitespace() => {}
            '\'' => tokens.push(Token::Text(text(&mut characters)?)),
            '[' | ']' | '(' | ')' | ',' => tokens.push(Token::Sign(c)),
            '=' => {
                characters.next_if_eq(&'=');
                tokens.push(Token::Word("=".to_owned()));
            }
            '!' | '<' | '>' => {
                let mut word = c.to_string();
                word.extend(characters.next_if(|next| matches!(next, '=' | '>')));
                tokens.push(Token::Word(word));
            }
            _ => {
                let mut word = c.to_string();
                // In an object path keys stand in quotes: file:hashes.'SHA-256'; in brackets, list steps.
                while let Some(next) = characters.peek().copied() {
                    if next == '\'' && word.ends_with('.') {
                        characters.next();
                        word.push_str(&text(&mut characters)?);
                    } else if next == '[' && word.contains(':') {
                        word.extend(characters.by_ref().take_while(|step| *step != ']'));
                        word.push(']');
                    } else if next.is_whitespace() || "'[](),=!<>".contains(next) {
                        break;
                    } else {
                        word.push(next);
                        characters.next();
                    }
                }
                tokens.push(Token::Word(word));
            }
        }
    }
    Some(tokens)
}

/// A string literal behind its opening quote (section 9.2).
fn text(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<String> {
    let mut text = String::new();
    loop {
        match characters.next()? {
            '\\' => text.push(characters.next()?),
            '\'' => return Some(text),
            c => text.push(c),
        }
    }
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
    depth: usize,
    found: Vec<Observable>,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn takes(&mut self, sign: char) -> bool {
        let is_it = self.peek() == Some(&Token::Sign(sign));
        self.at += usize::from(is_it);
        is_it
    }

    fn word(&mut self) -> Option<String> {
        match self.peek() {
            Some(Token::Word(word)) => {
                let word = word.clone();
                self.at += 1;
                Some(word)
            }
            _ => None,
        }
    }

    fn deeper(&mut self) -> Result<(), String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("patterns that are nested too deep".to_owned());
        }
        Ok(())
    }

    fn fails() -> String {
        "patterns that do not parse".to_owned()
    }

    /// `[…] OR […]`, with brackets around them and qualifiers behind.
    fn observations(&mut self) -> Result<(), String> {
        self.deeper()?;
        loop {
            if self.takes('(') {
                self.observations()?;
                if !self.takes(')') {
                    return Err(Self::fails());
                }
            } else if self.takes('[') {
                self.comparisons()?;
                if !self.takes(']') {
                    return Err(Self::fails());
                }
            } else {
                return Err(Self::fails());
            }
            // How often and when it was seen: what was seen stays the same.
            while let Some(Token::Word(word)) = self.peek() {
                match word.to_ascii_uppercase().as_str() {
                    "REPEATS" | "WITHIN" | "START" | "STOP" => {
                        self.at += 1;
                        while matches!(self.peek(), Some(Token::Text(_)))
                            || matches!(self.peek(), Some(Token::Word(word)) if !["AND", "OR", "FOLLOWEDBY"].contains(&word.to_ascii_uppercase().as_str()))
                        {
                            self.at += 1;
                        }
                    }
                    _ => break,
                }
            }
            match self.peek() {
                Some(Token::Word(word))
                    if ["AND", "OR"].iter().any(|is| word.eq_ignore_ascii_case(is)) =>
                {
                    self.at += 1;
                }
                Some(Token::Word(word)) if word.eq_ignore_ascii_case("FOLLOWEDBY") => {
                    return Err("patterns of what follows what".to_owned());
                }
                _ => {
                    self.depth -= 1;
                    return Ok(());
                }
            }
        }
    }

    /// What stands in one pair of square brackets.
    fn comparisons(&mut self) -> Result<(), String> {
        self.deeper()?;
        // A name and a folder that one AND joins are a path.
        let mut name: Option<String> = None;
        let mut folder: Option<String> = None;
        loop {
            if self.takes('(') {
                self.comparisons()?;
                if !self.takes(')') {
                    return Err(Self::fails());
                }
            } else {
                let path = self.word().ok_or_else(Self::fails)?;
                let operator = self.word().ok_or_else(Self::fails)?.to_ascii_uppercase();
                if operator == "NOT" {
                    return Err("patterns with a negation".to_owned());
                }
                if path.eq_ignore_ascii_case("NOT") || path.eq_ignore_ascii_case("EXISTS") {
                    return Err("patterns with a negation".to_owned());
                }
                let values = self.values(&operator)?;
                match path.as_str() {
                    "file:name" if values.len() == 1 => name = values.into_iter().next(),
                    "file:parent_directory_ref.path" if values.len() == 1 => {
                        folder = values.into_iter().next();
                    }
                    path => self.compare(path, &values)?,
                }
            }
            match self.peek() {
                Some(Token::Word(word))
                    if ["AND", "OR"].iter().any(|is| word.eq_ignore_ascii_case(is)) =>
                {
                    self.at += 1;
                }
                _ => break,
            }
        }
        match (folder, name) {
            (Some(folder), Some(name)) => {
                let separator = if folder.contains('\\') { '\\' } else { '/' };
                let folder = folder.trim_end_matches(separator);
                let whole = format!("{folder}{separator}{name}");
                self.add(T::FilePath, &whole)?;
            }
            (Some(folder), None) => self.add(T::FilePath, &folder)?,
            (None, Some(name)) => {
                let kind = if name.contains(['/', '\\']) {
                    T::FilePath
                } else {
                    T::FileName
                };
                self.add(kind, &name)?;
            }
            (None, None) => {}
        }
        self.depth -= 1;
        Ok(())
    }

    /// What is compared with: one value, or those of `IN (…)`.
    fn values(&mut self, operator: &str) -> Result<Vec<String>, String> {
        let value = |token: Option<Token>| match token {
            Some(Token::Text(text)) => Ok(text),
            Some(Token::Word(word)) => Ok(word),
            _ => Err(Self::fails()),
        };
        match operator {
            "=" | "ISSUBSET" => Ok(vec![value(self.next())?]),
            "IN" => {
                if !self.takes('(') {
                    return Err(Self::fails());
                }
                let mut values = Vec::new();
                loop {
                    values.push(value(self.next())?);
                    if self.takes(')') {
                        return Ok(values);
                    }
                    if !self.takes(',') {
                        return Err(Self::fails());
                    }
                }
            }
            "LIKE" | "MATCHES" => Err("patterns with wildcards or regular expressions".to_owned()),
            "!=" | "<>" => Err("patterns with a negation".to_owned()),
            "<" | ">" | "<=" | ">=" | "ISSUPERSET" | "EXISTS" => {
                Err("patterns with a comparison that is no equality".to_owned())
            }
            _ => Err(Self::fails()),
        }
    }

    fn compare(&mut self, path: &str, values: &[String]) -> Result<(), String> {
        let kind = kind_of(path).ok_or_else(|| {
            let path = crate::import::text::line(path, 80).unwrap_or_default();
            format!("patterns with the object path `{path}`")
        })?;
        for value in values {
            self.add(kind, value)?;
        }
        Ok(())
    }

    fn add(&mut self, kind: IndicatorType, value: &str) -> Result<(), String> {
        // Producers put names into `path` and addresses with a port into `value`.
        let fits = of_type(kind, value).map(|value| (kind, value));
        let (kind, value) = fits
            .or_else(|| crate::import::indicators::detect(value, &[]))
            .ok_or_else(|| "patterns whose value does not have the form of its type".to_owned())?;
        let is_new = !self
            .found
            .iter()
            .any(|(known, there)| *known == kind && *there == value);
        if is_new {
            self.found.push((kind, value));
        }
        Ok(())
    }
}

/// The type of indicator that an object path compares with.
fn kind_of(path: &str) -> Option<IndicatorType> {
    let folded = path.replace(['\'', '"'], "").to_lowercase();
    // Hashes are spelled in every way: SHA-256, SHA256, sha_256.
    if let Some(hash) = folded
        .strip_prefix("file:hashes.")
        .or_else(|| folded.strip_prefix("artifact:hashes."))
    {
        return match hash.replace(['-', '_'], "").as_str() {
            "md5" => Some(T::Md5),
            "sha1" => Some(T::Sha1),
            "sha256" => Some(T::Sha256),
            "sha512" => Some(T::Sha512),
            "ssdeep" => Some(T::Ssdeep),
            "tlsh" => Some(T::Tlsh),
            "imphash" => Some(T::Imphash),
            _ => None,
        };
    }
    if let Some(hash) = folded.strip_prefix("x509-certificate:hashes.") {
        return match hash.replace(['-', '_'], "").as_str() {
            "sha1" => Some(T::CertificateSha1),
            "sha256" => Some(T::CertificateSha256),
            _ => None,
        };
    }
    Some(match folded.as_str() {
        "domain-name:value" | "hostname:value" | "x-opencti-hostname:value" => T::Domain,
        "ipv4-addr:value" | "network-traffic:dst_ref.value" | "network-traffic:src_ref.value" => {
            T::Ipv4
        }
        "ipv6-addr:value" => T::Ipv6,
        "url:value" => T::Url,
        "email-addr:value"
        | "email-message:from_ref.value"
        | "email-message:sender_ref.value"
        | "email-message:to_refs[*].value" => T::Email,
        "email-message:subject" => T::EmailSubject,
        "file:extensions.windows-pebinary-ext.imphash" => T::Imphash,
        "file:name" => T::FileName,
        "directory:path" | "file:parent_directory_ref.path" | "process:image_ref.path" => {
            T::FilePath
        }
        "windows-registry-key:key" => T::RegistryKey,
        "mutex:name" => T::Mutex,
        "process:command_line" => T::CommandLine,
        "network-traffic:extensions.http-request-ext.request_header.user-agent"
        | "user-agent:value" => T::UserAgent,
        "mac-addr:value" => T::MacAddress,
        "autonomous-system:number" => T::Asn,
        "cryptocurrency-wallet:value" | "cryptocurrency-wallet:address" => T::Bitcoin,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pattern: &str) -> Vec<(IndicatorType, String)> {
        read(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"))
    }

    #[test]
    fn equalities_joined_by_and_and_or() {
        let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(
            of("[ipv4-addr:value = '198.51.100.3']"),
            [(T::Ipv4, "198.51.100.3".to_owned())]
        );
        assert_eq!(
            of(&format!(
                "[file:hashes.'SHA-256' = '{hash}' OR file:hashes.MD5='d41d8cd98f00b204e9800998ecf8427e'] OR ([domain-name:value IN ('a.example', 'b.example')] AND [url:value = 'https://a.example/it\\'s'])"
            )),
            [
                (T::Sha256, hash.to_owned()),
                (T::Md5, "d41d8cd98f00b204e9800998ecf8427e".to_owned()),
                (T::Domain, "a.example".to_owned()),
                (T::Domain, "b.example".to_owned()),
                (T::Url, "https://a.example/it's".to_owned()),
            ]
        );
        assert_eq!(
            of("[file:name = 'a.dll' AND file:parent_directory_ref.path = 'C:\\\\ports']"),
            [(T::FilePath, "C:\\ports\\a.dll".to_owned())]
        );
        assert_eq!(of("[ipv4-addr:value ISSUBSET '198.51.100.0/24'] START t'2020-01-01T00:00:00Z' STOP t'2020-02-01T00:00:00Z'").len(), 1);
        assert_eq!(
            of("[autonomous-system:number = 64496]"),
            [(T::Asn, "AS64496".to_owned())]
        );
    }

    #[test]
    fn the_rest_is_named() {
        for (pattern, reason) in [
            ("[domain-name:value LIKE '%.example']", "wildcards"),
            ("[domain-name:value != 'a.example']", "negation"),
            ("[domain-name:value NOT = 'a.example']", "negation"),
            ("[a:b = 'x'] ", "object path `a:b`"),
            (
                "[url:value = 'https://a.example'] FOLLOWEDBY [url:value = 'https://b.example']",
                "follows",
            ),
            ("[url:value = 'x", "parse"),
            ("", "parse"),
            ("alert tcp any", "parse"),
            ("[ipv4-addr:value = 'no address']", "form"),
        ] {
            let error = read(pattern).expect_err(pattern);
            assert!(error.contains(reason), "{pattern}: {error}");
        }
        let deep = format!(
            "{}[url:value = 'https://a.example']{}",
            "(".repeat(5_000),
            ")".repeat(5_000)
        );
        assert!(read(&deep).is_err());
    }
}
