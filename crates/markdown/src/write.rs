//! The output of a body: elements with their attributes, and text, everything escaped.
//!
//! Where the result is going to be sanitised, every attribute that only Tearline may set carries a
//! token, and what the sanitiser would not let through (figures, code, images) is kept aside with a
//! token in its place. See [`super::sanitise`].

use super::sanitise;
use base::indicator::LiveTargets;

#[derive(Debug, Default)]
pub(super) struct Output {
    html: String,
    token: Option<String>,
    /// What stands aside until the rest has been sanitised.
    aside: Vec<String>,
}

impl Output {
    pub fn new(token: Option<String>, capacity: usize) -> Self {
        Self {
            html: String::with_capacity(capacity),
            token,
            aside: Vec::new(),
        }
    }

    /// Starts an element. An attribute's value may be anything.
    pub fn open(&mut self, tag: &str, attributes: &[(&str, &str)]) {
        self.html.push('<');
        self.html.push_str(tag);
        for (name, value) in attributes {
            self.html.push(' ');
            self.html.push_str(name);
            self.html.push_str("=\"");
            if let Some(token) = &self.token {
                self.html.push_str(token);
                self.html.push('/');
            }
            escape(&mut self.html, value);
            self.html.push('"');
        }
        self.html.push('>');
    }

    pub fn close(&mut self, tag: &str) {
        self.html.push_str("</");
        self.html.push_str(tag);
        self.html.push('>');
    }

    pub fn text(&mut self, text: &str) {
        escape(&mut self.html, text);
    }

    pub fn line(&mut self) {
        if !self.html.ends_with('\n') && !self.html.is_empty() {
            self.html.push('\n');
        }
    }

    /// HTML that Tearline made whole.
    pub fn trusted(&mut self, html: String) {
        match &self.token {
            Some(token) => {
                let number = self.aside.len();
                self.html.push_str(&sanitise::placeholder(token, number));
                self.aside.push(html);
            }
            None => self.html.push_str(&html),
        }
    }

    /// HTML of the body's writer. Without a token nothing would sanitise it, so it is left out.
    pub fn foreign(&mut self, html: &str) {
        if self.token.is_some() {
            self.html.push_str(html);
        }
    }

    /// Gives what `write` writes instead of adding it.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.html)
    }

    pub fn put(&mut self, html: String) -> String {
        std::mem::replace(&mut self.html, html)
    }

    /// Adds what [`Output::take`] gave.
    pub fn again(&mut self, html: &str) {
        self.html.push_str(html);
    }

    /// The whole, sanitised where it holds HTML of its writer's.
    pub fn finish(self, indicators: &LiveTargets) -> String {
        match self.token {
            Some(token) => sanitise::clean(&self.html, &token, &self.aside, indicators),
            None => self.html,
        }
    }
}

/// An element that stands alone, as text: for what [`Output::trusted`] takes.
pub(super) fn element(tag: &str, attributes: &[(&str, &str)]) -> String {
    let mut output = Output::default();
    output.open(tag, attributes);
    output.html
}

/// Escapes for text and for attributes in double quotes. Characters that HTML forbids (controls,
/// noncharacters) become the replacement character, as a browser would show them anyway.
pub(super) fn escape(out: &mut String, text: &str) {
    let mut rest = text;
    loop {
        // Most of a text is letters that stand for themselves: they go over in one piece.
        let plain = plain_bytes(rest.as_bytes());
        out.push_str(&rest[..plain]);
        let mut characters = rest[plain..].chars();
        let Some(c) = characters.next() else {
            return;
        };
        rest = characters.as_str();
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            '\r' => out.push('\n'),
            c if c.is_control() || is_noncharacter(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

/// How many bytes from the start are characters that need nothing.
fn plain_bytes(bytes: &[u8]) -> usize {
    // Comparisons without a branch, so that the compiler makes one step of a whole stretch.
    let needs = |byte: u8| {
        (byte < b' ') & (byte != b'\n') & (byte != b'\t')
            | (byte > b'~')
            | (byte == b'&')
            | (byte == b'<')
            | (byte == b'>')
            | (byte == b'"')
    };
    let mut plain = 0;
    for stretch in bytes.chunks(32) {
        if stretch.iter().fold(false, |any, byte| any | needs(*byte)) {
            let rest = &bytes[plain..];
            return plain + rest.iter().position(|byte| needs(*byte)).unwrap_or(0);
        }
        plain += stretch.len();
    }
    plain
}

fn is_noncharacter(c: char) -> bool {
    let number = c as u32;
    (0xfdd0..=0xfdef).contains(&number) || number & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_escaped() {
        let mut out = String::new();
        escape(&mut out, "<a b=\"c\"> & d\u{0}\u{85}\u{fffe}é\r\n");
        assert_eq!(
            out,
            "&lt;a b=&quot;c&quot;&gt; &amp; d\u{fffd}\u{fffd}\u{fffd}é\n\n"
        );
        assert_eq!(
            element("img", &[("alt", "\" onerror=\"x")]),
            "<img alt=\"&quot; onerror=&quot;x\">"
        );
    }
}
