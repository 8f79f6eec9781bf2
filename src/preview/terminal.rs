//! Where the person who runs the preview reads.
//!
//! In: lines and findings, of whichever thread. Out: each as one write, so that none is torn apart.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use crate::diagnostic::{Diagnostics, report};

#[derive(Clone)]
pub(super) struct Terminal {
    color: bool,
    out: Arc<Mutex<Box<dyn Write + Send>>>,
}

impl Terminal {
    pub(super) fn new(color: bool, out: Box<dyn Write + Send>) -> Self {
        let out = Arc::new(Mutex::new(out));
        Self { color, out }
    }

    pub(super) fn line(&self, text: &str) {
        self.write(format!("{text}\n").as_bytes());
    }

    pub(super) fn findings(&self, diagnostics: &Diagnostics) {
        let mut text = Vec::new();
        // Writing to memory cannot fail.
        let _ = report::write(report::Format::Human, diagnostics, self.color, &mut text);
        self.write(&text);
    }

    /// A terminal that is closed is no reason to stop: the browser shows the same.
    fn write(&self, bytes: &[u8]) {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = out.write_all(bytes).and_then(|()| out.flush());
    }
}
