//! Whether an address would lead a reader to an indicator.

use std::collections::BTreeSet;

use crate::vocabulary::IndicatorType;

/// The indicators of one document that a browser could be sent to.
#[derive(Debug, Clone, Default)]
pub struct LiveTargets {
    hosts: BTreeSet<String>,
    urls: BTreeSet<String>,
    emails: BTreeSet<String>,
}

impl LiveTargets {
    pub const NONE: Self = Self {
        hosts: BTreeSet::new(),
        urls: BTreeSet::new(),
        emails: BTreeSet::new(),
    };

    /// Of normalised values with their types.
    pub fn of<'a>(indicators: impl IntoIterator<Item = (IndicatorType, &'a str)>) -> Self {
        let mut targets = Self::default();
        for (kind, value) in indicators {
            match kind {
                IndicatorType::Domain | IndicatorType::Ipv4 | IndicatorType::Ipv6 => {
                    targets.hosts.insert(value.to_lowercase());
                }
                IndicatorType::Url => {
                    targets.urls.extend([value.to_owned(), normalised(value)]);
                }
                IndicatorType::Email => {
                    targets.emails.insert(value.to_lowercase());
                }
                _ => {}
            }
        }
        targets
    }

    /// Whether a link to this address leads to one of them. A host below an indicator's is none.
    pub fn holds(&self, address: &str) -> bool {
        if self.hosts.is_empty() && self.urls.is_empty() && self.emails.is_empty() {
            return false;
        }
        // As browsers read it, an address without a scheme keeps the page's.
        let whole = match address.strip_prefix("//") {
            Some(rest) => format!("https://{rest}"),
            None => address.to_owned(),
        };
        let Ok(url) = url::Url::parse(&whole) else {
            return false;
        };
        if url.scheme() == "mailto" {
            let to = percent_encoding::percent_decode_str(url.path()).decode_utf8_lossy();
            return to.split(',').any(|to| {
                let to = to.trim().to_lowercase();
                let host = to.rsplit_once('@').map_or("", |(_, host)| host);
                self.emails.contains(&to) || self.hosts.contains(host)
            });
        }
        let host = url.host_str().unwrap_or_default();
        self.hosts
            .contains(host.trim_matches(['[', ']']).trim_end_matches('.'))
            || self.urls.contains(address)
            || self.urls.contains(&without_fragment(url))
    }
}

fn normalised(value: &str) -> String {
    url::Url::parse(value).map_or_else(|_| value.to_owned(), without_fragment)
}

fn without_fragment(mut url: url::Url) -> String {
    url.set_fragment(None);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_an_indicator_is_known_in_whatever_form_a_browser_takes() {
        let live = LiveTargets::of([
            (IndicatorType::Domain, "lure.example"),
            (IndicatorType::Ipv4, "192.0.2.1"),
            (IndicatorType::Ipv6, "2001:db8::1"),
            (IndicatorType::Url, "https://drop.example/a"),
            (IndicatorType::Email, "hr@jobs.example"),
        ]);
        for address in [
            "https://lure.example",
            "http://LURE.example./path?x#y",
            "//lure.example/",
            "https://user@lure.example:8443/",
            "http://192.0.2.1/",
            "http://3221225985/",
            "http://[2001:db8:0::1]/",
            "https://drop.example/a#part",
            "HTTPS://drop.example:443/a",
            "mailto:HR@jobs.example?subject=x",
            "mailto:hr%40jobs.example",
            "mailto:any@lure.example",
        ] {
            assert!(live.holds(address), "{address}");
        }
        for address in [
            "https://example/lure.example",
            "https://not-lure.example/",
            "https://drop.example/b",
            "mailto:it@jobs.example",
            "/briefs/lure.example/",
            "#lure.example",
        ] {
            assert!(!live.holds(address), "{address}");
        }
    }
}
