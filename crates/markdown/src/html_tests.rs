use super::*;
use base::diagnostic::{Diagnostics, SourceFile};
use base::marking::Tlp;
use syntax::body::parse;

struct Site;

impl Links for Site {
    fn href(&self, target: &str) -> Option<String> {
        match target {
            "Withheld" => None,
            "APT38" => Some("../../actors/apt38/".to_owned()),
            other => Some(other.to_owned()),
        }
    }

    fn citation(&self, id: &str) -> Option<usize> {
        ["vendor-a", "own"]
            .iter()
            .position(|known| *known == id)
            .map(|at| at + 1)
    }

    fn image(&self, target: &str) -> Option<ImageInfo> {
        (target == "port.jpg").then(|| ImageInfo {
            href: "port.jpg".to_owned(),
            width: Some(800),
            height: Some(600),
        })
    }
}

fn rendered(text: &str) -> Rendered {
    let file = SourceFile::new("a.md", text);
    let body = parse(&file, 0..text.len(), Tlp::Clear, &mut Diagnostics::new());
    let marking = Marking::new(Tlp::Green, []);
    render(&RenderBody::new(&body, &marking), &Site, None, &|figure| {
        format!(
            "<figure class=\"chart\"><svg viewBox=\"0 0 1 1\"></svg>{}</figure>",
            figure.info.len()
        )
    })
}

fn html(text: &str) -> String {
    let html = rendered(text).html;
    assert_well_formed(&html);
    html
}

/// Every element is one that Tearline writes, closed in order, with attributes that cannot run
/// anything; ids are unique.
fn assert_well_formed(html: &str) {
    const VOID: [&str; 5] = ["br", "hr", "img", "input", "wbr"];
    let mut open: Vec<&str> = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        assert!(!rest[..at].contains('>'), "a bare > in {html}");
        let end = at
            + rest[at..]
                .find('>')
                .unwrap_or_else(|| panic!("an open tag in {html}"));
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "in {html}");
            continue;
        }
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let known = "a abbr aside b bdi bdo blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h2 h3 h4 \
                     h5 h6 hr i img input ins kbd li mark ol p pre q rp rt ruby s samp section small span strong sub summary sup svg \
                     table tbody td tfoot th thead tr u ul var wbr";
        assert!(
            known.split_whitespace().any(|known| known == name),
            "<{name}> in {html}"
        );
        if !VOID.contains(&name) {
            open.push(name);
        }
        while !attributes.is_empty() {
            let (name, after) = attributes
                .split_once("=\"")
                .unwrap_or_else(|| panic!("{attributes} in {html}"));
            let (value, after) = after
                .split_once('"')
                .unwrap_or_else(|| panic!("{attributes} in {html}"));
            attributes = after.trim_start();
            let allowed = "alt aria-hidden aria-label checked class colspan decoding dir disabled height href id lang loading open rel \
                           reversed role rowspan scope src start tabindex title type viewBox width";
            assert!(
                allowed.split_whitespace().any(|allowed| allowed == name),
                "{name}= in {html}"
            );
            if name == "href" || name == "src" {
                let decoded = value.replace("&amp;", "&");
                assert_eq!(syntax::body::links::refuse(&decoded), None, "{html}");
            }
            if name == "id" {
                assert!(ids.insert(value), "two ids {value} in {html}");
            }
        }
    }
    assert!(open.is_empty(), "{open:?} open in {html}");
}

#[test]
fn headings_have_ids_and_make_the_contents() {
    let page = rendered("# One & only\n\n### Deep\n\n## Two [@own]\n\n# Three\n\n#\n");
    assert!(page.html.contains(
        "<h2 id=\"one-only\">One &amp; only <a class=\"anchor\" href=\"#one-only\" aria-label=\"Link to “One &amp; only”\">\
         <span aria-hidden=\"true\">#</span></a></h2>"
    ));
    assert!(page.html.contains("<h3 id=\"deep\">"));
    assert!(html("### First\n\n###### Then\n\n## Last\n").contains("<h3 id=\"then\">"));
    assert_eq!(
        page.html.matches("<h").count(),
        4,
        "the empty heading is left out"
    );
    let shape: Vec<_> = page
        .toc
        .iter()
        .map(|entry| (entry.level, entry.text.as_str(), entry.children.len()))
        .collect();
    assert_eq!(shape, [(2, "One & only", 2), (2, "Three", 0)]);
}

