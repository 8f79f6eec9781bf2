//! A bucket: what is sent, and what a failing way there costs.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use super::s3::{KEY, S3, SECRET};
use super::support::{Run, files_below};
use super::{changed, held, lines, published, site, write_brief};

#[test]
fn the_first_run_sends_all_and_the_next_what_changed() {
    let s3 = S3::start();
    let site = site(12, &s3.tables());
    site.build().success();
    let first = published(&site);
    let run = s3.publish(&site).success();
    assert!(
        run.stdout.contains(&format!("{} sent", first.len())),
        "{}",
        run.all()
    );
    assert_eq!(held(files_below(&s3.objects())), first);

    s3.publish(&site).success();
    assert!(s3.put().is_empty(), "nothing changed: {:?}", s3.put());

    write_brief(&site, 3, "Something happened.");
    site.build().success();
    let second = published(&site);
    let differs = changed(&first, &second);
    assert!(differs.len() < first.len() / 4, "{differs:?}");
    let dry = Run::of(s3.command(&site).arg("--dry-run")).success();
    assert_eq!(lines(&dry.stdout, "send"), differs);
    assert_eq!(
        held(files_below(&s3.objects())),
        first,
        "a dry run changes nothing"
    );
    s3.publish(&site).success();
    assert_eq!(s3.put(), differs);
    assert_eq!(held(files_below(&s3.objects())), second);
}

#[test]
fn what_is_no_more_is_deleted_and_what_others_put_there_stays() {
    let s3 = S3::start();
    let site = site(4, &s3.tables());
    site.build().success();
    s3.publish(&site).success();
    std::fs::write(s3.objects().join("report.pdf"), "of someone else").unwrap();
    site.remove("content/briefs/brief-2.md");
    site.build().success();
    let run = s3.publish(&site).success();
    assert!(
        run.stdout
            .contains("1 files that Tearline did not put there"),
        "{}",
        run.all()
    );
    let mut expected = published(&site);
    expected.insert("report.pdf".to_owned(), b"of someone else".to_vec());
    assert_eq!(held(files_below(&s3.objects())), expected);
}

#[test]
fn what_someone_replaced_is_sent_again() {
    let s3 = S3::start();
    let site = site(3, &s3.tables());
    site.build().success();
    s3.publish(&site).success();
    std::fs::write(s3.objects().join("robots.txt"), "another").unwrap();
    s3.publish(&site).success();
    assert_eq!(s3.put(), ["robots.txt"]);
    assert_eq!(held(files_below(&s3.objects())), published(&site));
}

#[test]
fn a_killed_run_is_gone_on_with() {
    let s3 = S3::start();
    let site = site(60, &s3.tables());
    site.build().success();
    let all = published(&site).len();
    let before_the_kill = 100;
    assert!(all > before_the_kill + 60, "{all}");
    s3.killed_after(&site, before_the_kill);
    s3.publish(&site).success();
    let again = s3.put().len();
    // What was on its way at the kill, and what the record did not know yet.
    assert!(
        again < all - before_the_kill / 2,
        "{again} of {all} were sent after a kill"
    );
    assert_eq!(held(files_below(&s3.objects())), published(&site));
    s3.publish(&site).success();
    assert!(s3.put().is_empty());
}

#[test]
fn what_a_killed_run_sent_is_ours_to_delete() {
    let s3 = S3::start();
    let site = site(30, &s3.tables());
    site.build().success();
    s3.killed_after(&site, 60);
    for number in 0..29 {
        site.remove(&format!("content/briefs/brief-{number}.md"));
    }
    site.build().success();
    s3.publish(&site).success();
    assert_eq!(held(files_below(&s3.objects())), published(&site));
}

#[test]
fn a_server_that_fails_every_tenth_request_costs_nothing_but_time() {
    let s3 = S3::start();
    let site = site(12, &s3.tables());
    site.build().success();
    s3.faults.every.store(10, Ordering::SeqCst);
    s3.publish(&site).success();
    assert_eq!(held(files_below(&s3.objects())), published(&site));
}

