//! Opens the object store of a target.
//!
//! In: the settings of a target; credentials from the environment, from the usual files of the
//! platform, or from the machine's own identity. Out: a [`Bucket`]. No credential is kept, shown or
//! read from the settings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};

use super::explain::explain;
use crate::diagnostic::{Code, Diagnostic};
use crate::settings::target::{Service, Store, Target};

/// A store, and the part of it that is ours.
#[derive(Debug, Clone)]
pub struct Bucket {
    pub store: Arc<dyn ObjectStore>,
    /// Without slashes around it; empty for all of it.
    pub prefix: String,
    /// Where it is a folder of this machine, or of one that is mounted.
    pub folder: Option<PathBuf>,
    /// Whether objects carry headers. Files do not.
    pub has_headers: bool,
    /// Between attempts, doubled each time.
    pub pause: Duration,
}

impl Bucket {
    /// The key of a path of the edition.
    pub fn key(&self, path: &str) -> Result<Key, object_store::Error> {
        let whole = match self.prefix.as_str() {
            "" => path.to_owned(),
            prefix => format!("{prefix}/{path}"),
        };
        Ok(Key::parse(whole)?)
    }
}

/// The pause before a second attempt.
const PAUSE: Duration = Duration::from_millis(250);

/// TLS for every client of this process. Where one is set already, it stays.
pub fn tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A folder as a store.
pub fn folder(folder: &Path, target: &Target, dry_run: bool) -> Result<Bucket, Diagnostic> {
    if dry_run && !folder.exists() {
        return Ok(Bucket {
            store: Arc::new(object_store::memory::InMemory::new()),
            prefix: String::new(),
            folder: None,
            has_headers: false,
            pause: PAUSE,
        });
    }
    std::fs::create_dir_all(folder).map_err(|error| {
        Diagnostic::new(
            Code::TransferFailed,
            format!("the folder `{}` cannot be made: {error}", folder.display()),
        )
        .at_location(target.at.clone())
        .label("published to this folder")
        .help("mend the permissions of the folder around it, or name another one")
    })?;
    let store = LocalFileSystem::new_with_prefix(folder)
        .map_err(|error| explain(&error, target))?
        .with_automatic_cleanup(true);
    Ok(Bucket {
        store: Arc::new(store),
        prefix: String::new(),
        folder: Some(folder.to_owned()),
        has_headers: false,
        pause: PAUSE,
    })
}

/// A bucket.
pub fn bucket(place: &Store, target: &Target) -> Result<Bucket, Diagnostic> {
    tls();
    // Only an address that says http is asked without TLS: a bucket on the own machine.
    let plain = place
        .endpoint
        .as_ref()
        .is_some_and(|url| url.scheme() == "http");
    let client = ClientOptions::new()
        .with_allow_http(plain)
        .with_timeout(Duration::from_secs(300))
        .with_connect_timeout(Duration::from_secs(10));
    let retry = RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: 6,
        retry_timeout: Duration::from_secs(120),
    };
    let store: Result<Arc<dyn ObjectStore>, object_store::Error> = match place.service {
        Service::S3 => s3(place, client, retry)
            .build()
            .map(|store| Arc::new(store) as _),
        Service::Google => {
            let mut builder = GoogleCloudStorageBuilder::from_env()
                .with_bucket_name(&place.bucket)
                .with_client_options(client)
                .with_retry(retry);
            if let Some(endpoint) = &place.endpoint {
                builder = builder.with_base_url(endpoint.as_str().trim_end_matches('/'));
            }
            builder.build().map(|store| Arc::new(store) as _)
        }
        Service::Azure => {
            let mut builder = MicrosoftAzureBuilder::from_env()
                .with_container_name(&place.bucket)
                .with_client_options(client)
                .with_retry(retry);
            if let Some(account) = &place.account {
                builder = builder.with_account(account);
            }
            if let Some(endpoint) = &place.endpoint {
                let endpoint = endpoint.as_str().trim_end_matches('/');
                builder = builder
                    .with_endpoint(endpoint.to_owned())
                    .with_allow_http(plain);
            }
            builder.build().map(|store| Arc::new(store) as _)
        }
    };
    Ok(Bucket {
        store: store.map_err(|error| explain(&error, target))?,
        prefix: place.prefix.clone(),
        folder: None,
        has_headers: true,
        pause: PAUSE,
    })
}

