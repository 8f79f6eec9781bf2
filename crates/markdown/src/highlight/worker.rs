//! A thread that finds the tokens of one block after the other.
//!
//! In: a block's language and code. Out: the tokens of each line, or that it took too long. The
//! thread has the stack that the library needs, wherever the caller runs, and can be left behind. If
//! a search exceeds the regular expression engine's retry limit the library panics, and the thread
//! ends without an answer; the registry stays whole, as such a search holds nothing that threads
//! share.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use giallo::{HighlightOptions, HighlightedText, Registry, ThemeVariant};

use super::roles;

/// Stack for the library, in bytes; what is not used takes no memory. The deepest recursion found,
/// on one line of `LONGEST_LINE` bytes, needs less than a tenth of it, but more than the 2 MiB of a
/// thread of the pool.
const STACK: usize = 64 * 1024 * 1024;

/// A block that takes longer stays plain. Only a grammar that never ends should get here: what is
/// admitted takes some seconds at most, on a machine that has much else to do as well, so the clock
/// decides nothing else.
pub(super) const LONGEST_TIME: Duration = Duration::from_secs(120);

/// The tokens of each line; none where the library finds fault with the block.
type Tokens = Option<Vec<Vec<HighlightedText>>>;

/// The thread, as long as it answers. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Worker {
    blocks: Sender<(String, String)>,
    answers: Receiver<Tokens>,
}

impl Worker {
    /// None where the system has no thread to give.
    pub(super) fn start(registry: &Arc<Registry>) -> Option<Self> {
        let registry = Arc::clone(registry);
        let (blocks, wanted) = channel::<(String, String)>();
        let (sender, answers) = channel();
        std::thread::Builder::new()
            .name("highlight".to_owned())
            .stack_size(STACK)
            .spawn(move || {
                for (language, code) in wanted {
                    let options =
                        HighlightOptions::new(&language, ThemeVariant::Single(roles::THEME))
                            .merge_whitespace(false)
                            .merge_same_style_tokens(false);
                    let highlighted = registry.highlight(&code, &options).ok();
                    // No one waits any more after the time limit.
                    let _ = sender.send(highlighted.map(|highlighted| highlighted.tokens));
                }
            })
            .ok()?;
        Some(Self { blocks, answers })
    }

    /// # Errors
    /// When the block took too long, or the thread ended on it: the worker is of no more use.
    pub(super) fn tokens(&self, language: &str, code: &str) -> Result<Tokens, RecvTimeoutError> {
        let block = (language.to_owned(), code.to_owned());
        if self.blocks.send(block).is_err() {
            return Err(RecvTimeoutError::Disconnected);
        }
        self.answers.recv_timeout(LONGEST_TIME)
    }
}
