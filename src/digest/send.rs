//! One message to each recipient, over SMTP (RFC 5321).
//!
//! In: the recipients, a journal, and what makes a message for each. Out: the journal, and findings
//! for those who got none. One connection serves all of them.
//!
//! 1. pass over those who got it, or of whom that is not known
//! 2. note `begun`, send, note `sent` or `failed`
//! 3. go on after a refusal of one recipient; stop when the server itself does not go on.

use std::time::{Duration, Instant};

use base64::Engine;
use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;

use super::journal::{Journal, State};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::settings::{Encryption, Server};

/// Until a server answers at all.
const CONNECT: Duration = Duration::from_secs(30);
/// Until it answers a command; RFC 5321, section 4.5.3.2.6, asks for as long after a message.
const ANSWER: Duration = Duration::from_secs(600);
/// The service is closing (RFC 5321, section 4.2.3).
const CLOSING: u16 = 421;

/// Who sends, and over which server.
pub struct Post<'a> {
    pub server: &'a Server,
    pub credentials: Option<Credential>,
    pub from: &'a Address,
    pub rate_per_minute: Option<usize>,
}

/// A user with a password, which no message shows.
pub struct Credential {
    pub user: String,
    pub password: String,
}

/// How far a run came.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub sent: usize,
    /// Who had it before.
    pub already: usize,
    /// Of whom nothing is known, and who got nothing in this run.
    pub unknown: usize,
    /// Whom the server refused.
    pub refused: usize,
    /// Who was not reached any more.
    pub left: usize,
}

/// Why a message was not taken.
enum Failure {
    /// By the server, for this recipient.
    Refused(String),
    /// The server does not go on.
    Broken(String),
}

/// Who is to get a message, in the order of the list, with what is known of the others.
pub fn due<'a>(
    recipients: &'a [Address],
    journal: &Journal,
    unknown_too: bool,
    outcome: &mut Outcome,
    found: &mut Diagnostics,
) -> Vec<&'a Address> {
    let mut due = Vec::new();
    for address in recipients {
        match journal.state(address) {
            Some(State::Sent) => outcome.already += 1,
            Some(State::Begun) if !unknown_too => {
                outcome.unknown += 1;
                found.push(
                    Diagnostic::new(
                        Code::UnknownDelivery,
                        format!("a run was broken off while it sent to {address}, who may have the newsletter or not"),
                    )
                    .help("--unknown-too sends it again, with the same Message-ID"),
                );
            }
            Some(State::Begun | State::Failed) | None => due.push(address),
        }
    }
    due
}

/// Sends to each of `due` what `message` makes for him.
pub fn send(
    post: &Post,
    due: &[&Address],
    journal: &mut Journal,
    message: &dyn Fn(&Address) -> Result<Vec<u8>, Diagnostic>,
    outcome: &mut Outcome,
    found: &mut Diagnostics,
) {
    let mut line = Line {
        post,
        connection: None,
        served: 0,
        last: None,
    };
    for (at, address) in due.iter().enumerate() {
        let stopped = match one(&mut line, address, journal, message) {
            Ok(()) => {
                outcome.sent += 1;
                continue;
            }
            Err(Stop::Refused(finding)) => {
                outcome.refused += 1;
                found.push(finding);
                continue;
            }
            Err(Stop::Broken(finding)) => finding,
        };
        outcome.left = due.len() - at;
        found.push(stopped);
        break;
    }
    line.close();
}

/// Why a recipient got nothing.
enum Stop {
    Refused(Diagnostic),
    Broken(Diagnostic),
}

fn one(
    line: &mut Line,
    address: &Address,
    journal: &mut Journal,
    message: &dyn Fn(&Address) -> Result<Vec<u8>, Diagnostic>,
) -> Result<(), Stop> {
    let bytes = message(address).map_err(Stop::Broken)?;
    line.wait();
    line.connect().map_err(|reason| {
        Stop::Broken(
            Diagnostic::new(
                Code::NotSent,
                format!("there is no connection to the mail server: {reason}"),
            )
            .help(
                "check `smtp` of the newsletter, and TEARLINE_SMTP_USER and TEARLINE_SMTP_PASSWORD \
                 in the environment",
            ),
        )
    })?;
    journal.note(address, State::Begun).map_err(Stop::Broken)?;
    let delivered = line.deliver(address, &bytes);
    let state = if delivered.is_ok() {
        State::Sent
    } else {
        State::Failed
    };
    journal.note(address, state).map_err(Stop::Broken)?;
    delivered.map_err(|failure| match failure {
        Failure::Refused(reason) => Stop::Refused(
            Diagnostic::new(
                Code::NotSent,
                format!("the mail server refused the message to {address}: {reason}"),
            )
            .help("correct the address or take it out, and run the same command again"),
        ),
        Failure::Broken(reason) => Stop::Broken(
            Diagnostic::new(
                Code::NotSent,
                format!("the mail server stopped at the message to {address}: {reason}"),
            )
            .help("run the same command again later: it goes on where this one stopped"),
        ),
    })
}

