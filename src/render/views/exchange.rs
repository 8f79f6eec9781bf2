//! What the page gets that explains the files for other tools.

use serde::Serialize;

use super::{DataView, MarkingView};

/// `exchange`: the files for other tools, and how to subscribe to them.
#[derive(Debug, Clone, Serialize)]
pub struct ExchangeView {
    /// Those of the edition as a whole.
    pub files: Vec<DataView>,
    /// Those beside pages, by what the pages are of.
    pub places: Vec<PlaceView>,
    /// The whole address of the folder, with a slash at its end.
    pub folder: String,
    /// The whole address of the feed's folder.
    pub misp: String,
    /// The whole address of a layer to open as an example, as the Navigator is told of it; none
    /// where there is no layer or the edition is above clear.
    pub layer: Option<String>,
    /// The highest marking of anything in the files.
    pub tlp: MarkingView,
    /// Whether other sites may read the files in a reader's browser: of an edition at clear.
    pub is_open: bool,
    /// The address of security.txt, where the settings make one.
    pub security_url: Option<String>,
}

/// Files beside pages of one sort.
#[derive(Debug, Clone, Serialize)]
pub struct PlaceView {
    /// `Brief`, `Actor`, `Landscape`.
    pub title: &'static str,
    /// What of the address stands for the page's own part: `/briefs/…/`.
    pub pattern: String,
    /// The files, as far as a page of the edition has one; the address is that of the newest page
    /// with it.
    pub files: Vec<DataView>,
}
