//! Where the preview listens, and under which names it answers.
//!
//! In: the address the command line asks for. Out: a bound socket; for each request, whether its
//! `Host` is this machine's. A page elsewhere can point a name of its own at 127.0.0.1 and read the
//! answers (DNS rebinding), and drafts and embargoed briefs are in them.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use crate::diagnostic::{Code, Diagnostic};

/// How many ports after a taken one are tried.
const MORE_PORTS: u16 = 20;

/// The port of a `Host` that names none (RFC 9110, section 7.2).
const HTTP_PORT: u16 = 80;

/// Listens on the port, or on the next free one.
pub(super) fn bind(host: IpAddr, port: u16) -> Result<(TcpListener, SocketAddr), Diagnostic> {
    let last = if port == 0 {
        0
    } else {
        port.saturating_add(MORE_PORTS)
    };
    for candidate in port..=last {
        let bound = TcpListener::bind((host, candidate))
            .and_then(|listener| listener.local_addr().map(|local| (listener, local)));
        match bound {
            Ok(bound) => return Ok(bound),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => return Err(not_bound(host, candidate, &error)),
        }
    }
    Err(Diagnostic::new(
        Code::AddressInUse,
        format!("the ports {port} to {last} of {host} are all taken"),
    )
    .help("end another preview, or choose a port with `--port`"))
}

fn not_bound(host: IpAddr, port: u16, error: &io::Error) -> Diagnostic {
    let help = match error.kind() {
        ErrorKind::PermissionDenied => "choose a port from 1024 on with `--port`",
        ErrorKind::AddrNotAvailable => "give an address of this machine with `--host`",
        _ => "choose another address with `--host` and `--port`",
    };
    Diagnostic::new(
        Code::AddressInUse,
        format!(
            "the preview cannot listen on {}: {error}",
            SocketAddr::new(host, port)
        ),
    )
    .help(help)
}

/// What to type into a browser on this machine.
pub(super) fn url(local: SocketAddr) -> String {
    // The unspecified address is one to listen on, not one to go to.
    let reachable = match local.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}/", SocketAddr::new(reachable, local.port()))
}

/// Whether a `Host` header (or the authority of a request target) names the address that the
/// connection came in at, or this machine by one of its loopback names, with the right port.
pub(super) fn is_own(host: &str, local: SocketAddr) -> bool {
    let Some((name, port)) = split(host) else {
        return false;
    };
    if port != local.port() {
        return false;
    }
    match name {
        Name::Address(ip) => {
            ip == IpAddr::V4(Ipv4Addr::LOCALHOST)
                || ip == IpAddr::V6(Ipv6Addr::LOCALHOST)
                || ip == local.ip().to_canonical()
        }
        Name::Word(word) => word.eq_ignore_ascii_case("localhost"),
    }
}

enum Name<'a> {
    Address(IpAddr),
    Word(&'a str),
}

fn split(host: &str) -> Option<(Name<'_>, u16)> {
    let (name, rest) = if let Some(bracketed) = host.strip_prefix('[') {
        let (inside, rest) = bracketed.split_once(']')?;
        (Name::Address(inside.parse::<Ipv6Addr>().ok()?.into()), rest)
    } else {
        let end = host.find(':').unwrap_or(host.len());
        let (word, rest) = host.split_at(end);
        let name = match word.parse::<Ipv4Addr>() {
            Ok(ip) => Name::Address(ip.into()),
            Err(_) => Name::Word(word),
        };
        (name, rest)
    };
    let port = match rest.strip_prefix(':') {
        // `parse` would take a sign as well.
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok()?,
        None if rest.is_empty() => HTTP_PORT,
        _ => return None,
    };
    Some((name, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_loopback_names_are_own_with_the_bound_port_only() {
        let at = local("127.0.0.1:1111");
        for host in [
            "127.0.0.1:1111",
            "localhost:1111",
            "LocalHost:1111",
            "[::1]:1111",
        ] {
            assert!(is_own(host, at), "{host}");
        }
        for host in [
            "",
            ":1111",
            "localhost",
            "localhost:80",
            "localhost:+1111",
            "localhost:1111:1111",
            "localhost.evil.example:1111",
            "evil.example:1111",
            "127.0.0.1.evil.example:1111",
            "127.0.0.2:1111",
            "[::1]evil.example:1111",
            "[::1:1111",
            "user@localhost:1111",
        ] {
            assert!(!is_own(host, at), "{host}");
        }
    }

    #[test]
    fn a_bound_address_is_own_and_port_80_needs_no_number() {
        assert!(is_own("192.0.2.7:1111", local("192.0.2.7:1111")));
        assert!(is_own("192.0.2.7:1111", local("[::ffff:192.0.2.7]:1111")));
        assert!(!is_own("192.0.2.8:1111", local("192.0.2.7:1111")));
        assert!(is_own("localhost", local("127.0.0.1:80")));
    }

    #[test]
    fn a_taken_port_gives_the_next_free_one() {
        let localhost = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let (_held, first) = bind(localhost, 0).unwrap();
        // At the very end of the range there may be no next port; then the error says so.
        match bind(localhost, first.port()) {
            Ok((_listener, second)) => {
                assert!(second.port() > first.port());
                assert!(second.port() - first.port() <= MORE_PORTS);
            }
            Err(diagnostic) => assert_eq!(diagnostic.code, Code::AddressInUse),
        }
    }

    #[test]
    fn an_address_of_another_machine_is_an_error() {
        let error = bind("192.0.2.1".parse().unwrap(), 0).unwrap_err();
        assert_eq!(error.code, Code::AddressInUse);
        assert!(error.message.contains("192.0.2.1"), "{}", error.message);
    }

    #[test]
    fn the_url_is_one_to_go_to() {
        assert_eq!(url(local("0.0.0.0:1111")), "http://127.0.0.1:1111/");
        assert_eq!(url(local("[::]:1111")), "http://[::1]:1111/");
    }
}