#[test]
fn links_citations_and_images() {
    let page = html(
        "[[APT38]] [[Withheld|them]] [x](https://a.example \"t\") <hxxp://bad.example> [y](https://bad[.]example) [@own] [@gone]\n",
    );
    assert_eq!(
        page,
        "<p><a href=\"../../actors/apt38/\">APT38</a> them <a href=\"https://a.example\" title=\"t\" rel=\"noopener noreferrer\">x</a> \
         hxxp://bad.example y <sup class=\"citation\"><a href=\"#source-2\">[2]</a></sup> </p>\n"
    );
    assert_eq!(
        html("![Cranes \"at\" dusk](port.jpg \"By night\")\n"),
        "<figure class=\"image\"><img src=\"port.jpg\" alt=\"Cranes &quot;at&quot; dusk\" width=\"800\" height=\"600\" loading=\"lazy\" \
         decoding=\"async\"><figcaption>By night</figcaption></figure>\n"
    );
    assert_eq!(
        html("![Gone](https://other.example/a.png)\n"),
        "<p>Gone</p>\n"
    );
    assert!(html("a ![b](port.jpg) c\n").starts_with("<p>a <img "));
}

#[test]
fn notes_stand_at_the_end_with_ways_back() {
    let page =
        html("a[^x] b[^y] c[^x]\n\n[^y]: Y, see[^z]\n[^x]: X\n[^z]: - list\n[^unused]: never\n");
    assert!(page.contains("<sup class=\"footnote\"><a href=\"#footnote-1\" id=\"footnote-1-ref-2\" aria-label=\"Note 1\">1</a></sup>"));
    assert!(page.contains("<section class=\"footnotes\" aria-label=\"Footnotes\">\n<ol>\n<li id=\"footnote-1\"><p>X <a class=\"footnote-back\" href=\"#footnote-1-ref\""));
    assert_eq!(page.matches("class=\"footnote-back\"").count(), 4);
    assert!(page.contains("<li id=\"footnote-3\"><ul>"));
    assert!(!page.contains("never"));
    assert_eq!(rendered("a[^x]\n\n[^x]: b\n").footnotes, 1);
}

#[test]
fn a_corner_without_words_heads_no_column() {
    let table = html("| | a |\n|---|---|\n| b | c |\n");
    assert!(
        table.contains("<thead><tr><td></td><th scope=\"col\">a</th></tr></thead>"),
        "{table}"
    );
}

#[test]
fn blocks() {
    assert_eq!(
        html("> [!WARNING]\n> Do not.\n"),
        "<div class=\"alert alert-warning\" role=\"note\">\n<p class=\"alert-title\">Warning</p>\n<p>Do not.</p>\n</div>\n"
    );
    let table = html("| a | b |\n|---|--:|\n| c | d |\n\n| e |\n|---|\n");
    assert!(table.starts_with("<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n<thead><tr><th scope=\"col\">a</th><th scope=\"col\" class=\"align-right\">b</th></tr></thead>\n<tbody>\n<tr><td>c</td><td class=\"align-right\">d</td></tr>\n</tbody>\n</table></div>"), "{table}");
    assert!(table.contains("aria-label=\"Table 2\""));
    assert_eq!(
        html("- [x] a\n- [ ] b\n"),
        "<ul>\n<li class=\"task\"><input type=\"checkbox\" disabled=\"\" checked=\"\" aria-label=\"Done\"> a</li>\n\
         <li class=\"task\"><input type=\"checkbox\" disabled=\"\" aria-label=\"To do\"> b</li>\n</ul>\n"
    );
    assert_eq!(
        html("3. a\n4. b\n"),
        "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n"
    );
    assert!(html("A\n: b\n: c\n").contains("<dl>\n<dt>A</dt>\n<dd>b</dd>"));
    assert!(
        html("```yara\na < b\n```\n").contains("<code class=\"language-yara\">a &lt; b\n</code>")
    );
    assert_eq!(
        html("```chart a=1\nx: y\n```\n"),
        "<figure class=\"chart\"><svg viewBox=\"0 0 1 1\"></svg>1</figure>\n"
    );
    assert_eq!(
        html("a  \nb ~~c~~ *d* **e** `f<`\n\n---\n"),
        "<p>a<br>\nb <del>c</del> <em>d</em> <strong>e</strong> <code>f&lt;</code></p>\n<hr>\n"
    );
}

