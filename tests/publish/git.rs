//! A branch of a Git repository.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::support::Site;
use super::{published, site, write_brief};

const TABLES: &str = "[publish.pages]\nurl = \"git+file://REPOSITORY\"\nbranch = \"pages\"\npublic = true\ncname = \"briefs.example.org\"\n";

/// A site with a repository beside it.
fn with_repository(briefs: usize) -> Site {
    let site = site(briefs, "");
    let repository = site.path("pages.git");
    git(site.root(), &["init", "--quiet", "--bare", "pages.git"]);
    let tables = TABLES.replace("REPOSITORY", &repository.display().to_string());
    site.write("tearline.toml", format!("{}{tables}", super::SETTINGS));
    site.build().success();
    site
}

#[track_caller]
fn git(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("git")
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .args([
            "-c",
            "user.name=Someone",
            "-c",
            "user.email=someone@example.org",
        ])
        .args(arguments)
        .output()
        .expect("git runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

fn text(folder: &Path, arguments: &[&str]) -> String {
    String::from_utf8(git(folder, arguments)).unwrap()
}

/// The files of the branch.
fn branch(site: &Site) -> BTreeMap<String, Vec<u8>> {
    let repository = site.path("pages.git");
    let names = text(
        &repository,
        &["ls-tree", "-r", "-z", "--name-only", "pages"],
    );
    let names = names.split('\0').filter(|name| !name.is_empty());
    names
        .map(|name| {
            (
                name.to_owned(),
                git(&repository, &["cat-file", "blob", &format!("pages:{name}")]),
            )
        })
        .collect()
}

fn commits(site: &Site) -> usize {
    text(&site.path("pages.git"), &["rev-list", "pages"])
        .lines()
        .count()
}

#[test]
fn each_publication_is_a_commit_with_exactly_the_edition() {
    let site = with_repository(3);
    site.run(["publish", "pages"]).success();
    let expected = |site: &Site| {
        let mut files = published(site);
        files.insert(".nojekyll".to_owned(), Vec::new());
        files.insert("CNAME".to_owned(), b"briefs.example.org\n".to_vec());
        files
    };
    assert_eq!(branch(&site), expected(&site));
    site.run(["publish", "pages"]).success();
    assert_eq!(commits(&site), 1, "nothing changed");

    write_brief(&site, 1, "Something happened.");
    site.remove("content/briefs/brief-2.md");
    site.build().success();
    let dry = site.run(["publish", "pages", "--dry-run"]).success();
    assert!(
        dry.stdout.contains("delete briefs/brief-2/index.html"),
        "{}",
        dry.all()
    );
    assert_eq!(commits(&site), 1, "a dry run changes nothing");
    site.run(["publish", "pages"]).success();
    assert_eq!(branch(&site), expected(&site));
    assert_eq!(commits(&site), 2);
    assert!(
        !site.path("HEAD").exists(),
        "the site's folder is no repository"
    );
}

#[test]
fn line_ends_and_attributes_of_whoever_publishes_change_no_byte() {
    let site = with_repository(1);
    site.write("static/.keep", "");
    site.write("static/table.csv", "a,b\r\n1,2\r\n");
    site.write(
        "gitconfig",
        "[core]\nautocrlf = true\n[user]\nname = A\nemail = a@example.org\n",
    );
    site.build().success();
    let mut command = site.command();
    command
        .env("GIT_CONFIG_GLOBAL", site.path("gitconfig"))
        .args(["publish", "pages"]);
    super::support::Run::of(&mut command).success();
    assert_eq!(branch(&site)["table.csv"], b"a,b\r\n1,2\r\n");
}

#[test]
fn a_branch_of_others_is_not_replaced() {
    let site = with_repository(1);
    let work = site.path("work");
    git(site.root(), &["init", "--quiet", "work"]);
    std::fs::write(work.join("source.rs"), "years of work").unwrap();
    git(&work, &["add", "."]);
    git(&work, &["commit", "--quiet", "-m", "work"]);
    git(
        &work,
        &["push", "--quiet", "../pages.git", "HEAD:refs/heads/pages"],
    );
    let run = site.run(["publish", "pages"]).failure();
    assert!(run.stderr.contains("TL1209"), "{}", run.all());
    assert_eq!(branch(&site).into_keys().collect::<Vec<_>>(), ["source.rs"]);
}

#[test]
fn a_repository_that_is_not_there_is_told() {
    let site = with_repository(1);
    std::fs::remove_dir_all(site.path("pages.git")).unwrap();
    let run = site.run(["publish", "pages"]).failure();
    assert!(
        run.stderr.contains("TL1207") && run.stderr.contains("help:"),
        "{}",
        run.all()
    );
}
