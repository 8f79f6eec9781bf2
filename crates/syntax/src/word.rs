//! Which vocabularies the texts of a site are decoded as.

use base::vocabulary::{
    ActorType, AliasRelation, AttributionBasis, BriefStatus, Confidence, Credibility,
    IndicatorType, IndustrySector, Likelihood, Motivation, Pap, RegionKind, Reliability,
    ReportType, ResourceLevel, SoftwareType, Sophistication, Vocabulary,
};

/// A vocabulary whose words stand in texts, so that [`Spanned`](crate::decode::Spanned) decodes them.
pub trait Word: Vocabulary {}

impl Word for ActorType {}
impl Word for AliasRelation {}
impl Word for AttributionBasis {}
impl Word for BriefStatus {}
impl Word for Confidence {}
impl Word for Credibility {}
impl Word for IndicatorType {}
impl Word for IndustrySector {}
impl Word for Likelihood {}
impl Word for Motivation {}
impl Word for Pap {}
impl Word for RegionKind {}
impl Word for Reliability {}
impl Word for ReportType {}
impl Word for ResourceLevel {}
impl Word for SoftwareType {}
impl Word for Sophistication {}