fn s3(place: &Store, client: ClientOptions, retry: RetryConfig) -> AmazonS3Builder {
    let mut builder = AmazonS3Builder::from_env()
        .with_bucket_name(&place.bucket)
        .with_client_options(client)
        .with_retry(retry);
    let profile = Profile::of_environment();
    let region = place.region.clone().or_else(|| {
        let set = ["AWS_REGION", "AWS_DEFAULT_REGION"]
            .iter()
            .any(|name| std::env::var_os(name).is_some());
        (!set).then(|| profile.as_ref()?.get("region")).flatten()
    });
    if let Some(region) = region {
        builder = builder.with_region(region);
    }
    if let Some(endpoint) = &place.endpoint {
        builder = builder
            .with_endpoint(endpoint.as_str().trim_end_matches('/'))
            .with_allow_http(endpoint.scheme() == "http");
    }
    let asks_elsewhere = [
        "AWS_ACCESS_KEY_ID",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ]
    .iter()
    .any(|name| std::env::var_os(name).is_some());
    if let Some(profile) = profile.filter(|_| !asks_elsewhere)
        && let (Some(id), Some(secret)) = (
            profile.get("aws_access_key_id"),
            profile.get("aws_secret_access_key"),
        )
    {
        builder = builder
            .with_access_key_id(id)
            .with_secret_access_key(secret);
        if let Some(token) = profile.get("aws_session_token") {
            builder = builder.with_token(token);
        }
    }
    builder
}

/// A profile of the files that AWS's own tools read.
struct Profile(BTreeMap<String, String>);

impl Profile {
    /// That of `AWS_PROFILE`, else the default one.
    fn of_environment() -> Option<Self> {
        let name = std::env::var("AWS_PROFILE").unwrap_or_else(|_| "default".to_owned());
        let home = std::env::home_dir();
        let file = |variable: &str, name: &str| -> Option<PathBuf> {
            match std::env::var_os(variable) {
                Some(path) => Some(path.into()),
                None => Some(home.as_ref()?.join(".aws").join(name)),
            }
        };
        let mut values = BTreeMap::new();
        for (variable, of_file) in [
            ("AWS_CONFIG_FILE", "config"),
            ("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
        ] {
            let text = file(variable, of_file).and_then(|path| std::fs::read_to_string(path).ok());
            values.extend(section(&text.unwrap_or_default(), &name));
        }
        (!values.is_empty()).then_some(Self(values))
    }

    fn get(&self, key: &str) -> Option<String> {
        self.0.get(key).cloned()
    }
}

/// The values of a section, which the one file calls `[name]` and the other `[profile name]`.
fn section(text: &str, name: &str) -> BTreeMap<String, String> {
    let mut inside = false;
    let mut values = BTreeMap::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if let Some(head) = trimmed
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            let head = head.trim();
            inside = head.strip_prefix("profile").map_or(head, str::trim) == name || head == name;
        } else if inside
            // Deeper lines are settings of one service.
            && !line.starts_with([' ', '\t', '#', ';'])
            && let Some((key, value)) = trimmed.split_once('=')
        {
            values.insert(key.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    values
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn a_profile_is_read_from_both_kinds_of_files() {
        let text = "[default]\naws_access_key_id = one\n; a remark\n[profile two]\nregion=eu-central-1\n\
                    s3 =\n  endpoint_url = http://elsewhere\n";
        assert_eq!(section(text, "default")["aws_access_key_id"], "one");
        let two = section(text, "two");
        assert_eq!(two["region"], "eu-central-1");
        assert!(!two.contains_key("endpoint_url"));
        assert!(section(text, "three").is_empty());
    }
}
