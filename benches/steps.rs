//! Where the time of a build goes: each step, and what each kind of output costs to render.
//!
//!     cargo bench --profile dist --bench steps -- SITE
//!
//! In: a site's folder. Out: a table of steps in milliseconds, then one row for each kind of output
//! with how many there are, their bytes, and the time on one core. Nothing is written but the table:
//! what the files cost, `run.sh` shows.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that fails says where"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use tearline::load::Kept;
use tearline::plan::Producer;
use tearline::site::{self, Options};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let Some(root) = std::env::args().skip(1).find(|word| !word.starts_with('-')) else {
        eprintln!("usage: cargo bench --bench steps -- SITE");
        return ExitCode::from(2);
    };
    let options = Options {
        root: PathBuf::from(root),
        edition: None,
        base_url: None,
        drafts: false,
        embargoed: false,
        as_of: jiff::Timestamp::now(),
    };
    let mut kept = Kept::default();
    let (prepared, found) = site::prepare_again(&options, Some(&mut kept));
    let Some(prepared) = prepared else {
        eprintln!("the site has errors: {} findings", found.iter().count());
        return ExitCode::FAILURE;
    };
    // What the preview does after a change: nothing is parsed but what changed.
    let (again, _) = site::prepare_again(&options, Some(&mut kept));
    let again = again.map_or_else(Vec::new, |again| again.timings);
    println!("{:<28}{:>10}{:>10}", "step", "ms", "again");
    for ((name, took), (_, again)) in prepared.timings.iter().zip(&again) {
        println!(
            "{name:<28}{:>10.1}{:>10.1}",
            took.as_secs_f64() * 1e3,
            again.as_secs_f64() * 1e3
        );
    }
    for edition in &prepared.editions {
        let begun = Instant::now();
        let renderer = match prepared.renderer(edition) {
            Ok(renderer) => renderer,
            Err(diagnostic) => {
                eprintln!("{}", diagnostic.message);
                return ExitCode::FAILURE;
            }
        };
        row("prepare", begun.elapsed());
        let begun = Instant::now();
        if edition.search_index().is_some() {
            row("search index", begun.elapsed());
        }

        let mut kinds: BTreeMap<String, (usize, usize, Duration)> = BTreeMap::new();
        for (path, planned) in &edition.plan.outputs {
            if matches!(planned.producer, Producer::File(_) | Producer::Search(_)) {
                continue;
            }
            let begun = Instant::now();
            let Ok(bytes) = renderer.render(path, planned) else {
                eprintln!("{path} cannot be rendered");
                return ExitCode::FAILURE;
            };
            let kind = kind(&planned.producer);
            let (count, sum, took) = kinds.entry(kind).or_default();
            *count += 1;
            *sum += bytes.len();
            *took += begun.elapsed();
        }
        println!(
            "\n{:<28}{:>10}{:>12}{:>12}{:>12}",
            "output", "count", "KiB", "ms", "µs for each"
        );
        for (kind, (count, bytes, took)) in kinds {
            println!(
                "{kind:<28}{count:>10}{:>12}{:>12.1}{:>12.1}",
                bytes / 1024,
                took.as_secs_f64() * 1e3,
                took.as_secs_f64() * 1e6 / f64::from(u32::try_from(count).unwrap_or(u32::MAX)),
            );
        }
    }
    ExitCode::SUCCESS
}

fn row(name: &str, took: Duration) {
    println!("{name:<28}{:>10.1}", took.as_secs_f64() * 1e3);
}

/// The name of a producer; pages of a list from the second on apart from the first.
fn kind(producer: &Producer) -> String {
    let shown = format!("{producer:?}");
    let name = shown.split(['(', ' ']).next().unwrap_or_default();
    match producer {
        Producer::Entity(_, number) | Producer::Tag(_, number) | Producer::Briefs(number)
            if *number > 0 =>
        {
            format!("{name}, further pages")
        }
        _ => name.to_owned(),
    }
}
