//! The only place that reads the clock.
//!
//! What is built follows from its input and `--as-of`; what remains is the day of a new brief, the
//! default of `--as-of`, and how long things took.
#![expect(
    clippy::disallowed_methods,
    reason = "whoever needs the time comes here for it"
)]

use std::time::Instant;

use jiff::Timestamp;

/// The time. `SOURCE_DATE_EPOCH` stands for it where it is set.
pub fn now() -> Timestamp {
    std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|seconds| seconds.parse().ok())
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .unwrap_or_else(Timestamp::now)
}

/// The time that it really is, to tell one run of the program from another.
pub fn of_run() -> Timestamp {
    Timestamp::now()
}

/// For how long something takes; it says nothing of the day.
pub fn instant() -> Instant {
    Instant::now()
}
