//! Sends an edition to a bucket or a folder: what changed, and no more, in an order in which no reader
//! meets a page that is not whole.
//!
//! In: the items, and the [`Bucket`]. Out: the bucket holds them.
//!
//! 1. Ask: the record of what was sent, and the bucket's own listing.
//! 2. Say in the record what is about to be sent.
//! 3. Send, many at once: first files that are not there yet, stage by stage ([`super::items::Stage`]),
//!    then those that change, stage by stage. A page that is new leads nowhere that is not there when a
//!    changed page first leads to it; the lists that files are checked by come last.
//! 4. Delete what is no more, which nothing leads to by then.
//!
//! The record is written again as files are sent, so that a kill costs no more than the last few.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::path::Path as Key;
use object_store::{Attribute, Attributes, Error, ObjectStoreExt, PutOptions, PutPayload};

use super::explain::explain;
use super::items::{Content, Item, Stage};
use super::links;
use super::record::{Listed, RECORD_NAME, Record, Sent};
use super::source::Source;
use super::store::Bucket;
use super::{Action, Published, Watch};
use crate::diagnostic::{Code, Diagnostic};
use crate::marking::Tlp;
use crate::output::sha_of;
use crate::settings::target::Target;
use crate::site::precompress::gzip;

/// Files on their way at once.
const AT_ONCE: usize = 16;
/// How often a file is tried. The clients of stores try on their own below that.
const ATTEMPTS: u32 = 4;
/// The record is written again after so many times its own size was sent: it costs a quarter at most,
/// and a kill some hundred files of a large site.
const RECORD_SHARE: u64 = 4;

/// What is to be done.
struct Work {
    /// Those of one list may go at once, those of the next after them.
    waves: Vec<Vec<Item>>,
    delete: Vec<String>,
    unchanged: usize,
    foreign: usize,
}

/// Brings a bucket up to date.
pub fn publish(
    bucket: &Bucket,
    items: Vec<Item>,
    source: &Source,
    target: &Target,
    dry_run: bool,
    watch: &dyn Watch,
) -> Result<Published, Diagnostic> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Diagnostic::new(
                Code::TransferFailed,
                format!("no connection can be made: {error}"),
            )
            .help("free some memory or threads of this machine, and publish again")
        })?;
    runtime.block_on(async {
        let run = Run {
            bucket,
            source,
            target,
            watch,
        };
        watch.step("asking what is there");
        let (mut record, listing) = run.ask().await?;
        let work = work(items, &record, &listing);
        if let Some(folder) = &bucket.folder {
            let sent = work.waves.iter().flatten().map(|item| item.path.as_str());
            let paths = sent.chain(work.delete.iter().map(String::as_str));
            links::refuse(folder, paths, target)?;
        }
        let mut actions: Vec<Action> = work
            .waves
            .iter()
            .flatten()
            .cloned()
            .map(Action::Send)
            .collect();
        actions.extend(work.delete.iter().cloned().map(Action::Delete));
        let published = Published {
            edition: None,
            tlp: Tlp::Clear,
            shown: String::new(),
            unchanged: work.unchanged,
            foreign: work.foreign,
            commit: None,
            actions,
        };
        if !dry_run && !published.actions.is_empty() {
            watch.start(published.sent().1);
            run.carry_out(work, &mut record).await?;
        }
        Ok(published)
    })
}

/// What differs, in the order of doing.
fn work(items: Vec<Item>, record: &Record, listing: &BTreeMap<String, Listed>) -> Work {
    let wanted: BTreeSet<String> = items.iter().map(|item| item.path.clone()).collect();
    let (ours, others): (Vec<&String>, Vec<&String>) = listing
        .keys()
        .filter(|path| path.as_str() != RECORD_NAME && !wanted.contains(*path))
        .partition(|path| record.is_ours(path));
    let delete = ours.into_iter().cloned().collect();
    let foreign = others.len();
    let before = items.len();
    let mut waves: BTreeMap<(bool, Stage), Vec<Item>> = BTreeMap::new();
    for item in items.into_iter().filter(|item| !record.has(item, listing)) {
        // The lists come after all that they list, new or changed.
        let replaces = listing.contains_key(&item.path) || item.stage == Stage::Sums;
        waves.entry((replaces, item.stage)).or_default().push(item);
    }
    let waves: Vec<Vec<Item>> = waves.into_values().collect();
    Work {
        unchanged: before - waves.iter().map(Vec::len).sum::<usize>(),
        waves,
        delete,
        foreign,
    }
}

