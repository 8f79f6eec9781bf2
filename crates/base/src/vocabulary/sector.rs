//! Industries that are targeted.

use super::vocabulary;

vocabulary! {
    /// An industry, as STIX names it. A site's own sectors map to one of these.
    IndustrySector: "industry sector", "STIX 2.1, industry-sector-ov";
    Agriculture = "agriculture", "Agriculture", "";
    Aerospace = "aerospace", "Aerospace", "";
    Automotive = "automotive", "Automotive", "";
    Chemical = "chemical", "Chemical", "";
    Commercial = "commercial", "Commercial", "";
    Communications = "communications", "Communications", "";
    Construction = "construction", "Construction", "";
    Defense = "defense", "Defense", "", also ["defence"];
    Education = "education", "Education", "";
    Energy = "energy", "Energy", "";
    Entertainment = "entertainment", "Entertainment", "";
    FinancialServices = "financial-services", "Financial services", "";
    Government = "government", "Government", "";
    EmergencyServices = "emergency-services", "Emergency services", "";
    GovernmentLocal = "government-local", "Local government", "";
    GovernmentNational = "government-national", "National government", "";
    GovernmentPublicServices = "government-public-services", "Public services", "";
    GovernmentRegional = "government-regional", "Regional government", "";
    Healthcare = "healthcare", "Healthcare", "", also ["health care"];
    HospitalityLeisure = "hospitality-leisure", "Hospitality and leisure", "";
    Infrastructure = "infrastructure", "Infrastructure", "";
    Dams = "dams", "Dams", "";
    Nuclear = "nuclear", "Nuclear", "";
    Water = "water", "Water", "";
    Insurance = "insurance", "Insurance", "";
    Manufacturing = "manufacturing", "Manufacturing", "";
    Mining = "mining", "Mining", "";
    NonProfit = "non-profit", "Non-profit", "", also ["nonprofit"];
    Pharmaceuticals = "pharmaceuticals", "Pharmaceuticals", "";
    Retail = "retail", "Retail", "";
    Technology = "technology", "Technology", "";
    Telecommunications = "telecommunications", "Telecommunications", "";
    Transportation = "transportation", "Transportation", "";
    Utilities = "utilities", "Utilities", "";
}
