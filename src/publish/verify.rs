//! Compares a publication with the list of files that came with it.
//!
//! In: a folder, or the address that an edition is read at; a public key, where the reader has one.
//! Out: which files differ, are missing, or are more than the list says, and who signed the list. The
//! list comes from whoever published the files, so nothing in it is followed out of the folder or to
//! another host; without a key it shows damage, and not forgery.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rayon::prelude::*;
use url::Url;

use super::record::RECORD_NAME;
use super::store::tls;
use crate::diagnostic::{Code, Diagnostic};
use crate::output::{
    HOST_FILES, MANIFEST_NAME, PUBLICATION_NAME, Publication, SIGNATURE_NAME, SUMS_NAME, Sha,
    parse_sums, sha_of, sha_of_all,
};
use crate::settings::PublicKey;

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    Differs,
    Missing,
    /// It stands there, and the list has no such file.
    More,
}

impl Difference {
    /// As it is printed before the path.
    pub fn word(self) -> &'static str {
        match self {
            Difference::Differs => "differs",
            Difference::Missing => "missing",
            Difference::More => "more",
        }
    }
}

/// Who signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signed {
    /// The key is the reader's; this is what the signer said.
    ByKey(String),
    /// There is a signature, and no key to check it with.
    Unchecked,
    No,
}

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub signed: Signed,
    /// Whose edition it says it is; none where that list is damaged.
    pub publication: Option<Publication>,
    /// How many files were compared.
    pub files: usize,
    /// By path.
    pub differences: BTreeMap<String, Difference>,
}

/// Compares a folder, or what is read at an address.
///
/// # Errors
/// When there is no list, or it is not signed by the key.
pub fn verify(place: &str, key: Option<&PublicKey>) -> Result<Verified, Diagnostic> {
    match Url::parse(place) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => web(&url, key),
        _ => folder(Path::new(place), key),
    }
}

fn no_sums(message: String, help: &str) -> Diagnostic {
    Diagnostic::new(Code::NoSums, message).help(help)
}

/// A list that was checked against its signature.
struct List {
    sums: BTreeMap<String, Sha>,
    signed: Signed,
}

/// Reads the list and checks its signature.
fn list(
    place: &str,
    sums: Option<Vec<u8>>,
    signature: Option<Vec<u8>>,
    key: Option<&PublicKey>,
) -> Result<List, Diagnostic> {
    let sums = sums.ok_or_else(|| {
        no_sums(
            format!("`{place}` has no {SUMS_NAME}"),
            "name the root of a published edition: the folder or the address that its home page has",
        )
    })?;
    let signed = match (signature, key) {
        (None, None) => Signed::No,
        (Some(_), None) => Signed::Unchecked,
        (None, Some(_)) => {
            return Err(no_sums(
                format!("`{place}` is not signed"),
                "ask its publisher, or leave --public-key out to look for damage only",
            ));
        }
        (Some(signature), Some(key)) => {
            let signature = String::from_utf8_lossy(&signature).into_owned();
            let comment = key.check(&sums, &signature).map_err(|reason| {
                no_sums(
                    format!("the signature of `{place}` is not good: {reason}"),
                    "do not rely on these files; compare the key with the one that the publisher names elsewhere",
                )
            })?;
            Signed::ByKey(comment)
        }
    };
    let text = String::from_utf8(sums)
        .map_err(|_| 0)
        .and_then(|text| parse_sums(&text));
    let sums = text.map_err(|line| {
        no_sums(
            format!("line {line} of {SUMS_NAME} is not of the form that sha256sum reads"),
            "the list is damaged: fetch the edition anew",
        )
    })?;
    let leaves = |path: &&String| {
        path.starts_with('/')
            || path.contains(['\\', ':', '\0'])
            || path.split('/').any(|part| matches!(part, "" | "." | ".."))
    };
    if let Some(path) = sums.keys().find(leaves) {
        return Err(no_sums(
            format!("{SUMS_NAME} names `{path}`, which is no path of an edition"),
            "do not rely on these files: Tearline writes no such list",
        ));
    }
    Ok(List { sums, signed })
}

fn folder(folder: &Path, key: Option<&PublicKey>) -> Result<Verified, Diagnostic> {
    let read = |path: &str| std::fs::read(folder.join(path)).ok();
    let shown = folder.display().to_string();
    let list = list(&shown, read(SUMS_NAME), read(SIGNATURE_NAME), key)?;
    let mut differences: BTreeMap<String, Difference> = list
        .sums
        .par_iter()
        .filter_map(|(path, expected)| {
            let difference = match sha_of_file(&folder.join(path)) {
                Ok(sha) if sha == *expected => return None,
                Ok(_) => Difference::Differs,
                Err(_) => Difference::Missing,
            };
            Some((path.clone(), difference))
        })
        .collect();
    let not_listed = [SUMS_NAME, SIGNATURE_NAME, MANIFEST_NAME, RECORD_NAME];
    let all = walkdir::WalkDir::new(folder)
        .into_iter()
        // A clone of a branch has its history beside the files.
        .filter_entry(|entry| entry.depth() != 1 || entry.file_name() != ".git");
    for entry in all
        .filter_map(Result::ok)
        .filter(|entry| !entry.file_type().is_dir())
    {
        let Ok(path) = entry.path().strip_prefix(folder) else {
            continue;
        };
        let path = path.to_string_lossy().replace('\\', "/");
        let is_known = list.sums.contains_key(&path)
            || not_listed.contains(&path.as_str())
            || HOST_FILES.contains(&path.as_str());
        if !is_known {
            differences.insert(path, Difference::More);
        }
    }
    let publication = (!differences.contains_key(PUBLICATION_NAME))
        .then(|| Publication::parse(&read(PUBLICATION_NAME)?).ok())
        .flatten();
    Ok(Verified {
        signed: list.signed,
        publication,
        files: list.sums.len(),
        differences,
    })
}

