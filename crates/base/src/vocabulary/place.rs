//! What regions are made by.

use super::vocabulary;

vocabulary! {
    /// What a region is made by.
    RegionKind: "the region kinds", "Tearline";
    Country = "country", "Country", "an entry of ISO 3166-1";
    M49 = "m49", "UN M49 region", "a grouping of the United Nations";
    Custom = "custom", "Grouping", "a grouping of the site's own";
}