#[test]
fn wrong_credentials_are_told_of_and_not_shown() {
    let s3 = S3::start();
    let site = site(1, &s3.tables());
    site.build().success();
    let secret = "another-secret-of-mine";
    for (name, value) in [
        ("AWS_SECRET_ACCESS_KEY", secret),
        ("AWS_ACCESS_KEY_ID", "AKNOBODY"),
    ] {
        let run = Run::of(s3.command(&site).env(name, value)).failure();
        assert!(run.stderr.contains("TL1206"), "{}", run.all());
        assert!(
            run.stderr.contains("AWS_ACCESS_KEY_ID"),
            "the way out: {}",
            run.all()
        );
        for kept in [secret, SECRET, KEY, "AKNOBODY"] {
            assert!(!run.all().contains(kept), "{}", run.all());
        }
    }
    assert!(!s3.objects().exists());
}

#[test]
fn credentials_of_a_profile_are_found() {
    let s3 = S3::start();
    let site = site(1, &s3.tables());
    site.build().success();
    site.write(
        ".aws/credentials",
        format!("[briefs]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"),
    );
    let mut command = s3.command(&site);
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY")
        .env("AWS_PROFILE", "briefs");
    Run::of(&mut command).success();
    assert_eq!(held(files_below(&s3.objects())), published(&site));
}

#[test]
fn a_bucket_that_is_not_there_is_not_made() {
    let s3 = S3::start();
    let tables = s3.tables().replace("s3://briefs/", "s3://elsewhere/");
    let site = site(1, &tables);
    site.build().success();
    let run = s3.publish(&site).failure();
    assert!(run.stderr.contains("TL1207"), "{}", run.all());
}

/// Every page that links lead to from the home page has its assets, and no link that leads nowhere.
fn broken(root: &Path) -> Vec<String> {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut left = vec!["index.html".to_owned()];
    let mut broken = Vec::new();
    while let Some(path) = left.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(root.join(&path)) else {
            continue;
        };
        for attribute in ["href=\"/", "src=\"/"] {
            for rest in text.split(attribute).skip(1) {
                let link = rest.split(['"', '#', '?']).next().unwrap();
                let target = match link.ends_with('/') || link.is_empty() {
                    true => format!("{link}index.html"),
                    false => link.to_owned(),
                };
                if !root.join(&target).is_file() {
                    broken.push(format!("{path}: /{target}"));
                } else if target.ends_with(".html") {
                    left.push(target);
                }
            }
        }
    }
    broken
}

#[test]
fn a_reader_never_meets_a_broken_page() {
    let s3 = S3::start();
    let site = site(8, &format!("{}[lists]\nper_page = 3\n", s3.tables()));
    let met: Arc<Mutex<(usize, Vec<String>)>> = Arc::default();
    let (root, noted) = (s3.objects(), Arc::clone(&met));
    *s3.faults.look.lock().unwrap() = Some(Box::new(move || {
        let mut noted = noted.lock().unwrap();
        noted.0 += 1;
        noted.1.extend(broken(&root));
    }));
    site.build().success();
    s3.publish(&site).success();
    // New briefs beside old ones, one that goes, another that changes, and another stylesheet.
    for number in 8..14 {
        write_brief(&site, number, "Of another actor.");
    }
    site.remove("content/briefs/brief-1.md");
    write_brief(&site, 5, "Something happened.");
    site.write("templates/styles/99-own.css", "p { margin: 1px; }\n");
    site.build().success();
    s3.publish(&site).success();
    let met = met.lock().unwrap();
    assert!(met.0 > 100, "only {} looks", met.0);
    assert!(met.1.is_empty(), "{:#?}", met.1);
    assert_eq!(held(files_below(&s3.objects())), published(&site));
}