fn sha_of_file(path: &Path) -> std::io::Result<Sha> {
    let mut file = std::fs::File::open(path)?;
    sha_of_all(&mut file).map(|(sha, _)| sha)
}

/// Files that are asked for at once.
const AT_ONCE: usize = 8;
/// How often a file is asked for, where the host fails.
const ATTEMPTS: usize = 3;
/// More than any file of an edition has; a host that sends without end is not waited for.
const LONGEST: u64 = 1 << 30;

/// What of a path must be written otherwise in an address (RFC 3986, section 3.3).
const NOT_IN_PATHS: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'+')
    .remove(b'@')
    .remove(b'=')
    .remove(b',');

fn web(base: &Url, key: Option<&PublicKey>) -> Result<Verified, Diagnostic> {
    tls();
    let unreachable = |reason: String| {
        no_sums(
            format!("`{base}` cannot be read: {reason}"),
            "check the address, and that this machine reaches it",
        )
    };
    let origin = base.origin();
    // What another host has is not what readers of this one get.
    let policy = reqwest::redirect::Policy::custom(move |attempt| {
        match attempt.previous().len() < 5 && attempt.url().origin() == origin {
            true => attempt.follow(),
            false => attempt.stop(),
        }
    });
    let client = reqwest::Client::builder()
        .redirect(policy)
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(120))
        .user_agent(concat!("tearline/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| unreachable(error.to_string()))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| unreachable(error.to_string()))?;
    let web = Web {
        client,
        base: base.as_str().trim_end_matches('/').to_owned(),
    };
    runtime.block_on(async {
        let sums = web.get(SUMS_NAME).await.map_err(&unreachable)?;
        let signature = web.get(SIGNATURE_NAME).await.map_err(&unreachable)?;
        let list = list(base.as_str(), sums, signature, key)?;
        let mut publication = None;
        let mut differences = BTreeMap::new();
        let mut asked = stream::iter(&list.sums)
            .map(|(path, expected)| {
                let web = &web;
                async move { (path, expected, web.get(path).await) }
            })
            .buffer_unordered(AT_ONCE);
        while let Some((path, expected, got)) = asked.next().await {
            match got.map_err(|reason| unreachable(format!("{path}: {reason}")))? {
                None => {
                    differences.insert(path.clone(), Difference::Missing);
                }
                Some(bytes) if sha_of(&bytes) != *expected => {
                    differences.insert(path.clone(), Difference::Differs);
                }
                Some(bytes) if path == PUBLICATION_NAME => {
                    publication = Publication::parse(&bytes).ok();
                }
                Some(_) => {}
            }
        }
        Ok(Verified {
            signed: list.signed,
            publication,
            files: list.sums.len(),
            differences,
        })
    })
}

struct Web {
    client: reqwest::Client,
    /// Without a slash at its end.
    base: String,
}

impl Web {
    /// The bytes that a reader gets of a path; none where the host has no such file.
    ///
    /// A page is asked for as readers do, by its folder. Hosts that know no index files have it under
    /// its own name.
    async fn get(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        // The page for what is not there comes with the status that says so.
        let any_status = path == "404.html";
        if let Some(folder) = path.strip_suffix("index.html")
            && let Some(bytes) = self.fetch(folder, false).await?
        {
            return Ok(Some(bytes));
        }
        self.fetch(path, any_status).await
    }

    async fn fetch(&self, path: &str, any_status: bool) -> Result<Option<Vec<u8>>, String> {
        let address = format!("{}/{}", self.base, utf8_percent_encode(path, NOT_IN_PATHS));
        let mut tried = 1;
        loop {
            match self.fetch_once(&address, any_status).await {
                Err(_) if tried < ATTEMPTS => tried += 1,
                done => return done,
            }
        }
    }

    async fn fetch_once(&self, address: &str, any_status: bool) -> Result<Option<Vec<u8>>, String> {
        // An error names the address, which is the reader's own.
        let told = |error: reqwest::Error| error.without_url().to_string();
        let mut response = self
            .client
            .get(address)
            .header("accept-encoding", "identity")
            .send()
            .await
            .map_err(told)?;
        let status = response.status();
        if status.is_server_error() {
            return Err(format!("the host answers {status}"));
        }
        if !status.is_success() && !any_status {
            return Ok(None);
        }
        let is_packed = response
            .headers()
            .get("content-encoding")
            .is_some_and(|value| value.as_bytes() == b"gzip");
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(told)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() as u64 > LONGEST {
                return Err("the host sends more than any file of an edition has".to_owned());
            }
        }
        if !is_packed {
            return Ok(Some(bytes));
        }
        // Stored compressed, as `compress = true` asks for, it is sent so whatever is accepted.
        let mut plain = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes.as_slice())
            .take(LONGEST)
            .read_to_end(&mut plain)
            .map_err(|error| error.to_string())?;
        Ok(Some(plain))
    }
}
