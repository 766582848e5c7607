//! The page: safe, offline, whole, with words for every picture, a map that draws what the chapters say, and colours
//! that can be read.

use super::report::{Script, html, sample};
use faltung::{
    book::{self, Rules},
    report::{page, weave},
    theorem::{Level, Verdict},
};
use std::collections::BTreeSet;

/// The values of an attribute, wherever it stands in a tag.
pub fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let opening = format!(" {attribute}=\"");
    html.split('<')
        .filter_map(|tag| tag.split_once('>').map(|(inside, _)| inside))
        .filter_map(|tag| tag.split_once(opening.as_str())?.1.split('"').next())
        .collect()
}

#[test]
fn the_page_loads_nothing() {
    let html = html();
    assert!(html.contains("http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'"));
    for loads in
        ["<img", "<link", "<iframe", "<object", "src=", "@import", "url(", "srcset", "<base", "<form"]
    {
        // The policy itself names img-src and its kin; no tag has such an attribute.
        // The letters of figures are in the page itself.
        let body = html.replacen("script-src", "", 1).replacen("style-src", "", 1);
        let body = body.replace("url(data:font/ttf;base64,", "");
        assert!(!body.contains(loads), "{loads}");
    }
    // What remains of addresses: plain links, and the names of XML languages.
    for (at, _) in html.match_indices("http") {
        let before = &html[at.saturating_sub(9)..at];
        let named = html[at..].starts_with("http://www.w3.org/") && before.contains("xmlns=");
        assert!(
            before.ends_with("<a href=\"")
                || named
                || html[at..].starts_with("http-equiv")
                || before.ends_with("[href^=\""),
            "{}",
            &html[at.saturating_sub(30)..at + 30]
        );
    }
}

#[test]
fn whatever_a_reader_writes_is_text() {
    let html = html();
    for raw in [
        "<script>alert",
        "<b>signals",
        "<i>surprising",
        "<title>\"",
        "ch. <2>",
        "<any>",
        "<[-6",
        "</script>\"",
        "<for all>",
    ] {
        assert!(!html.contains(raw), "{raw}");
    }
    assert!(html.contains("&lt;script&gt;alert") && html.contains("a cat"));
    assert_eq!(html.matches("<script>").count(), 1, "ours only");
    assert_eq!(html.matches("</script>").count(), 1);
    // One word of the shell, quotes and all.
    assert!(
        html.contains("faltung prove 'for x : Z -&gt; Z. given x = [1]. corr(x, '\\''w'\\'') = x'"),
        "pasteable"
    );
}

#[test]
fn ids_are_unique_and_links_lead_somewhere() {
    let html = html();
    let ids = values(&html, "id");
    let set: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), set.len(), "an id stands twice");
    for id in [
        "order",
        "wrong",
        "karatsuba-counts-multiplications",
        "fig:impulse-and-kernel",
        "ch:mine",
        "ref:mallat2009",
        "op:conv",
    ] {
        assert!(set.contains(id), "{id}");
    }
    let links: Vec<&str> =
        values(&html, "href").into_iter().filter_map(|href| href.strip_prefix('#')).collect();
    assert!(links.len() > 20);
    for link in links {
        assert!(set.contains(link), "#{link} leads nowhere");
    }
    let own = set.iter().filter(|id| !id.contains(':')).count();
    assert_eq!(own, 3, "only claims, beliefs and experiments have ids without a colon, so none can collide");
    for list in values(&html, "aria-labelledby") {
        assert!(list.split(' ').all(|id| set.contains(id)), "{list}");
    }
}

#[test]
fn formulas_are_typeset_or_the_page_is_refused() {
    let html = html();
    assert!(!html.contains("merror") && html.matches("<math").count() > 60);
    let mut script = Script { latex: r"\unheardof", ..Script::default() };
    let report = weave(&sample(), "t", 7, &mut script).expect("it can be woven");
    let error = page(&report).expect_err("the formula cannot be set").to_string();
    assert!(error.starts_with("order: ") && error.contains(r"\unheardof"), "{error}");
}

#[test]
fn every_figure_has_its_words_and_its_numbers() {
    let html = html();
    let figures: Vec<&str> =
        html.split("<figure").skip(1).filter_map(|rest| rest.split("</figure>").next()).collect();
    assert_eq!(figures.len(), 3, "two and the map");
    for figure in figures {
        let map = figure.contains("fig:map");
        assert!((map || figure.contains("role=\"img\"")) && figure.contains("<desc id="));
        assert!(map || figure.contains("Reproduce: <code data-copy=\"\">faltung figure "));
        let caption = figure.split("<figcaption>").nth(1).and_then(|rest| rest.split("</figcaption>").next());
        assert!(caption.is_some_and(|caption| caption.len() > 100));
        assert!(figure.contains("<details>") && figure.contains("<th scope=\"row\">"));
        assert!(!figure.contains("\"#F1"), "a sentinel colour is left");
    }
}

