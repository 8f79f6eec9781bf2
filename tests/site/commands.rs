//! Each command as a user meets it.

use crate::support::{Run, Site, brief};
use serde_json::Value;

/// The commands, as `--help` lists them.
const COMMANDS: [&str; 12] = [
    "build",
    "serve",
    "check",
    "digest",
    "init",
    "new",
    "import",
    "publish",
    "verify",
    "schema",
    "completions",
    "man",
];

/// Findings of any weight; a new site has none.
fn lines(run: &Run) -> Vec<String> {
    run.findings()
        .iter()
        .map(crate::support::Finding::line)
        .collect()
}

#[test]
fn a_new_site_builds_and_checks_without_a_finding() {
    let folder = Site::new();
    let run = folder
        .run(["init", "desk", "--title", "The \"quay\" desk"])
        .success();
    assert!(run.stdout.contains("cd desk"), "{}", run.all());
    for file in ["tearline.toml", ".gitignore"] {
        assert!(folder.path("desk").join(file).is_file(), "{file}");
    }
    let run = folder
        .run(["build", "--root", "desk", "--strict"])
        .success();
    assert_eq!(run.stderr, "", "a build without a finding is silent there");
    let run = folder
        .run(["check", "--root", "desk", "--strict", "--format", "json"])
        .success();
    assert_eq!(lines(&run), Vec::<String>::new());
    let home = folder.files("desk/public");
    let home = String::from_utf8_lossy(&home["index.html"]).into_owned();
    assert!(
        home.contains("The &quot;quay&quot; desk") || home.contains("The \"quay\" desk"),
        "{home}"
    );
    for kind in ["briefs", "actors", "regions"] {
        assert!(
            folder.path("desk/public").join(kind).is_dir(),
            "an example of {kind}"
        );
    }
}

#[test]
fn two_new_sites_have_ids_of_their_own() {
    let folder = Site::new();
    let mut namespaces = Vec::new();
    for name in ["one", "two"] {
        folder.run(["init", name]).success();
        let settings =
            std::fs::read_to_string(folder.path(name).join("tearline.toml")).expect("settings");
        let line = settings
            .lines()
            .find(|line| line.starts_with("namespace"))
            .expect("a namespace");
        namespaces.push(line.to_owned());
    }
    assert_ne!(namespaces[0], namespaces[1]);
}

