//! The pages of a site as external references (STIX 2.1, section 2.5).
//!
//! In: an edition's site. Out: for the page of a brief or an entity a reference with its address in the
//! lowest edition that has all of an object, so that editions agree on it, and with the `id` that the
//! site knows it by: whoever imports the bundle gets the same address and the same ids again.

use std::borrow::Cow;
use std::collections::BTreeMap;

use url::Url;
use uuid::Uuid;

use super::objects::Reference;
use base::marking::Tlp;
use edition::SiteFacts;

/// Where an edition's things have their pages.
pub struct Pages {
    producer: String,
    /// The base address of the lowest edition that shows a level.
    addresses: BTreeMap<Tlp, Url>,
    /// Of the edition itself.
    base: Url,
}

impl Pages {
    pub fn of(site: &SiteFacts) -> Self {
        Self {
            producer: site.exchange.producer.clone(),
            addresses: site.exchange.addresses.clone(),
            base: site.base_url.clone(),
        }
    }

    /// The page at a path, for an object that holds nothing above `reach`.
    pub fn reference<'a>(
        &self,
        reach: Tlp,
        path: &str,
        title: impl Into<Cow<'a, str>>,
        id: Uuid,
    ) -> Reference<'a> {
        let base = self.addresses.get(&reach).unwrap_or(&self.base).as_str();
        Reference {
            source_name: self.producer.clone().into(),
            description: Some(title.into()),
            url: Some(format!("{}{path}", base.trim_end_matches('/')).into()),
            external_id: Some(id.to_string().into()),
        }
    }

    /// The number of a report, where its producer gives numbers.
    pub fn number<'a>(&self, number: &'a str) -> Reference<'a> {
        Reference {
            source_name: self.producer.clone().into(),
            description: Some(REPORT_NUMBER.into()),
            external_id: Some(number.into()),
            ..Reference::default()
        }
    }
}

/// What a reference says that only has a report's number.
pub const REPORT_NUMBER: &str = "Report number";
