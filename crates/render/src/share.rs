//! Ways to pass a brief on: plain links, nothing that is loaded from anybody.
//!
//! In: a brief and what the settings allow. Out: an address for each way. What is above clear goes
//! by mail or by its address alone.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::Renderer;
use super::views::ShareView;
use base::marking::Tlp;
use base::vocabulary::Vocabulary;
use edition::addresses;
use edition::model::Brief;
use edition::model::ShareWay;

impl Renderer<'_> {
    pub(super) fn share(&self, brief: &Brief) -> Vec<ShareView> {
        let site = &self.edition.site;
        let address = site.absolute(&addresses::brief_path(brief));
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let (title, link) = (encoded(&brief.title), encoded(&address));
        site.share
            .ways
            .iter()
            .filter(|way| site.tlp == Tlp::Clear || matches!(way, ShareWay::Mail | ShareWay::Link))
            .map(|way| ShareView {
                name: way.name(),
                title: way.label(),
                url: match way {
                    ShareWay::Mail => Some(format!("mailto:?subject={title}&body={link}")),
                    ShareWay::Link => None,
                    ShareWay::Mastodon => Some(format!(
                        "{}/share?text={title}%20{link}",
                        site.share.mastodon
                    )),
                    ShareWay::Linkedin => Some(format!(
                        "https://www.linkedin.com/sharing/share-offsite/?url={link}"
                    )),
                    ShareWay::X => {
                        Some(format!("https://x.com/intent/post?text={title}&url={link}"))
                    }
                },
            })
            .collect()
    }
}