/// A body with the badges' explanations, which are the same for each level, taken out.
fn marked(text: &str) -> String {
    let page = html(text);
    let mut parts = page.split(" title=\"");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |page, part| page + part.split_once('"').unwrap().1)
}

#[test]
fn portions_carry_their_badges() {
    assert_eq!(
        marked("(TLP:AMBER) a\n"),
        "<div class=\"portion portion-amber\">\n<p><span class=\"tlp tlp-amber\">TLP:AMBER</span> a</p>\n</div>\n"
    );
    assert_eq!(
        marked("(TLP:GREEN) a\n"),
        "<p>a</p>\n",
        "the page's own marking needs no badge"
    );
    assert!(marked("(TLP:CLEAR) a\n").contains("portion-clear"));
    assert_eq!(
        marked("- (TLP:AMBER+STRICT) a\n- b\n"),
        "<ul>\n<li class=\"portion portion-amber-strict\"><span class=\"tlp tlp-amber-strict\">TLP:AMBER+STRICT</span> a</li>\n<li>b</li>\n</ul>\n"
    );
    let nested = marked("## (TLP:AMBER) A\n\n(TLP:CLEAR) b\n\n(TLP:RED) c\n\n# D\n");
    assert_eq!(
        nested.matches("class=\"tlp").count(),
        2,
        "what is amber around it stays amber: {nested}"
    );
    assert!(nested.contains("</div>\n<h2 id=\"d\">"));
    assert!(
        marked("::: tlp amber audience=acme\na\n\nb\n:::\n")
            .contains("TLP:AMBER</span> <span class=\"audience\">acme</span>")
    );
    let note = marked("a[^1]\n\n[^1]: (TLP:AMBER) b\n\nc\n");
    assert!(note.contains("<li id=\"footnote-1\" class=\"portion portion-amber\"><p><span class=\"tlp tlp-amber\">"), "{note}");
    assert!(note.contains("<p>c</p>"), "{note}");
    let note = marked("a[^1]\n\n::: tlp amber\n[^1]: b\n:::\n");
    assert!(
        !note.contains("<div") && note.contains("tlp-amber"),
        "{note}"
    );
    assert!(marked("(TLP:AMBER) T\n: d\n").contains("<dt class=\"portion portion-amber\"><span"));
    assert!(marked("| (TLP:AMBER) a |\n|---|\n| b |\n").starts_with(
        "<div class=\"portion portion-amber\">\n<p class=\"portion-mark\"><span class=\"tlp tlp-amber\">TLP:AMBER</span> </p>\n<div"
    ));
}

