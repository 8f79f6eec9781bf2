//! What a newsletter is of: the list, the edition and the days that the command line and the
//! settings settle on.

use jiff::civil::Date;

use super::Arguments;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use crate::load::dates::Moment;
use crate::settings::unknown_edition;
use crate::settings::{Newsletter, Settings, above};

/// The list that is asked for; with `--send` the only one, where there is one.
pub(super) fn newsletter<'s>(
    arguments: &Arguments,
    settings: &'s Settings,
) -> Result<Option<&'s Newsletter>, Diagnostics> {
    let lists = &settings.newsletters;
    let names = || lists.iter().map(|list| list.name.as_str());
    let unknown = |message: String, help: String| {
        Diagnostic::new(Code::UnknownNewsletter, message)
            .at_path(settings.file.path.as_str())
            .help(help)
    };
    let listed = names().collect::<Vec<_>>().join(", ");
    match (&arguments.newsletter, lists.as_slice()) {
        (None, _) if !arguments.send => Ok(None),
        (_, []) => Err(unknown(
            "the settings have no newsletter".to_owned(),
            "write a table [newsletter.NAME] with `from`, `recipients`, `tlp` and `smtp`"
                .to_owned(),
        )
        .into()),
        (None, [only]) => Ok(Some(only)),
        (None, _) => Err(unknown(
            "the settings have several newsletters".to_owned(),
            format!("name one with --newsletter: {listed}"),
        )
        .into()),
        (Some(name), lists) => match lists.iter().find(|list| list.name == *name) {
            Some(list) => Ok(Some(list)),
            None => Err(unknown(
                format!("there is no newsletter `{name}`"),
                match nearest(name, names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the settings have: {listed}"),
                },
            )
            .into()),
        },
    }
}

/// The edition that the newsletter is of, by its name; none for a site without editions.
pub(super) fn edition(
    named: Option<String>,
    list: Option<&Newsletter>,
    settings: &Settings,
) -> Result<Option<String>, Diagnostics> {
    let of_list = list.and_then(|list| list.edition.clone());
    let editions = &settings.editions;
    let name = match (named.or(of_list), editions.as_slice()) {
        (Some(name), _) => Some(name),
        (None, [only]) => only.name.clone(),
        (None, _) => {
            let names: Vec<&str> = (editions.iter())
                .filter_map(|edition| edition.name.as_deref())
                .collect();
            return Err(Diagnostic::new(
                Code::UnknownEdition,
                "the site has several editions, and a newsletter is of one",
            )
            .at_path(settings.file.path.as_str())
            .help(format!("name one with --edition: {}", names.join(", ")))
            .into());
        }
    };
    let Some(edition) = editions.iter().find(|edition| edition.name == name) else {
        let names = editions
            .iter()
            .filter_map(|edition| edition.name.as_deref());
        let finding = unknown_edition(name.as_deref().unwrap_or_default(), names);
        return Err(finding.at_path(settings.file.path.as_str()).into());
    };
    if let Some(list) = list.filter(|list| edition.tlp > *list.tlp) {
        let span = list.tlp.span.clone();
        let finding = above(edition.tlp, *list.tlp);
        return Err(finding.at(&settings.file, span).label("of the list").into());
    }
    Ok(name)
}

/// The first and the last day that it is about.
pub(super) fn days(
    arguments: &Arguments,
    as_of: jiff::Timestamp,
) -> Result<(Date, Date), Diagnostic> {
    let today = Moment::Time(as_of).day();
    match (arguments.since, arguments.period) {
        (Some(since), _) if since > today => Err(Diagnostic::new(
            Code::BadDate,
            format!("--since {since} is after {today}, the day that the newsletter ends with"),
        )
        .help("name an earlier day, or a later one with --as-of")),
        (Some(since), _) => Ok((since, today)),
        (None, Some(period)) => Ok(period.before(today)),
        // The command line has one of them.
        (None, None) => Ok((today, today)),
    }
}