#[test]
fn badges_say_it_in_words_and_cards_where_it_holds() {
    let html = html();
    assert!(html.contains("aria-label=\"verdict: holds in a box; level: formal\""));
    assert!(html.contains("Holds for <b>all x with support in &lt;[-6, 6]&gt;</b>, in every ring."));
    assert!(html.contains("What holds instead: <a href=\"#order\">"));
    assert!(!html.contains("Not as announced"));
    let mut script = Script { level: Level::Exact, verdict: Verdict::Undecided, ..Script::default() };
    let report = weave(&sample(), "t", 7, &mut script).expect("it can be woven");
    assert_eq!(report.tally.not_as_announced, 1);
    let html = page(&report).expect("it can be typeset");
    assert!(
        html.contains("the chapter says formal, and exact was reached")
            && html.contains("Neither proved nor refuted")
    );
    assert!(!html.contains("Holds for"), "what was not decided is never said to hold");
}

/// What stands between two words, wherever it does.
fn between<'a>(html: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    html.split(from).skip(1).filter_map(|rest| rest.split(to).next()).collect()
}

#[test]
fn the_answer_to_an_exercise_is_folded_up_in_its_item() {
    let html = html();
    let answers = between(&html, "<details class=\"reveal\">", "</details>");
    assert_eq!(answers.len(), 1, "one item of a list gives a claim to type");
    assert!(answers[0].contains("verdict: refuted") && answers[0].contains("A smallest counterexample"));
    let items: Vec<&str> = between(&html, "<li>", "</li>")
        .into_iter()
        .filter(|item| item.contains("class=\"reveal\""))
        .collect();
    assert!(items.len() == 1 && items[0].contains("Is it so?") && items[0].contains("x &lt;b&gt;= w"));
    let unreadable = "# T\n\nW.\n\n1. So? `faltung prove \"unreadable\"`\n";
    let book = book::assemble([("t.md", unreadable)], Rules::Reader).expect("a chapter");
    let error = weave(&book, "t", 7, &mut Script::default()).expect_err("it cannot be judged").to_string();
    assert_eq!(error, "t.md: the exercise `unreadable`: no such operator");
}

#[test]
fn every_card_says_how_to_make_it_again_and_where_it_is_on_the_map() {
    let html = html();
    for (card, id) in between(&html, "<article", "</article>").into_iter().zip([
        "order",
        "wrong",
        "karatsuba-counts-multiplications",
    ]) {
        assert!(card.contains(&format!("href=\"#map:{id}\"")) && card.contains("Reproduce: "), "{card}");
    }
    // The program knows the ids of our book only.
    assert!(html.contains("Reproduce: <code data-copy=\"\">faltung prove 'x * w = w * x'</code>"));
    let ours = "# T\n\nW.\n\n```claim c formal\nx = x\n```\n";
    let book = book::assemble([("01-t.md", ours)], Rules::Book).expect("a chapter");
    let report = weave(&book, "t", 7, &mut Script::default()).expect("it can be woven");
    assert!(
        page(&report).expect("typeset").contains("Reproduce: <code data-copy=\"\">faltung prove c</code>")
    );
    assert!(html.contains("data-latex=\"x * w = w * x \\qquad \\text{for all } x, w"));
}

#[test]
fn the_map_draws_what_the_chapters_say() {
    let text = "# T\n\n```claim a\nx = x\n```\n\n```claim b\nx = w\nby: a\n```\n\n```false c\nx = 0\ninstead: b\n```\n\n\
                ```claim d\nx = u\nby: commutativity\n```\n";
    let book = book::assemble([("t.md", text)], Rules::Reader).expect("a chapter");
    let report = weave(&book, "t", 7, &mut Script::default()).expect("it can be woven");
    let html = page(&report).expect("it can be typeset");
    let map = between(&html, "<figure class=\"map\"", "</figure>")[0];
    let background = between(map, "<g class=\"all\"", "</g>")[0];
    // All four speak of `*` only; each is tied to the next.
    for (class, drawn) in [("uses", 1), ("instead", 1), ("alike", 3)] {
        assert_eq!(background.matches(&format!("<path class=\"{class}\"")).count(), drawn, "{class}");
    }
    let own = |id: &str| {
        let node = between(map, "<g class=\"node\">", "</a>")
            .into_iter()
            .find(|node| node.contains(&format!("id=\"map:{id}\" href=\"#{id}\"")))
            .unwrap_or_else(|| panic!("{id} is on the map"));
        node.matches("<path class=").count()
    };
    assert_eq!(["a", "b", "c", "d"].map(own), [2, 4, 3, 1]);
    for words in [
        "3 hold in a box (discs in boxes), 1 is refuted (cross).",
        "One solid arrow leads from a claim to one that its proof uses.",
        "One dashed arrow leads from a false belief to what holds instead.",
        "3 dotted lines join claims",
    ] {
        assert!(map.contains(words), "{words}");
    }
    let rows = between(map, "<tr>", "</tr>");
    assert!(rows.len() == 5 && rows[2].contains("<td>a</td>") && rows[3].contains("<td>b</td>"), "{rows:?}");
    // A relation that does not lead into the page is said in words, and is no dead link.
    assert!(
        html.contains("uses <code>faltung prove commutativity</code>") && !html.contains("#commutativity")
    );
    // Where nothing is stated there is no map.
    let book = book::assemble([("t.md", "# T\n\nWords.\n")], Rules::Reader).expect("a chapter");
    let report = weave(&book, "t", 7, &mut Script::default()).expect("it can be woven");
    assert!(!page(&report).expect("it can be typeset").contains("app:map\""));
}

