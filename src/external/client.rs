//! Asks a host for an address, as little as it takes.
//!
//! In: an address. Out: an [`Answer`]. `HEAD` first, `GET` where a host makes no sense of it; what
//! comes with the answer to a `GET` is not read. Redirects are followed one by one, and never to an
//! indicator. What may pass (RFC 9110, section 15.6, and 429 of RFC 6585) is tried again, later each
//! time.

use std::error::Error;
use std::time::Duration;

use reqwest::header::{self, HeaderName};
use reqwest::{Method, Response, StatusCode, redirect};
use tokio::runtime::Runtime;
use url::{Host, Url};

use super::links::Indicators;
use crate::publish;

/// Until a host has answered.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two questions to one host.
const PAUSE: Duration = Duration::from_secs(1);
/// Before each repetition.
const BACKOFF: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(8)];
/// The longest wait that a host may ask for.
const LONGEST: Duration = Duration::from_secs(30);
const REDIRECTS: usize = 8;

/// What became of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Alive,
    /// With the status: 404 or 410.
    Dead(u16),
    /// And why.
    Unknown(String),
}

/// What one question came to.
enum Once {
    Answer(Answer),
    /// Worth another try, after the time that the host asks for.
    Again(String, Option<Duration>),
}

pub struct Client {
    client: reqwest::Client,
    /// Threads wait in it, each for its own answer.
    runtime: Runtime,
}

impl Client {
    /// A client that says whose it is: the address of a site that everybody may know, if there is one.
    ///
    /// # Errors
    /// When the system has no certificates, or no room for connections.
    pub fn new(site: Option<&Url>) -> Result<Self, String> {
        publish::tls();
        let version = env!("CARGO_PKG_VERSION");
        let name = match site {
            Some(url) => format!("Tearline/{version} (+{url}; checks its links)"),
            None => format!("Tearline/{version} (checks links)"),
        };
        let client = reqwest::Client::builder()
            .user_agent(name)
            .redirect(redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(|error| reason(&error))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { client, runtime })
    }

    /// Between two questions to a host. This machine itself needs no rest.
    pub fn pause(&self, url: &Url) {
        if !is_loopback(url) {
            std::thread::sleep(PAUSE);
        }
    }

    /// Asks until there is an answer or no hope for one.
    pub fn ask(&self, url: &Url, indicators: &Indicators) -> Answer {
        let mut reason = String::new();
        for wait in BACKOFF.iter().map(Some).chain([None]) {
            match self.once(url, indicators) {
                Once::Answer(answer) => return answer,
                Once::Again(why, asked_for) => {
                    reason = why;
                    if let (Some(wait), false) = (wait, is_loopback(url)) {
                        std::thread::sleep(asked_for.unwrap_or(*wait).min(LONGEST));
                    }
                }
            }
        }
        Answer::Unknown(reason)
    }

    fn once(&self, url: &Url, indicators: &Indicators) -> Once {
        let mut url = url.clone();
        for _ in 0..REDIRECTS {
            let response = match self.head_or_get(&url) {
                Ok(response) => response,
                Err(error) => return Once::Again(reason(&error), None),
            };
            let status = response.status();
            let to = text_of(&response, header::LOCATION);
            match to.filter(|_| status.is_redirection()) {
                Some(to) => match url.join(to) {
                    Ok(to) if indicators.hold(&to) => {
                        let reason = "it now leads to an indicator, which was not asked".to_owned();
                        return Once::Answer(Answer::Unknown(reason));
                    }
                    Ok(to) if matches!(to.scheme(), "http" | "https") => url = to,
                    _ => return unknown("it leads to an address that is none"),
                },
                None => return judge(&response),
            }
        }
        unknown("it leads from one address to the next without end")
    }

    fn head_or_get(&self, url: &Url) -> Result<Response, reqwest::Error> {
        let ask = |method| {
            let request = self.client.request(method, url.clone());
            // Within the runtime: a request takes its clock when it is made.
            self.runtime.block_on(async { request.send().await })
        };
        let head = ask(Method::HEAD)?;
        let status = head.status();
        // Many hosts refuse `HEAD`, or answer it with what they do not mean.
        let odd = status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS
            || status == StatusCode::NOT_IMPLEMENTED;
        if odd { ask(Method::GET) } else { Ok(head) }
    }
}

fn judge(response: &Response) -> Once {
    let status = response.status();
    match status.as_u16() {
        200..=399 => Once::Answer(Answer::Alive),
        404 | 410 => Once::Answer(Answer::Dead(status.as_u16())),
        // Something is there that is not for programs, or not for everyone.
        401 | 402 | 403 | 407 | 451 => Once::Answer(Answer::Alive),
        429 | 500..=599 => {
            let seconds = text_of(response, header::RETRY_AFTER).and_then(|text| text.parse().ok());
            Once::Again(
                format!("the host answers {status}"),
                seconds.map(Duration::from_secs),
            )
        }
        _ => unknown(&format!("the host answers {status}")),
    }
}

/// What an error comes from, which says more than the error itself: that names the address once more.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it did not answer in time".to_owned();
    }
    let mut cause: &dyn Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

fn unknown(reason: &str) -> Once {
    Once::Answer(Answer::Unknown(reason.to_owned()))
}

fn text_of(response: &Response, name: HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