#[test]
fn a_badge_is_text_of_each_block_and_heading_of_its_portion() {
    const BADGE: &str = "<span class=\"tlp tlp-amber\">TLP:AMBER</span> ";
    let section = marked("## (TLP:AMBER) A\n\nb\n\n### C\n\nd\n\n## E\n\nf\n");
    assert!(
        section.contains(&format!("<h2 id=\"a\">{BADGE}A")),
        "{section}"
    );
    assert!(
        section.contains(&format!("<h3 id=\"c\">{BADGE}C")),
        "{section}"
    );
    assert_eq!(section.matches(BADGE).count(), 2, "{section}");
    let blocks = marked("::: tlp amber\na\n\n- b\n\n> c\n\n    d\n\n## E\n\nf\n:::\n\ng\n");
    assert!(blocks.contains(&format!("<p>{BADGE}a</p>")), "{blocks}");
    for block in ["<ul>", "<blockquote>", "<pre"] {
        assert!(
            blocks.contains(&format!("<p class=\"portion-mark\">{BADGE}</p>\n{block}"))
                || blocks.contains(&format!("<p class=\"portion-mark\">{BADGE}</p>\n<figure")),
            "{block}: {blocks}"
        );
    }
    assert!(
        blocks.contains(&format!("<h2 id=\"e\">{BADGE}E")),
        "{blocks}"
    );
    assert_eq!(blocks.matches(BADGE).count(), 5, "{blocks}");
    // A stricter block within says so once, and the next one again what holds.
    let inner = marked("::: tlp amber\na\n\n(TLP:RED) b\n\nc\n:::\n");
    assert_eq!(inner.matches(BADGE).count(), 2, "{inner}");
    assert_eq!(inner.matches("TLP:RED").count(), 1, "{inner}");
    assert!(inner.contains(&format!("<p>{BADGE}c</p>")), "{inner}");
    assert!(!marked("[(TLP:AMBER) a](https://example.org)\n").contains("<a class"));
}

#[test]
fn html_of_the_writer_is_sanitised() {
    let page = html(
        "<details open onclick=\"x\"><summary>More</summary>\n\n## Head {#head}\n\n- [x] a [@own]\n\n```chart\n```\n\n![c](port.jpg)\n\n</details>\n\n\
         <p id=\"head\" class=\"tlp tlp-clear\" style=\"color:red\">x</p> <a href=\"javascript:alert(1)\">y</a> <kbd>z</kbd>\n",
    );
    assert!(
        page.starts_with("<details open=\"\"><summary>More</summary>"),
        "{page}"
    );
    assert!(
        page.contains("<h2 id=\"head\">Head <a class=\"anchor\" href=\"#head\""),
        "{page}"
    );
    assert!(
        page.contains("<input type=\"checkbox\" disabled=\"\" checked=\"\""),
        "{page}"
    );
    assert!(
        page.contains("<svg viewBox") && page.contains("<img src=\"port.jpg\""),
        "{page}"
    );
    assert!(page.contains("<a href=\"#source-2\""), "{page}");
    assert!(
        page.contains("<p>x</p>") && page.contains("<kbd>z</kbd>"),
        "{page}"
    );
    for gone in ["javascript", "onclick", "tlp-clear", "style"] {
        assert!(!page.contains(gone), "{gone} in {page}");
    }
}

#[test]
fn payloads_do_nothing() {
    let payloads = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<iframe src=\"javascript:alert(1)\"></iframe>",
        "<a href=\"&#106;avascript:alert(1)\">x</a>",
        "<a href=\"java\nscript:alert(1)\">x</a>",
        "<form action=\"https://evil.example\"><input name=a><button>b</button></form>",
        "<style>*{display:none}</style><link rel=stylesheet href=//evil.example>",
        "<base href=\"https://evil.example\"><meta http-equiv=refresh content=\"0;url=https://evil.example\">",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<div title=\"\n\n```html\n\" onmouseover=alert(1) x=\"\n```\n",
        "<div class=\n\n```html\n onmouseover=alert(1)\n```\n",
        "<textarea><script>alert(1)</script>\n\n```\nx\n```\n",
        "<plaintext>\n\n```\nx\n```\n",
        "[x](javascript:alert(1)) [y](JAVASCRIPT&colon;alert(1)) <javascript:alert(1)> [z](data:text/html;base64,x)",
        "![x](javascript:alert(1)) ![\" onerror=\"alert(1)](port.jpg \"\\\" onload=\\\"x\")",
        "[a](/x \"\\\" onclick=\\\"alert(1)\")",
        "# x {onclick=alert(1) style=\"x\" .tlp-red #\"><script>}",
        "```\"><script>alert(1)</script>\nx\n```",
        "[^\"><script>]\n\n[^\"><script>]: x",
        "<p id=footnote-1 class=anchor role=button tabindex=0>x</p>",
        "<!--><script>alert(1)</script>-->",
        "[[<script>alert(1)</script>]] [[x|<img src=x onerror=y>]]",
    ];
    for payload in payloads {
        let page = html(payload);
        assert!(
            !page.contains("<script")
                && !page.contains("onerror=alert(1)>")
                && !page.contains("role=\"button\""),
            "{payload}: {page}"
        );
        // A sanitiser with another set of rules finds nothing to take away but what it does not know.
        let strict = ammonia::Builder::default().clean(&page).to_string();
        assert!(
            !strict.contains("javascript:alert(1)\""),
            "{payload}: {page}"
        );
    }
}