/// The file of an editor, as JSON.
fn json(site: &Site, path: &str) -> Value {
    let text = std::fs::read_to_string(site.path(path)).expect(path);
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn an_editor_knows_the_settings_and_finds_what_check_finds() {
    let site = Site::new();
    site.run(["init", "desk"]).success();
    // The address of the settings takes the schema that the program has.
    let settings = json(&site, "desk/.vscode/settings.json");
    let associations = settings["evenBetterToml.schema.associations"]
        .as_object()
        .expect("associations");
    let (pattern, schema) = associations.iter().next().expect("one");
    let pattern = regex::Regex::new(pattern).expect("a pattern");
    assert!(pattern.is_match("file:///home/a/desk/tearline.toml"));
    let schema = schema.as_str().expect("a path").trim_start_matches("./");
    let printed = site.run(["schema", "settings"]).success().stdout;
    let written = std::fs::read_to_string(site.path("desk").join(schema)).expect("the schema");
    assert_eq!(written, printed);
    // The patterns of the task read what it prints.
    let tasks = json(&site, "desk/.vscode/tasks.json");
    let task = &tasks["tasks"][0];
    let patterns: Vec<regex::Regex> = task["problemMatcher"]["pattern"]
        .as_array()
        .expect("patterns")
        .iter()
        .map(|line| regex::Regex::new(line["regexp"].as_str().expect("text")).expect("a pattern"))
        .collect();
    site.write(
        "desk/content/briefs/wrong.md",
        brief("Wrong", "tlp: clear\nactor: [A]\n", "Text.\n"),
    );
    let arguments: Vec<String> = task["args"]
        .as_array()
        .expect("arguments")
        .iter()
        .map(|argument| argument.as_str().expect("text").to_owned())
        .collect();
    let run = Run::of(site.command().args(arguments).args(["--root", "desk"])).failure();
    let found = run
        .stdout
        .lines()
        .zip(run.stdout.lines().skip(1))
        .find_map(|(first, second)| {
            let (first, second) = (patterns[0].captures(first)?, patterns[1].captures(second)?);
            Some(
                [1, 2]
                    .map(|at| first[at].to_owned())
                    .into_iter()
                    .chain([1, 2, 3].map(|at| second[at].to_owned()))
                    .collect::<Vec<_>>(),
            )
        });
    assert_eq!(
        found.unwrap_or_default(),
        ["error", "TL0201", "content/briefs/wrong.md", "5", "1"],
        "{}",
        run.all()
    );
}

#[test]
fn a_new_site_with_a_workflow_does_what_the_workflow_runs() {
    let folder = Site::new();
    for (service, file) in [
        ("github", ".github/workflows/briefings.yml"),
        ("gitlab", ".gitlab-ci.yml"),
    ] {
        folder.run(["init", service, "--ci", service]).success();
        let workflow = folder.path(service).join(file);
        let workflow = std::fs::read_to_string(workflow).expect("a workflow");
        // Each command line of the workflow, as it stands there.
        let lines = workflow.lines().filter_map(|line| {
            line.split_once("tearline ")
                .filter(|(before, _)| matches!(before.trim(), "run:" | "-"))
        });
        let mut commands = 0;
        for (_, arguments) in lines {
            let mut run = vec!["--root", service];
            run.extend(arguments.split(' '));
            folder.run(&run).success();
            commands += 1;
        }
        assert_eq!(commands, 3, "{workflow}");
        assert!(folder.path(service).join("site/index.html").exists());
        assert!(!workflow.contains("{version}"), "{workflow}");
    }
}

#[test]
fn init_touches_no_folder_that_holds_something() {
    let folder = Site::new().file("desk/letters.txt", "dear");
    let run = folder.run(["init", "desk"]).failure();
    assert!(run.stderr.contains("TL0705"), "{}", run.all());
    assert_eq!(folder.files("desk").len(), 1);
}

#[test]
fn each_kind_of_new_file_is_accepted() {
    let site = Site::minimal();
    for (kind, title, path) in [
        ("brief", "Harbour: \"lures\" & more", None),
        ("actor", "Grey Heron", Some("content/actors/grey-heron.md")),
        (
            "region",
            "Nordic ports",
            Some("content/regions/nordic-ports.md"),
        ),
        ("sector", "Maritime", Some("content/sectors/maritime.md")),
        (
            "technique",
            "t1566.001",
            Some("content/techniques/T1566.001.md"),
        ),
        ("software", "Quaybot", Some("content/software/quaybot.md")),
        (
            "vulnerability",
            "cve-2023-22515",
            Some("content/vulnerabilities/CVE-2023-22515.md"),
        ),
        (
            "campaign",
            "Operation Reed",
            Some("content/campaigns/operation-reed.md"),
        ),
        ("page", "Über uns", Some("content/pages/uber-uns.md")),
    ] {
        let run = site.run(["new", kind, title]).success();
        let written = run.stdout.trim_end();
        let written = written.strip_prefix("./").unwrap_or(written);
        if let Some(path) = path {
            assert_eq!(written, path);
        }
        assert!(site.path(written).is_file(), "{written}");
        let again = site.run(["new", kind, title]).failure();
        assert!(again.stderr.contains("TL0705"), "{}", again.all());
    }
    let run = site.check_with(["--drafts"]).success();
    // What is new is named nowhere yet; nothing else is to be found.
    for line in lines(&run) {
        assert!(line.starts_with("TL0909 "), "{line}");
    }
    site.build().success();
    assert!(
        !site
            .output()
            .keys()
            .any(|path| path.contains("harbour-lures")),
        "a new brief is a draft"
    );
    site.build_with(["--drafts"]).success();
    assert!(site.has("briefs/harbour-lures-more/index.html"));
}

#[test]
fn new_takes_a_bundle_and_refuses_what_is_no_id() {
    let site = Site::minimal();
    let run = site
        .run(["new", "actor", "Grey Heron", "--bundle"])
        .success();
    assert!(
        run.stdout.trim_end().ends_with("grey-heron/index.md"),
        "{}",
        run.all()
    );
    for (kind, title, code) in [
        ("technique", "Phishing", "TL0209"),
        ("vulnerability", "Log4Shell", "TL0210"),
        ("actor", "!!!", "TL0208"),
    ] {
        let run = site.run(["new", kind, title]).failure();
        assert!(run.stderr.contains(code), "{}", run.all());
    }
    let elsewhere = Site::new();
    let run = elsewhere.run(["new", "actor", "Grey Heron"]).failure();
    assert!(run.stderr.contains("TL0703"), "{}", run.all());
    assert!(elsewhere.files("").is_empty());
}

#[test]
fn each_schema_is_an_object_that_says_what_is_required() {
    let site = Site::new();
    for (kind, required) in [
        ("brief", &["title", "date"][..]),
        ("actor", &["name"]),
        ("region", &["name"]),
        ("sector", &["name"]),
        ("technique", &["name"]),
        ("software", &["name"]),
        ("vulnerability", &["name"]),
        ("campaign", &["name"]),
        ("page", &["title"]),
        ("settings", &["title"]),
        ("catalogue", &["format", "briefs", "entities"]),
    ] {
        let run = site.run(["schema", kind]).success();
        let schema: Value = serde_json::from_str(&run.stdout).expect("JSON");
        assert_eq!(schema["type"], "object", "{kind}");
        assert_eq!(schema["additionalProperties"], Value::Bool(false), "{kind}");
        let listed: Vec<&str> = schema["required"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        for key in required {
            assert!(listed.contains(key), "{kind}: {key} of {listed:?}");
            assert!(schema["properties"][key].is_object(), "{kind}: {key}");
        }
    }
}

#[test]
fn shells_get_completions_and_a_manual() {
    let site = Site::new();
    for shell in ["bash", "zsh", "fish"] {
        let run = site.run(["completions", shell]).success();
        for command in COMMANDS {
            assert!(run.stdout.contains(command), "{shell}: {command}");
        }
        assert!(run.stdout.contains("as-of"), "{shell}");
    }
    let run = site.run(["man"]).success();
    assert!(run.stdout.contains(".TH tearline 1"), "{}", run.stdout);
    for command in COMMANDS {
        assert!(run.stdout.contains(command), "{command}");
    }
}

#[test]
fn help_goes_to_standard_output_and_teaches() {
    let site = Site::new();
    let run = site.run(["--help"]).success();
    assert!(
        run.stdout.contains("tearline init my-site"),
        "{}",
        run.stdout
    );
    for command in COMMANDS {
        assert!(run.stdout.contains(command), "{command}");
        let run = site.run([command, "--help"]).success();
        assert!(run.stdout.contains("Usage: tearline "), "{}", run.all());
        assert!(run.stdout.contains("--root"), "{command}");
        assert_eq!(run.stderr, "");
    }
    let run = site.run(["--version"]).success();
    assert_eq!(
        run.stdout,
        format!("tearline {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn a_wrong_command_line_ends_with_status_2() {
    let site = Site::minimal();
    for arguments in [
        &[][..],
        &["bild"],
        &["build", "--nothing"],
        &["build", "--as-of", "yesterday"],
        &["build", "--base-url", "briefs.example.org"],
        &["build", "--base-url", "ftp://briefs.example.org"],
        &["check", "--format", "xml"],
        &["new", "brief"],
        &["new", "poem", "Title"],
        &["schema", "poem"],
        &["completions", "tcl"],
        &["serve", "--port", "70000"],
    ] {
        let run = site.run(arguments);
        assert_eq!(run.status, Some(2), "{arguments:?}: {}", run.all());
        assert_eq!(run.stdout, "", "{arguments:?}");
        assert!(!run.stderr.is_empty(), "{arguments:?}");
    }
    assert!(!site.path("public").exists());
}

#[test]
fn outside_of_a_site_every_command_says_where_one_begins() {
    let folder = Site::new();
    for arguments in [&["build"][..], &["check"], &["new", "brief", "Title"]] {
        let run = folder.run(arguments).failure();
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(
            said.contains("TL0703") && said.contains("tearline init"),
            "{arguments:?}: {}",
            run.all()
        );
    }
}

/// A site with an error and a warning on known lines.
fn faulty() -> Site {
    Site::minimal()
        .file(
            "content/briefs/a.md",
            brief("Faulty", "tpl: clear\n", "Text.\n"),
        )
        .file(
            "content/briefs/b.md",
            brief(
                "Bare",
                "sources:\n  - {id: s, title: A source}\n",
                "Text [@s].\n",
            ),
        )
}

#[test]
fn check_reports_in_each_format() {
    let site = faulty();
    let check = |format: &str| {
        site.run([
            "check",
            "--as-of",
            crate::support::AS_OF,
            "--format",
            format,
        ])
        .failure()
    };
    let human = check("human");
    for part in [
        "error[TL0201]",
        "content/briefs/a.md:4:1",
        "tpl: clear",
        "did you mean `tlp`",
        "warning[TL0905]",
        "1 error, 1 warning",
    ] {
        assert!(human.stdout.contains(part), "{part} in {}", human.stdout);
    }
    assert_eq!(human.stderr, "", "the findings are the result");

    let json = check("json");
    assert_eq!(
        lines(&json),
        [
            "TL0201 content/briefs/a.md:4:1 error",
            "TL0905 content/briefs/b.md:5:10 warning"
        ]
    );

    let sarif: Value = serde_json::from_str(&check("sarif").stdout).expect("JSON");
    assert_eq!(sarif["version"], "2.1.0");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), 2);
    assert_eq!(results[0]["ruleId"], "TL0201");
    assert_eq!(results[0]["level"], "error");
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "content/briefs/a.md");
    assert_eq!(place["region"]["startLine"], 4);
    assert_eq!(results[1]["level"], "warning");

    let github = check("github");
    let annotations: Vec<&str> = github.stdout.lines().collect();
    assert_eq!(annotations.len(), 2, "{annotations:?}");
    assert!(
        annotations[0].starts_with("::error file=content/briefs/a.md,line=4,"),
        "{annotations:?}"
    );
    assert!(
        annotations[1].starts_with("::warning file=content/briefs/b.md,line=5,"),
        "{annotations:?}"
    );
    assert!(!site.path("public").exists(), "check writes nothing");
}

#[test]
fn warnings_fail_only_when_strict() {
    let site = faulty();
    site.remove("content/briefs/a.md");
    site.check().success();
    site.check_with(["--strict"]).failure();
    site.build_with(["--strict"]).failure();
    assert!(!site.path("public").exists());
    let run = site.build().success();
    assert!(
        run.stderr.contains("TL0905") && !run.stdout.contains("TL0905"),
        "{}",
        run.all()
    );
    site.write(
        "tearline.toml",
        format!("{}[lints]\nTL0905 = \"off\"\n", crate::support::SETTINGS),
    );
    site.build_with(["--strict"]).success();
    site.write(
        "tearline.toml",
        format!(
            "{}[lints]\nunrated-source = \"error\"\n",
            crate::support::SETTINGS
        ),
    );
    let run = site.check().failure();
    assert_eq!(lines(&run), ["TL0905 content/briefs/b.md:5:10 error"]);
}

#[test]
fn a_build_says_what_it_made() {
    let site = Site::minimal().file(
        "content/briefs/early.md",
        brief("Early", "draft: true\n", "Text.\n"),
    );
    let run = site.build().success();
    for part in [
        "1 brief",
        "TLP:CLEAR",
        "1 draft",
        "load ",
        "render ",
        "commit ",
    ] {
        assert!(run.stdout.contains(part), "{part} in {}", run.stdout);
    }
    assert_eq!(run.stderr, "");
}

#[test]
fn colours_are_only_for_those_who_want_them() {
    let site = faulty();
    let run = site.build().failure();
    assert!(!run.stderr.contains('\u{1b}'), "{:?}", run.stderr);
    let run = site.build_with(["--color", "always"]).failure();
    assert!(run.stderr.contains('\u{1b}'), "{:?}", run.stderr);
}

#[test]
fn the_folder_can_be_named_by_a_variable() {
    let site = Site::minimal();
    let elsewhere = Site::new();
    let run = Run::of(
        elsewhere
            .command()
            .args(["build", "--as-of", crate::support::AS_OF])
            .env("TEARLINE_ROOT", site.root()),
    );
    run.success();
    assert!(site.has("index.html"));
    assert!(elsewhere.files("").is_empty());
}
