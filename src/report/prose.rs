//! Prose: Markdown to HTML that is safe whoever wrote it.
//!
//! Raw HTML is shown as text, pictures give way to their words (the page loads nothing), links lead to the web, to
//! mail or into the page, formulas become MathML, and headings get anchors below the chapter's.

use super::{
    lines::{formula, held},
    math::{MathError, Place},
};
use crate::book::chapter::{dialect, slug};
use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{
    CowStr, Event, HeadingLevel, LinkType, Parser, Tag, TagEnd, TextMergeStream, html::push_html,
};
use std::collections::BTreeSet;

/// A heading in a chapter's prose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Its anchor.
    pub anchor: String,
    /// Its words.
    pub title: String,
}

/// What is around a table, which may be too wide.
const SCROLL: &str =
    "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table, may be scrolled sideways\">";

/// Renders the prose of one chapter piece by piece, and remembers its headings.
pub(super) struct Prose<'a> {
    chapter: &'a str,
    taken: BTreeSet<String>,
    /// The headings so far, those directly below the chapter's title.
    pub headings: Vec<Heading>,
}

impl<'a> Prose<'a> {
    /// For the chapter of that name.
    pub fn new(chapter: &'a str) -> Self {
        Prose { chapter, taken: BTreeSet::new(), headings: Vec::new() }
    }

    /// A piece of Markdown as HTML. `##` becomes h3: the page's title is h1, the chapter's h2. What answers a piece of
    /// code within an item of a list comes at the end of the item.
    ///
    /// # Errors
    /// When a formula in it cannot be typeset.
    pub fn html(
        &mut self,
        markdown: &str,
        answer: impl Fn(&str) -> Result<Option<Markup>, MathError>,
    ) -> Result<String, MathError> {
        let mut events = Vec::new();
        // The answers that every open item ends with.
        let mut open: Vec<String> = Vec::new();
        for event in TextMergeStream::new(Parser::new_ext(markdown, dialect())) {
            match &event {
                Event::Start(Tag::Item) => open.push(String::new()),
                Event::End(TagEnd::Item) => {
                    events.push(Event::Html(open.pop().unwrap_or_default().into()));
                }
                Event::Code(code) => {
                    if let (Some(item), Some(answer)) = (open.last_mut(), answer(code)?) {
                        item.push_str(&answer.into_string());
                    }
                }
                _ => {}
            }
            let table = matches!(event, Event::End(TagEnd::Table));
            if matches!(event, Event::Start(Tag::Table(_))) {
                events.push(Event::Html(SCROLL.into()));
            }
            events.push(safe(event)?);
            if table {
                events.push(Event::Html("</div>".into()));
            }
        }
        let mut start = 0;
        for place in 0..events.len() {
            match &events[place] {
                Event::Start(Tag::Heading { .. }) => start = place,
                Event::End(TagEnd::Heading(level)) => {
                    let level = lower(*level);
                    let title = words(&events[start..place]);
                    let anchor = self.anchor(&title);
                    if level == HeadingLevel::H3 {
                        self.headings.push(Heading { anchor: anchor.clone(), title });
                    }
                    let id = Some(CowStr::from(anchor));
                    events[start] =
                        Event::Start(Tag::Heading { level, id, classes: Vec::new(), attrs: Vec::new() });
                    events[place] = Event::End(TagEnd::Heading(level));
                }
                _ => {}
            }
        }
        hold(&mut events);
        let mut html = String::new();
        push_html(&mut html, events.into_iter());
        Ok(html)
    }

    /// An anchor that no other heading has; the colons keep it apart from the ids of claims.
    fn anchor(&mut self, title: &str) -> String {
        let base = format!("sec:{}:{}", self.chapter, slug(title));
        let mut names = std::iter::once(base.clone()).chain((2..).map(|n| format!("{base}-{n}")));
        let name = names.find(|name| !self.taken.contains(name)).unwrap_or(base);
        self.taken.insert(name.clone());
        name
    }
}

/// Paragraphs and tables, as markup.
///
/// # Errors
/// When a formula in it cannot be typeset.
pub(super) fn paragraphs(markdown: &str) -> Result<Markup, MathError> {
    Ok(PreEscaped(Prose::new("").html(markdown, |_| Ok(None))?))
}

/// A caption or a remark as HTML, without the paragraph around it when it is one.
///
/// # Errors
/// When a formula in it cannot be typeset.
pub(super) fn inline(markdown: &str) -> Result<String, MathError> {
    let html = Prose::new("").html(markdown, |_| Ok(None))?;
    let inner = html.trim().strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>"));
    Ok(inner.filter(|inner| !inner.contains("<p>")).unwrap_or(html.trim()).to_owned())
}

/// The same, as markup.
///
/// # Errors
/// As [`inline`].
pub(super) fn remark(markdown: &str) -> Result<Markup, MathError> {
    Ok(PreEscaped(inline(markdown)?))
}

