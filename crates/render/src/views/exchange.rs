//! What the page gets that explains the files for other tools.

use serde::Serialize;

use super::DataView;

/// `exchange`: the files for other tools, and how to subscribe to them.
#[derive(Debug, Clone, Serialize)]
pub struct ExchangeView {
    /// Those of the edition as a whole.
    pub files: Vec<DataView>,
    /// Those beside pages, as far as there are any.
    pub beside: Vec<BesideView>,
    /// The whole address of the folder, with a slash at its end.
    pub folder: String,
    /// The whole address of the feed's folder.
    pub misp: String,
    /// The whole address of a layer to open as an example, as the Navigator is told of it; none
    /// where there is no layer or the edition is above clear.
    pub layer: Option<String>,
    /// Whether other sites may read the files in a reader's browser: of an edition at clear.
    pub is_open: bool,
    /// The address of security.txt, where the settings make one.
    pub security_url: Option<String>,
}

/// A file beside pages.
#[derive(Debug, Clone, Serialize)]
pub struct BesideView {
    pub title: &'static str,
    /// The file's name.
    pub name: &'static str,
    pub format: &'static str,
    pub about: &'static str,
    /// Beside which pages: `briefs and actors`.
    pub places: String,
}