/// A connection that is made when it is needed.
struct Line<'a> {
    post: &'a Post<'a>,
    connection: Option<SmtpConnection>,
    /// How many messages the connection has served.
    served: usize,
    /// When the last message was begun.
    last: Option<Instant>,
}

impl Line<'_> {
    /// Until the next message may be sent.
    fn wait(&mut self) {
        if let (Some(last), Some(rate)) = (self.last, self.post.rate_per_minute) {
            // A rate of 0 is no setting.
            let pause = Duration::from_secs(60).div_f64(rate.max(1) as f64);
            std::thread::sleep(pause.saturating_sub(last.elapsed()));
        }
        self.last = Some(crate::clock::instant());
    }

    fn connect(&mut self) -> Result<(), String> {
        if self.connection.is_none() {
            let connection = self.open().map_err(|error| self.told(&error))?;
            self.connection = Some(connection);
            self.served = 0;
        }
        Ok(())
    }

    fn open(&self) -> Result<SmtpConnection, Error> {
        let Server {
            host,
            port,
            encryption,
        } = self.post.server;
        let hello = ClientId::Domain(self.post.from.domain().to_owned());
        let tls = match encryption {
            // Without it no certificates need be there.
            Encryption::Loopback => None,
            Encryption::Tls | Encryption::StartTls => Some(TlsParameters::new(host.clone())?),
        };
        let first = tls.as_ref().filter(|_| *encryption == Encryption::Tls);
        let mut connection =
            SmtpConnection::connect((host.as_str(), *port), Some(CONNECT), &hello, first, None)?;
        if let (Some(tls), Encryption::StartTls) = (&tls, encryption) {
            connection.starttls(tls, &hello)?;
        }
        if let Some(Credential { user, password }) = &self.post.credentials {
            let credentials = Credentials::new(user.clone(), password.clone());
            connection.auth(DEFAULT_MECHANISMS, &credentials)?;
        }
        // On an error the first answer comes late, and is told then.
        let _ = connection.set_timeout(Some(ANSWER));
        Ok(connection)
    }

    fn deliver(&mut self, to: &Address, bytes: &[u8]) -> Result<(), Failure> {
        self.begin().map_err(Failure::Broken)?;
        let Some(connection) = &mut self.connection else {
            return Err(Failure::Broken("there is no connection".to_owned()));
        };
        let answer = connection
            .command(Rcpt::new(to.clone(), Vec::new()))
            .and_then(|_| connection.command(Data))
            .and_then(|_| connection.message(bytes));
        match answer {
            Ok(_) => {
                self.served += 1;
                Ok(())
            }
            Err(error) => Err(self.after(&error)),
        }
    }

    /// Names the sender. Many servers close a connection after some messages or some quiet: a new one
    /// goes on then, as nothing of the next message was said.
    fn begin(&mut self) -> Result<(), String> {
        loop {
            let Some(connection) = &mut self.connection else {
                return Err("there is no connection".to_owned());
            };
            let mail = Mail::new(Some(self.post.from.clone()), Vec::new());
            let Err(error) = connection.command(mail) else {
                return Ok(());
            };
            let closed = error
                .status()
                .map(u16::from)
                .is_none_or(|code| code == CLOSING);
            let was_in_use = self.served > 0;
            let reason = self.drop_after(&error);
            // What is refused of the sender would be refused again.
            if !(closed && was_in_use) {
                return Err(reason);
            }
            self.connect()?;
        }
    }

    /// Makes the connection ready for the next recipient, where the server goes on.
    fn after(&mut self, error: &Error) -> Failure {
        let code = error.status().map(u16::from);
        if code.is_none_or(|code| code == CLOSING) {
            return Failure::Broken(self.drop_after(error));
        }
        let reason = self.told(error);
        let again = self.connection.as_mut().map(|line| line.command(Rset));
        if !matches!(again, Some(Ok(_))) {
            self.connection = None;
        }
        Failure::Refused(reason)
    }

    fn drop_after(&mut self, error: &Error) -> String {
        self.connection = None;
        self.told(error)
    }

    /// An error without the password, should a server repeat it.
    fn told(&self, error: &Error) -> String {
        let mut text = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            let cause_text = cause.to_string();
            if !text.contains(&cause_text) {
                text = format!("{text}: {cause_text}");
            }
            source = cause.source();
        }
        if let Some(Credential { user, password }) = &self.post.credentials {
            let engine = base64::engine::general_purpose::STANDARD;
            // As the mechanisms LOGIN and PLAIN (RFC 4616) send it.
            let plain = engine.encode(format!("\0{user}\0{password}"));
            for secret in [plain, engine.encode(password), password.clone()] {
                // Where a few letters are missing from every word, they are easily guessed.
                if secret.len() > 3 {
                    text = text.replace(&secret, "…");
                }
            }
        }
        text
    }

    fn close(self) {
        if let Some(mut connection) = self.connection {
            // All messages are answered for: how the server says goodbye changes nothing.
            let _ = connection.quit();
        }
    }
}