/// Gives every formula what stands at it without a blank: browsers end a line between a formula and its full stop.
fn hold(events: &mut [Event]) {
    let escaped = |text: &str| html! { (text) }.into_string();
    for place in 0..events.len() {
        // what was raw is text by now
        let Event::InlineHtml(formula) = &events[place] else { continue };
        let text = |place: Option<usize>| match place.and_then(|place| events.get(place)) {
            Some(Event::Text(text)) => text.as_ref(),
            _ => "",
        };
        let (left, right) = (text(place.checked_sub(1)), text(Some(place + 1)));
        let start = left.len() - left.rsplit(char::is_whitespace).next().unwrap_or(left).len();
        let end = right.find(char::is_whitespace).unwrap_or(right.len());
        if start == left.len() && end == 0 {
            continue;
        }
        let whole = held(&escaped(&left[start..]), formula, &escaped(&right[..end]));
        let (left, right) = (left[..start].to_owned(), right[end..].to_owned());
        for (place, rest) in [(place.wrapping_sub(1), left), (place + 1, right)] {
            if let Some(text @ Event::Text(_)) = events.get_mut(place) {
                *text = Event::Text(rest.into());
            }
        }
        events[place] = Event::InlineHtml(whole.into());
    }
}

/// One event, made safe.
fn safe(event: Event) -> Result<Event, MathError> {
    Ok(match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::InlineMath(latex) => Event::InlineHtml(formula(&latex, Place::Inline)?.into()),
        Event::DisplayMath(latex) => {
            let formula = formula(&latex, Place::Display)?;
            Event::InlineHtml(format!("<span class=\"formula\">{formula}</span>").into())
        }
        Event::Start(Tag::Image { .. }) => Event::Start(Tag::Emphasis),
        Event::End(TagEnd::Image) => Event::End(TagEnd::Emphasis),
        Event::Start(Tag::Link { link_type, dest_url, .. }) => {
            let dest_url = if leads(link_type, &dest_url) { dest_url } else { "#".into() };
            Event::Start(Tag::Link { link_type, dest_url, title: "".into(), id: "".into() })
        }
        other => other,
    })
}

/// Whether a link leads to the web, to mail or into the page.
pub(super) fn leads(link_type: LinkType, address: &str) -> bool {
    // An address in angle brackets gets its `mailto:` from the renderer.
    link_type == LinkType::Email
        || ["https://", "http://", "mailto:", "#"].iter().any(|start| address.starts_with(start))
}

fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

fn words(events: &[Event]) -> String {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
            Event::SoftBreak => Some(" "),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_html_pictures_and_scripts_become_words() {
        let text = "<script>alert(1)</script>\n\na <b onclick=x>b</b> ![a cat](https://example.org/cat.png)\n\n\
                    [l](javascript:alert(1)) [m](https://example.org/\"onmouseover=\"x)";
        let html = Prose::new("c").html(text, |_| Ok(None)).expect("no formula");
        for bad in ["<script", "<b ", "<img", "javascript:", "\"onmouseover"] {
            assert!(!html.contains(bad), "{bad} in {html}");
        }
        assert!(html.contains("&lt;script&gt;") && html.contains("a cat"));
        let mail = Prose::new("c").html("<a@example.org>", |_| Ok(None)).expect("no formula");
        assert!(mail.contains("href=\"mailto:a@example.org\""), "{mail}");
    }

    #[test]
    fn headings_get_anchors_of_their_own() {
        let mut prose = Prose::new("signals");
        let html = prose.html("## The *same*\n\n## The same\n\n### Below", |_| Ok(None)).expect("no formula");
        assert!(html.contains("<h3 id=\"sec:signals:the-same\">") && html.contains("sec:signals:the-same-2"));
        assert!(html.contains("<h4") && prose.headings.len() == 2);
    }

    #[test]
    fn a_table_may_be_scrolled_and_stands_in_no_paragraph() {
        let set = paragraphs("A:\n\n| a | b |\n|:--|--:|\n| 1 | $x$ |\n").expect("a table").into_string();
        let (words, table) = set.split_once("<div class=\"scroll\"").expect("a box around it");
        assert_eq!(words.trim(), "<p>A:</p>");
        assert!(table.trim_end().ends_with("</table>\n</div>"), "{table}");
    }

    #[test]
    fn a_full_stop_stays_with_its_formula() {
        let set = |text: &str| inline(text).expect("a formula");
        let (open, math) = ("<span class=\"whole\">", set("$x$"));
        assert_eq!(
            set("so ($x$), or *$x$* &"),
            format!("so {open}({math}),</span> or <em>{math}</em> &amp;")
        );
        assert_eq!(set("$x$-th < $x$"), format!("{open}{math}-th</span> &lt; {math}"));
        assert!(set("$$x$$").starts_with("<span class=\"formula\"><math display=\"block\">"));
    }

    #[test]
    fn formulas_are_typeset_or_refused() {
        assert!(inline("so $x * w$").expect("a formula").contains("<math"));
        assert!(inline("so $\\nope$").is_err());
        assert_eq!(inline("plain").expect("words"), "plain");
    }
}