/// Why a file was not sent.
enum Failure {
    Store(Error),
    /// The file is no longer what the manifest says.
    Changed(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Store(error)
    }
}

struct Run<'a> {
    bucket: &'a Bucket,
    source: &'a Source,
    target: &'a Target,
    watch: &'a dyn Watch,
}

/// The opaque part of an entity tag (RFC 9110, section 8.8.3). Azure quotes it in headers and not in
/// listings.
fn opaque(tag: String) -> String {
    let inner = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
    inner.map_or_else(|| tag.clone(), str::to_owned)
}

impl Run<'_> {
    async fn ask(&self) -> Result<(Record, BTreeMap<String, Listed>), Diagnostic> {
        let failed = |error: Error| explain(&error, self.target);
        let prefix = match self.bucket.prefix.as_str() {
            "" => None,
            prefix => Some(Key::parse(prefix).map_err(|error| failed(error.into()))?),
        };
        let skip = self.bucket.prefix.len() + usize::from(prefix.is_some());
        let listing: BTreeMap<String, Listed> = self
            .bucket
            .store
            .list(prefix.as_ref())
            .map_ok(|found| {
                let path = found.location.as_ref().get(skip..).unwrap_or_default();
                let listed = Listed {
                    size: found.size,
                    tag: found.e_tag.map(opaque),
                };
                (path.to_owned(), listed)
            })
            .try_collect()
            .await
            .map_err(failed)?;
        if !listing.contains_key(RECORD_NAME) {
            return Ok((Record::new(), listing));
        }
        let key = self.bucket.key(RECORD_NAME).map_err(failed)?;
        let got = self.bucket.store.get(&key).await.map_err(failed)?;
        let bytes = got.bytes().await.map_err(failed)?;
        let record = Record::parse(&bytes).map_err(|reason| {
            Diagnostic::new(
                Code::TransferFailed,
                format!("`{RECORD_NAME}` of the target cannot be used: {reason}"),
            )
            .at_location(self.target.at.clone())
            .label("this target")
            .help("publish with the version of Tearline that wrote it, or a newer one")
        })?;
        Ok((record, listing))
    }

    async fn carry_out(&self, work: Work, record: &mut Record) -> Result<(), Diagnostic> {
        self.watch.step("sending");
        let paths = work.waves.iter().flatten().map(|item| item.path.clone());
        record.under_way = paths.chain(work.delete.iter().cloned()).collect();
        self.write(record).await?;
        let mut done = Ok(());
        for wave in work.waves {
            done = self.send(wave, record).await;
            if done.is_err() {
                break;
            }
        }
        if done.is_ok() {
            self.watch.step("deleting");
            done = self.delete(work.delete, record).await;
        }
        if done.is_ok() {
            record.under_way.clear();
        }
        // After a failure too: what was sent need not be sent again.
        done.and(self.write(record).await)
    }

    async fn send(&self, wave: Vec<Item>, record: &mut Record) -> Result<(), Diagnostic> {
        let mut sending = stream::iter(wave)
            .map(|item| async move { (self.put(&item).await, item) })
            .buffer_unordered(AT_ONCE);
        let mut since = 0;
        let mut every = 0;
        while let Some((sent, item)) = sending.next().await {
            let sent = sent.map_err(|failure| self.told(&failure))?;
            self.watch.sent(item.size);
            since += sent.size;
            every += 1;
            record.under_way.remove(&item.path);
            record.files.insert(item.path, sent);
            // About what it is long, without making it each time.
            let own = 130 * record.files.len() as u64 + 40 * record.under_way.len() as u64;
            if since > RECORD_SHARE * own && every >= AT_ONCE {
                (since, every) = (0, 0);
                self.write(record).await?;
            }
        }
        Ok(())
    }

    fn told(&self, failure: &Failure) -> Diagnostic {
        match failure {
            Failure::Store(error) => explain(error, self.target),
            Failure::Changed(path) => Diagnostic::new(
                Code::Unpublishable,
                format!("`{path}` was changed while it was published"),
            )
            .at_path(self.source.folder.join(path).display().to_string())
            .help(
                "wait until the build is done, and publish again: the run goes on where it ended",
            ),
        }
    }

    async fn put(&self, item: &Item) -> Result<Sent, Failure> {
        let bytes = match &item.content {
            Content::Bytes(bytes) => bytes.clone(),
            Content::File(sha) => {
                let changed = || Failure::Changed(item.path.clone());
                let file = self.source.folder.join(&item.path);
                let read = tokio::task::spawn_blocking(move || std::fs::read(file)).await;
                let bytes = read.map_err(|_| changed())?.map_err(|_| changed())?;
                if sha_of(&bytes) != *sha {
                    return Err(changed());
                }
                bytes
            }
        };
        let bytes = match item.gzip {
            true => gzip(&bytes).map_err(|_| Failure::Changed(item.path.clone()))?,
            false => bytes,
        };
        let size = bytes.len() as u64;
        let mut attributes = Attributes::new();
        if self.bucket.has_headers {
            attributes.insert(Attribute::ContentType, item.content_type.clone().into());
            attributes.insert(Attribute::CacheControl, item.cache_control.into());
            if item.gzip {
                attributes.insert(Attribute::ContentEncoding, "gzip".into());
            }
        }
        let tag = self.put_bytes(&item.path, bytes, attributes).await?;
        Ok(Sent {
            version: item.version.clone(),
            size,
            tag,
        })
    }

    async fn put_bytes(
        &self,
        path: &str,
        bytes: Vec<u8>,
        attributes: Attributes,
    ) -> Result<Option<String>, Error> {
        let key = self.bucket.key(path)?;
        let payload = PutPayload::from(bytes);
        let put = || {
            let options = PutOptions {
                attributes: attributes.clone(),
                ..PutOptions::default()
            };
            self.bucket.store.put_opts(&key, payload.clone(), options)
        };
        Ok(again(self.bucket.pause, put).await?.e_tag.map(opaque))
    }

    async fn delete(&self, paths: Vec<String>, record: &mut Record) -> Result<(), Diagnostic> {
        let mut deleting = stream::iter(paths)
            .map(|path| async move {
                let deleted = match self.bucket.key(&path) {
                    Ok(key) => again(self.bucket.pause, || self.bucket.store.delete(&key)).await,
                    Err(error) => Err(error),
                };
                (deleted, path)
            })
            .buffer_unordered(AT_ONCE);
        while let Some((deleted, path)) = deleting.next().await {
            match deleted {
                Ok(()) | Err(Error::NotFound { .. }) => record.files.remove(&path),
                Err(error) => return Err(explain(&error, self.target)),
            };
        }
        Ok(())
    }

    async fn write(&self, record: &Record) -> Result<(), Diagnostic> {
        let failed = |error: Error| explain(&error, self.target);
        let json = record.to_json().map_err(|error| {
            Diagnostic::new(
                Code::TransferFailed,
                format!("the record cannot be written: {error}"),
            )
            .help("publish again")
        })?;
        let mut attributes = Attributes::new();
        if self.bucket.has_headers {
            attributes.insert(Attribute::ContentType, "application/json".into());
            attributes.insert(Attribute::CacheControl, "no-store".into());
        }
        self.put_bytes(RECORD_NAME, json, attributes)
            .await
            .map_err(failed)?;
        Ok(())
    }
}

/// Tries again what may succeed the next time, after a pause that doubles.
async fn again<T, F>(pause: Duration, attempt: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let mut tried = 1;
    loop {
        match attempt().await {
            Err(Error::Generic { .. }) if tried < ATTEMPTS => {
                tokio::time::sleep(pause * 2_u32.pow(tried - 1)).await;
                tried += 1;
            }
            done => return done,
        }
    }
}
