use std::path::Path;
use std::sync::Arc;
use super::{Options, Summary};
use crate::diagnostic::{Diagnostics, SourceFile};
pub fn import(_: &Path, _: &Arc<SourceFile>, _: &Path, _: &Options) -> Result<(Summary, Diagnostics), Diagnostics> { Err(Diagnostics::new()) }