#[test]
fn a_heading_too_long_for_the_map_is_cut_and_told_whole() {
    let heading = |title: &str| {
        let text = format!("# {title}\n\n```claim a\nx = x\n```\n");
        let book = book::assemble([("t.md", text.as_str())], Rules::Reader).expect("a chapter");
        let report = weave(&book, "t", 7, &mut Script::default()).expect("it can be woven");
        let html = page(&report).expect("it can be typeset");
        between(&html, "<text class=\"heading\"", "</text>")[0].split_once('>').expect("a tag").1.to_owned()
    };
    assert_eq!(heading("Signals and the definition"), "1 Signals and the definition");
    let long = "Ünderstanding convolution < correlation, twice ".repeat(3);
    let (told, drawn) = {
        let both = heading(&long);
        let (told, drawn) = both.split_once("</title>").expect("it is cut");
        (told.to_owned(), drawn.to_owned())
    };
    assert_eq!(told, format!("<title>1 {}", long.trim_end().replace('<', "&lt;")));
    assert!(drawn.starts_with("1 Ünderstanding") && drawn.ends_with('…'), "{drawn}");
    assert!((40..56).contains(&drawn.chars().count()), "{drawn}");
}

#[test]
fn the_filter_counts_what_it_filters() {
    let html = html();
    let template = between(&html, "<template id=\"page:filter\">", "</template>")[0];
    let labels = between(template, "<label>", "</label>");
    assert_eq!(labels.len(), 5, "{labels:?}");
    for label in labels {
        let (key, value) = (values(label, "name")[0], values(label, "value")[0]);
        let count = between(label, "<span class=\"count\">", "</span>")[0];
        let cards = html.matches(&format!("data-{key}=\"{value}\"")).count();
        assert_eq!(count, cards.to_string(), "{label}");
    }
    assert!(!html.replace(template, "").contains("<input"), "without a script it is not there");
}

#[test]
fn windows_move_over_what_is_drawn_and_only_by_a_script() {
    let text = "# T\n\nW.\n\n```figure sliding-windows\n```\n";
    let book = book::assemble([("t.md", text)], Rules::Reader).expect("a chapter");
    let html =
        page(&weave(&book, "t", 7, &mut Script::default()).expect("it can be woven")).expect("typeset");
    let template = between(&html, "<template class=\"steppers\">", "</template>")[0];
    assert!(!html.replace(template, "").contains("type=\"range\""), "without a script it is not there");
    let ids = values(&html, "id");
    for part in html.split("<use ").skip(1).filter_map(|rest| rest.split('"').nth(1)?.strip_prefix('#')) {
        assert_eq!(ids.iter().filter(|id| **id == part).count(), 1, "{part}");
    }
    let steps: Vec<usize> =
        values(template, "data-steps").iter().map(|steps| steps.split(';').count()).collect();
    let last: Vec<usize> =
        values(template, "max").iter().map(|max| max.parse::<usize>().expect("a number") + 1).collect();
    assert_eq!(steps, [4, 36, 25, 49, 4, 9, 9, 9]);
    assert_eq!(steps, last);
    // the frame that is drawn is the first
    let drawn = between(template, ":window\" x=\"", "</svg>");
    let first: Vec<String> = values(template, "data-steps")
        .iter()
        .map(|steps| {
            let numbers: Vec<&str> = steps.split([';', ' ']).take(2).collect();
            format!("{}\" y=\"{}\"", numbers[0], numbers[1])
        })
        .collect();
    assert!(
        drawn.len() == 8 && drawn.iter().zip(&first).all(|(drawn, first)| drawn.starts_with(first)),
        "{first:?}"
    );
}

/// The relative luminance of a colour `#rrggbb`, as WCAG 2 defines it.
fn luminance(hex: &str) -> f64 {
    let part = |at: usize| {
        let share = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("two digits")) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

#[test]
fn words_can_be_read_on_every_paper() {
    let html = html();
    let colours = |name: &str| {
        let start = html.find(&format!("--{name}: light-dark(")).unwrap_or_else(|| panic!("--{name}"));
        let inside = html[start..].split(['(', ')']).nth(1).expect("two colours");
        inside.split_once(", ").map(|(light, dark)| [luminance(light), luminance(dark)]).expect("two colours")
    };
    for paper in ["paper", "raised", "sunk"] {
        for ink in ["ink", "quiet", "link", "good", "half", "open", "bad"] {
            for (a, b) in colours(paper).into_iter().zip(colours(ink)) {
                let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                assert!(contrast >= 4.5, "{ink} on {paper}: {contrast:.2}");
            }
        }
    }
}
