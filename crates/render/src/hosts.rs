//! What hosts read of an edition beside [`super::policy`]'s headers, and what files are marked.
//!
//! In: the edition and its plan. Out: the file `_redirects` that Netlify and Cloudflare Pages read, so
//! that an old address is answered with a redirect where the host can do so; and the marking that the
//! list for readers gives each file.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::Renderer;
use base::marking::Tlp;
use edition::model::SiteFacts;
use plan::{Plan, Producer};

/// What would end an address in the file, or stand for more than itself there: `:name` and `*` are
/// placeholders.
const NOT_IN_RULES: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'#')
    .add(b'%')
    .add(b'*')
    .add(b':')
    .add(b'?');

/// Old addresses, one a line. Cloudflare Pages follows a rule whether there is a page or not. Netlify and GitLab
/// Pages serve the page, which leads on by itself. `301!` would make Netlify follow the rule too, but Cloudflare
/// Pages knows no such status and would drop the line.
pub fn redirects_file(site: &SiteFacts, plan: &Plan) -> String {
    let base = site.base_path();
    let mut text = String::new();
    for (path, planned) in &plan.outputs {
        if let Producer::Redirect(to) = &planned.producer {
            let from = path.strip_suffix("index.html").unwrap_or(path);
            let from = utf8_percent_encode(from, NOT_IN_RULES);
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{base}/{from} {base}{to} 301");
        }
    }
    text
}

impl Renderer<'_> {
    /// The marking of an output: its own where it is known, else the highest that the edition may hold.
    pub fn marking(&self, path: &str) -> Tlp {
        let Some(planned) = self.plan.outputs.get(path) else {
            return self.edition.site.tlp;
        };
        match &planned.producer {
            Producer::Brief(id) => self.brief_tlp(self.edition.brief(*id), *id),
            Producer::Card(id) => id.map_or(Tlp::Clear, |id| self.row_tlp(id)),
            Producer::Redirect(to) => self.redirect_tlp(to),
            Producer::Theme(_) | Producer::Favicon | Producer::NotFound | Producer::Robots => {
                Tlp::Clear
            }
            _ => self.edition.site.tlp,
        }
    }
}
