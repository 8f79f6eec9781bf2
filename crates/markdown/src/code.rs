//! Code blocks.
//!
//! In: the info string and the text. Out: a `<pre>`, coloured where the language is known, with the
//! language as its caption.

use super::highlight::Highlighter;
use super::write::{element, escape};

/// Languages by the names that info strings use, and as their users write them.
const LANGUAGES: &[(&str, &str)] = &[
    ("bash", "Bash"),
    ("c", "C"),
    ("cmd", "Command Prompt"),
    ("console", "Console"),
    ("cpp", "C++"),
    ("csharp", "C#"),
    ("csv", "CSV"),
    ("eql", "EQL"),
    ("go", "Go"),
    ("html", "HTML"),
    ("http", "HTTP"),
    ("java", "Java"),
    ("javascript", "JavaScript"),
    ("js", "JavaScript"),
    ("json", "JSON"),
    ("kql", "KQL"),
    ("kusto", "KQL"),
    ("php", "PHP"),
    ("powershell", "PowerShell"),
    ("ps1", "PowerShell"),
    ("py", "Python"),
    ("python", "Python"),
    ("regex", "Regular expression"),
    ("rust", "Rust"),
    ("sh", "Shell"),
    ("shell", "Shell"),
    ("sigma", "Sigma"),
    ("snort", "Snort"),
    ("spl", "SPL"),
    ("sql", "SQL"),
    ("stix", "STIX"),
    ("suricata", "Suricata"),
    ("toml", "TOML"),
    ("vb", "Visual Basic"),
    ("vba", "VBA"),
    ("xml", "XML"),
    ("yaml", "YAML"),
    ("yara", "YARA"),
    ("yara-l", "YARA-L"),
    ("yml", "YAML"),
];

/// Names that say that there is no language.
const NONE: &[&str] = &["text", "txt", "plain", "plaintext", "none"];

/// The language that an info string begins with, in small letters.
fn language(info: &str) -> String {
    info.split_whitespace()
        .next()
        .filter(|word| !word.contains('='))
        .unwrap_or_default()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "+#-_.".contains(*c))
        .collect::<String>()
        .to_ascii_lowercase()
}

/// The whole block.
pub(super) fn block(info: &str, code: &str, highlighter: Option<&Highlighter>) -> String {
    let language = language(info);
    let shown = !language.is_empty() && !NONE.contains(&language.as_str());
    let mut html = String::with_capacity(code.len() + 160);
    if shown {
        let name = LANGUAGES
            .iter()
            .find(|(name, _)| *name == language)
            .map_or(language.as_str(), |(_, shown)| shown);
        html.push_str("<figure class=\"code-block\"><figcaption>");
        escape(&mut html, name);
        html.push_str("</figcaption>");
    }
    // A block that scrolls must be reachable by the keyboard.
    html.push_str("<pre class=\"code\" tabindex=\"0\">");
    if language.is_empty() {
        html.push_str("<code>");
    } else {
        html.push_str(&element(
            "code",
            &[("class", &format!("language-{language}"))],
        ));
    }
    let coloured = highlighter
        .filter(|_| shown)
        .and_then(|highlighter| highlighter.highlight(&language, code));
    match coloured {
        Some(coloured) => html.push_str(&coloured),
        None => escape(&mut html, code),
    }
    html.push_str("</code></pre>");
    if shown {
        html.push_str("</figure>");
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_names_its_language() {
        assert_eq!(
            block("YARA tlp=amber", "a < b", None),
            "<figure class=\"code-block\"><figcaption>YARA</figcaption><pre class=\"code\" tabindex=\"0\">\
             <code class=\"language-yara\">a &lt; b</code></pre></figure>"
        );
        assert_eq!(
            block("tlp=amber", "a", None),
            "<pre class=\"code\" tabindex=\"0\"><code>a</code></pre>"
        );
        assert!(!block("\"><script>", "a", None).contains("<script"));
    }
}