#[test]
fn plain_text_has_no_markup() {
    let file = SourceFile::new(
        "a.md",
        "# A *b*\n\nc [[APT38|d]] [@own][^1] `e`\nf\n\n- g\n  - h\n\n| i | j |\n|---|---|\n| k | l |\n\n```chart\nx: 1\n```\n\n<b>m</b>\n\n[^1]: n\n",
    );
    let body = parse(
        &file,
        0..file.text.len(),
        Tlp::Clear,
        &mut Diagnostics::new(),
    );
    assert_eq!(plain_text(&body.events), "A b\nc d e f\ng\nh\ni j\nk l\nm");
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    fn pieces(html: bool) -> impl Strategy<Value = String> {
        let mut all = vec![
            "(TLP:AMBER) ",
            "(TLP:CLEAR) ",
            "::: tlp amber\n",
            ":::\n",
            "\n",
            "\n\n",
            "- ",
            "> ",
            "# ",
            "1. ",
            "  ",
            "    ",
            "```\n",
            "```chart\n",
            "| a | b |\n|---|---|\n",
            "|",
            "[[",
            "]]",
            "[@own]",
            "[^1]",
            "[^1]: ",
            "[^2]",
            "[^2]: (TLP:AMBER) ",
            "**",
            "_",
            "`",
            "[x](javascript:y)",
            "![z](port.jpg)",
            "![z](x)",
            ": ",
            "text",
            "é",
            "\u{0}",
            "\\",
            "&lt;script>",
            "\"",
            "'",
            " onload=x ",
            "[x](y)",
            "~~",
            "- [ ] ",
            "> [!NOTE]\n",
            "{#id .c}",
        ];
        if html {
            all.extend([
                "<b>",
                "</b>",
                "<div class=\"",
                "<div>\n",
                "</div>\n",
                "<details>\n",
                "<script>",
                "</script>",
                "<!--",
                "-->",
                "<a href=\"",
                "\">",
                "<table>",
                "<p>",
                "<li>",
                "<img src=x onerror=y>",
                "<svg>",
                "<textarea>",
                "<select>",
                "<plaintext>",
                "<math>",
                "<style>",
                "<template>",
                "</p>",
                "</ul>",
                "</section>",
            ]);
        }
        prop::collection::vec(prop::sample::select(all), 0..30).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn markdown_renders_well_formed(text in pieces(false)) {
            html(&text);
        }

        #[test]
        fn html_renders_well_formed(text in pieces(true)) {
            html(&text);
        }

        #[test]
        fn any_text_renders(text in "\\PC{0,80}") {
            html(&text);
        }

        /// The event filter and a sanitiser agree: what the filter lets through is what a sanitiser
        /// with the same elements would.
        #[test]
        fn the_filter_agrees_with_a_sanitiser(text in pieces(false)) {
            let page = html(&text);
            let own = ["class", "id", "href", "role", "tabindex", "aria-label", "aria-hidden", "scope", "start", "title", "src", "alt", "width",
                "height", "loading", "decoding", "type", "disabled", "checked", "rel", "viewBox", "viewbox"];
            let cleaned = ammonia::Builder::default()
                .add_tags(["section", "input", "svg", "aside", "figure", "figcaption"])
                .generic_attributes(own.into_iter().collect())
                .rm_tag_attributes("a", ["rel"])
                .link_rel(None)
                .clean(&page)
                .to_string();
            let tags = |html: &str| html.matches('<').count();
            prop_assert_eq!(tags(&page), tags(&cleaned), "{} {}", page, cleaned);
        }
    }
}
