//! Links to other sites: whether they still lead somewhere. `tearline check --external`.
//!
//! In: the editions that are checked, and what earlier runs learned ([`cache`]). Out: a finding at
//! each link that is dead or did not answer.
//!
//! 1. collect the links of visible texts and sources, each address once ([`links`])
//! 2. leave out every indicator of the library: whoever follows one tells its owner
//! 3. ask the hosts, a few at a time and each for one address after the other ([`client`]).

pub mod cache;
pub mod client;
pub mod links;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use url::Url;

use self::cache::Cache;
use self::client::{Answer, Client};
use self::links::{Links, Place};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// Hosts that are asked at the same time.
const HOSTS: usize = 8;

/// What a check learned.
#[derive(Debug, Default)]
pub struct Checked {
    /// Addresses that were asked for.
    pub asked: usize,
    /// Addresses that an earlier run asked for.
    pub known: usize,
    /// Addresses that were left out, as they lead to indicators.
    pub indicators: usize,
    pub found: Diagnostics,
}

/// Asks for every link that the cache does not know, and tells of those that are no good.
pub fn check(links: &Links, client: &Client, cache: &mut Cache, now: Timestamp) -> Checked {
    let mut hosts: BTreeMap<String, Vec<&Url>> = BTreeMap::new();
    let mut answers: BTreeMap<&Url, Answer> = BTreeMap::new();
    for url in links.places.keys() {
        match cache.answer(url) {
            Some(answer) => {
                answers.insert(url, answer);
            }
            // Ports are servers of their own.
            None => hosts
                .entry(url.authority().to_lowercase())
                .or_default()
                .push(url),
        }
    }
    let known = answers.len();
    let queue: Mutex<VecDeque<Vec<&Url>>> = Mutex::new(hosts.into_values().collect());
    let learned: Mutex<Vec<(&Url, Answer)>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..HOSTS {
            scope.spawn(|| {
                while let Some(host) = next(&queue) {
                    for (at, url) in host.into_iter().enumerate() {
                        if at > 0 {
                            client.pause(url);
                        }
                        let answer = client.ask(url, &links.indicators);
                        learned
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push((url, answer));
                    }
                }
            });
        }
    });
    let learned = learned.into_inner().unwrap_or_else(PoisonError::into_inner);
    let asked = learned.len();
    for (url, answer) in learned {
        cache.learn(url, &answer, now);
        answers.insert(url, answer);
    }
    let mut found = Diagnostics::new();
    for (url, places) in &links.places {
        for place in places {
            if let Some(finding) = answers.get(url).and_then(|answer| told(url, place, answer)) {
                found.push(finding);
            }
        }
    }
    Checked {
        asked,
        known,
        indicators: links.left_out,
        found,
    }
}

fn next<'a>(queue: &Mutex<VecDeque<Vec<&'a Url>>>) -> Option<Vec<&'a Url>> {
    let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    queue.pop_front()
}

fn told(url: &Url, place: &Place, answer: &Answer) -> Option<Diagnostic> {
    let finding = match answer {
        Answer::Alive => return None,
        Answer::Dead(status) => Diagnostic::new(
            Code::DeadLink,
            format!("nothing is at `{url}` any more: the host answers {status}"),
        )
        .label("leads nowhere")
        .help(format!(
            "correct the address, or name an archived copy, such as {}",
            archived(url, place)
        )),
        Answer::Unknown(reason) => Diagnostic::new(
            Code::UnansweredLink,
            format!("whether `{url}` still leads somewhere is not known: {reason}"),
        )
        .label("no answer")
        .help(format!(
            "try again later, or look yourself; a copy may be at {}",
            archived(url, place)
        )),
    };
    Some(finding.at_location(place.location.clone()))
}

/// Where the Internet Archive has a copy, if it has one: the nearest to the day on which the source
/// was read, else the list of all.
fn archived(url: &Url, place: &Place) -> String {
    let when = match place.read {
        Some(day) => day.strftime("%Y%m%d").to_string(),
        None => "*".to_owned(),
    };
    format!("https://web.archive.org/web/{when}/{url}")
}
