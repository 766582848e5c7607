//! The page and the chapters it is made of: safe, offline, whole, deterministic; and strict with its sources.

use faltung::{
    book::{self, Book, BookError, ClaimBlock, ExperimentBlock, FalseBlock, Problem, Rules},
    report::{Failure, Judge, Report, data::*, page, weave, write},
    theorem::{Counterexample, Evidence, Level, Verdict},
};
use std::collections::{BTreeMap, BTreeSet};

const CHAPTER: &str = r#"# On <b>signals</b>

Words with $\hat x$ and <script>alert("prose")</script> and ![a cat](https://example.org/cat.png).

$$ \sum_{k} x[k] $$

## A section

About [order](#order), and [elsewhere](https://example.org).

```claim order formal
x * w = w * x
source: mallat2009, ch. <2>; goodfellow2016
note: Not <i>surprising</i>.
```

```figure impulse-and-kernel
```

## A section

```text
a listing
```

A belief.

```false wrong
corr(x, w) = corr(w, x)
instead: order
```

```experiment karatsuba-counts-multiplications sampled
source: mallat2012, prop. 2.9
```

```figure equivariance-square
```

```example
$ faltung prove 'x <= x'
holds <for all>
```

Type `faltung prove "x = x"`, then:

1. Is it so? `faltung prove "x <b>= w"`
2. And what is `x`?
"#;

/// Says of every claim what a test wants to hear, with markup wherever it is text.
struct Script {
    verdict: Verdict,
    level: Level,
    latex: &'static str,
}

impl Default for Script {
    fn default() -> Self {
        Script { verdict: Verdict::HoldsFor, level: Level::Formal, latex: r"x * w = w * x" }
    }
}

impl Judge for Script {
    fn claim(&mut self, claim: &ClaimBlock) -> Result<Finding, Failure> {
        if claim.text.contains("unreadable") {
            return Err("no such operator".into());
        }
        Ok(Finding {
            latex: self.latex.to_owned(),
            quantifiers: r"x, w \colon \mathbb Z \to R".to_owned(),
            read_as: "for x, w : Z -> <any>. x * w = w * x".to_owned(),
            verdict: self.verdict,
            scope: "all x with support in <[-6, 6]>".to_owned(),
            level: Some(self.level),
            rings: "in every ring".to_owned(),
            reached: "twelve instances".to_owned(),
            method: Some("variables".to_owned()),
            counterexample: None,
            derivation: vec![Step {
                term: "w * x".to_owned(),
                latex: "w * x".to_owned(),
                by: Some(claim.id.clone()),
            }],
            rests_on: vec![Premise { id: claim.id.clone(), level: Level::Formal }],
            hypotheses: vec!["m >= 1".to_owned()],
            evidence: Evidence { ring: vec!["Z".to_owned()], cases: 12, admitted: 12, ..Evidence::default() },
            operators: vec!["*".to_owned(), "=".to_owned()],
        })
    }

    fn belief(&mut self, belief: &FalseBlock) -> Result<Finding, Failure> {
        let claim = ClaimBlock {
            id: belief.id.clone(),
            level: None,
            text: belief.text.clone(),
            source: Vec::new(),
            by: Vec::new(),
            via: Vec::new(),
            certified: None,
            note: None,
            line: belief.line,
        };
        let witness = Counterexample {
            ring: "Z".to_owned(),
            values: vec![("x".to_owned(), "[1]</script>".to_owned())],
            difference: "left is [1], right is [0, 1]".to_owned(),
            left: "[1]".to_owned(),
            right: "[0, 1]".to_owned(),
            pasteable: "for x : Z -> Z. given x = [1]. corr(x, 'w') = x".to_owned(),
        };
        let found = self.claim(&claim)?;
        Ok(Finding { verdict: Verdict::Refuted, counterexample: Some(witness), ..found })
    }

    fn exercise(&mut self, claim: &str) -> Result<Finding, Failure> {
        let block = |text: &str| FalseBlock {
            id: "asked".to_owned(),
            text: text.to_owned(),
            instead: None,
            source: Vec::new(),
            note: None,
            line: 1,
        };
        self.belief(&block(claim))
    }

    fn experiment(&mut self, _: &ExperimentBlock) -> Result<Trial, Failure> {
        Ok(Trial {
            statement: "that $a \\le b$".to_owned(),
            held: true,
            level: Level::Sampled,
            worst: Some("0.83 of the bound".to_owned()),
            evidence: Evidence { cases: 100, admitted: 100, seed: Some(7), ..Evidence::default() },
        })
    }
}

fn sample() -> Book {
    book::assemble([("mine.md", CHAPTER)], Rules::Reader).expect("the sample is a chapter")
}

fn report() -> Report {
    weave(&sample(), "Sample & <title>", 7, &mut Script::default()).expect("it can be woven")
}

fn html() -> String {
    page(&report()).expect("it can be typeset")
}

/// The values of an attribute, wherever it stands in a tag.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
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
fn the_tally_is_counted() {
    let tally = report().tally;
    let expected = Tally {
        claims: 1,
        hold_in_a_box: 1,
        beliefs: 1,
        beliefs_refuted: 1,
        experiments: 1,
        figures: 2,
        ..Tally::default()
    };
    assert_eq!(tally, expected);
}

#[test]
fn an_outcome_is_as_announced_only_if_it_is() {
    let announced = |rules: Rules, word: &str, verdict, level| {
        let text = format!("# T\n\nWords.\n\n```claim c {word}\nx = x\n```\n");
        let book = book::assemble([("t.md", text.as_str())], rules).expect("a chapter");
        let report =
            weave(&book, "t", 7, &mut Script { verdict, level, ..Script::default() }).expect("woven");
        report.tally.not_as_announced == 0
    };
    use {Level::*, Verdict::*};
    assert!(announced(Rules::Book, "formal", HoldsFor, Formal));
    assert!(!announced(Rules::Book, "formal", Holds, Derived), "ours announce exactly what is reached");
    assert!(announced(Rules::Reader, "formal", Holds, Derived), "a reader's, at least");
    assert!(!announced(Rules::Reader, "formal", Undecided, Exact));
    assert!(announced(Rules::Book, "exact", Undecided, Exact));
    assert!(!announced(Rules::Reader, "", Undecided, Exact), "a claim without a level says that it holds");
    assert!(!announced(Rules::Reader, "exact", Refuted, Exact));
}

#[test]
fn two_runs_give_the_same_bytes_and_the_second_writes_nothing() {
    let directory = tempfile::tempdir().expect("a place to write");
    let written = write(&report(), directory.path()).expect("it can be written");
    let names: BTreeSet<_> = written
        .iter()
        .map(|path| path.strip_prefix(directory.path()).expect("below").display().to_string())
        .collect();
    let expected =
        ["index.html", "report.json", "figures/impulse-and-kernel.svg", "figures/equivariance-square.svg"];
    assert_eq!(names, expected.map(str::to_owned).into());
    assert_eq!(html(), std::fs::read_to_string(directory.path().join("index.html")).expect("it was written"));
    assert!(write(&report(), directory.path()).expect("it can be written").is_empty());
    assert_eq!(
        std::fs::read_dir(directory.path()).expect("a directory").count(),
        3,
        "nothing is left beside"
    );
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(directory.path().join("report.json")).expect("it was written"))
            .expect("it is JSON");
    assert_eq!(json["schema"], 1);
    let claim = json["chapters"][0]["blocks"]
        .as_array()
        .expect("blocks")
        .iter()
        .find(|b| b["id"] == "order")
        .expect("it");
    assert_eq!(
        (&claim["verdict"], &claim["level"], &claim["claim"]),
        (&"holds-for".into(), &"formal".into(), &"x * w = w * x".into())
    );
    assert!(claim["evidence"]["seconds"].is_null() && html().len() < 1_000_000);
}

#[test]
fn a_directory_that_cannot_be_written_to_is_named() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let error = write(&report(), &file.path().join("below")).expect_err("a file is no directory").to_string();
    assert!(error.contains("index.html") && error.contains("--out"), "{error}");
}

#[test]
fn our_book_is_read() {
    let book = book::embedded().unwrap_or_else(|error| panic!("{error}"));
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, block) in book.blocks() {
        let kind = match block {
            book::Block::Claim(_) => "claim",
            book::Block::False(_) => "false",
            book::Block::Figure(_) => "figure",
            _ => "other",
        };
        *kinds.entry(kind).or_default() += 1;
    }
    assert!(["claim", "false", "figure"].iter().all(|kind| kinds.contains_key(kind)));
    let drawn: BTreeSet<&str> = book
        .blocks()
        .filter_map(|(_, b)| matches!(b, book::Block::Figure(_)).then(|| b.id())?)
        .map(|(id, _)| id)
        .collect();
    let listed: BTreeSet<&str> = book::figures::FIGURES.iter().map(|entry| entry.id).collect();
    assert_eq!(drawn, listed, "every figure of the list is in the book");
    let cited: BTreeSet<&str> =
        book.blocks().flat_map(|(_, b)| b.source()).map(|cited| cited.key.as_str()).collect();
    assert!(cited.iter().all(|key| book.references.contains_key(*key)));
    // Its prose can be typeset, and its links lead somewhere.
    let report = weave(&book, "t", 7, &mut Script::default()).expect("it can be woven");
    let html = page(&report).expect("it can be typeset");
    let ids: BTreeSet<&str> = values(&html, "id").into_iter().collect();
    for link in values(&html, "href").into_iter().filter_map(|href| href.strip_prefix('#')) {
        assert!(ids.contains(link), "#{link} leads nowhere");
    }
}

/// What is wrong with a chapter of ours, and in which line.
fn wrong(text: &str) -> (usize, Problem) {
    match book::assemble([("01-t.md", text)], Rules::Book) {
        Err(BookError::Chapter(error)) => {
            assert!(error.to_string().starts_with(&format!("01-t.md:{}: ", error.line)));
            (error.line, *error.problem)
        }
        other => panic!("expected an error, got {other:?}"),
    }
}

#[test]
fn a_chapter_that_is_not_understood_is_refused_with_its_line() {
    use Problem::*;
    let good = "# T\n\nWords.\n\n```claim a formal\nx = x\nsource: mallat2009\n```\n";
    assert!(book::assemble([("01-t.md", good)], Rules::Book).is_ok());
    type Check = fn(&Problem) -> bool;
    let cases: [(&str, &str, usize, Check); 21] = [
        ("# T", "T", 1, |p| matches!(p, NoTitle)),
        ("Words.\n\n", "", 3, |p| matches!(p, NoProse)),
        ("Words.", "Words.\n\n## S", 7, |p| matches!(p, NoProse)),
        (
            "```claim",
            "```clam",
            5,
            |p| matches!(p, UnknownKind(word, near) if word == "clam" && near.to_string().contains("claim")),
        ),
        ("claim a formal", "claim", 5, |p| matches!(p, MissingId("claim"))),
        ("claim a formal", "claim a", 5, |p| matches!(p, MissingLevel)),
        ("claim a formal", "claim A- formal", 5, |p| matches!(p, BadId(_))),
        ("claim a formal", "claim a proved", 5, |p| matches!(p, UnknownLevel(_))),
        ("claim a formal", "claim a formal now", 5, |p| matches!(p, ExtraWord(word, _) if word == "now")),
        ("x = x\n", "", 5, |p| matches!(p, Empty)),
        (
            "source:",
            "sauce:",
            7,
            |p| matches!(p, UnknownKey { key, suggestion, .. } if key == "sauce" && suggestion.to_string().contains("source")),
        ),
        ("source:", "given:", 7, |p| matches!(p, UnknownKey { .. })),
        ("source: mallat2009", "source: mallat2009\nand more", 8, |p| matches!(p, NotAKey(_))),
        ("source: mallat2009", "source: mallat2009\nsource: mallat2009", 8, |p| matches!(p, DoubleKey(_))),
        ("source: mallat2009", "source:", 7, |p| matches!(p, EmptyValue(_))),
        (
            "mallat2009",
            "mallat2010",
            5,
            |p| matches!(p, UnknownSource(_, near) if near.to_string().contains("did you mean `mallat20")),
        ),
        ("source: mallat2009", "by: b", 5, |p| matches!(p, UnknownClaim { key: "by", .. })),
        ("source: mallat2009", "by: a", 5, |p| matches!(p, NotAbove(_))),
        ("mallat2009\n```", "mallat2009", 5, |p| matches!(p, Unclosed(_))),
        ("```claim a formal", "```claim a` formal", 5, |p| matches!(p, Swallowed(_))),
        ("```claim a formal", "- ```claim a formal", 5, |p| matches!(p, Nested(_))),
    ];
    for (from, to, line, check) in cases {
        let text = good.replacen(from, to, 1);
        let (at, problem) = wrong(&text);
        assert!(at == line && check(&problem), "{text}\n{at}: {problem}");
    }
}

#[test]
fn blocks_do_not_vanish_behind_an_open_fence() {
    let (line, problem) = wrong("# T\n\nWords.\n\n```text\nlisting\n\n```claim a formal\nx = x\n```\n");
    assert!(line == 8 && matches!(problem, Problem::Swallowed(_)), "{problem}");
    let (line, problem) = wrong("# T\n\nW.\n\n```claim a formal\nx = x\n\n```claim b formal\nx = x\n```\n");
    assert!(line == 8 && matches!(problem, Problem::Swallowed(_)), "{problem}");
}

#[test]
fn names_across_blocks_are_checked() {
    let (line, problem) = wrong("# T\n\nW.\n\n```claim a formal\nx = x\n```\n\n```false a\nx = 0\n```\n");
    assert!(line == 9 && matches!(problem, Problem::DuplicateId(..)), "{problem}");
    let (line, problem) =
        wrong("# T\n\nW.\n\n```claim abc formal\nx = x\n```\n\n```false b\nx = 0\ninstead: abd\n```\n");
    assert!(line == 9 && problem.to_string().contains("did you mean `abc`"), "{problem}");
    let (line, problem) = wrong("# T\n\nW.\n\n```figure impulse-and-kernels\n```\n");
    assert!(line == 5 && problem.to_string().contains("did you mean `impulse-and-kernel`"), "{problem}");
    let (line, problem) = wrong("# T\n\nW.\n\n```example\nno command\n```\n");
    assert!(line == 5 && matches!(problem, Problem::NoCommand));
}

#[test]
fn a_reader_may_leave_out_title_id_level_and_words_and_name_our_claims() {
    let text = "```claim\nx = x\nby: commutativity\n```\n\n```claim exact\nx = x\n```\n\n```false\nx = 0\ninstead: commutativity\n```\n";
    let book =
        book::assemble([("dir/My notes.md", text)], Rules::Reader).unwrap_or_else(|error| panic!("{error}"));
    let ids: Vec<&str> = book.blocks().filter_map(|(_, block)| block.id()).map(|(id, _)| id).collect();
    assert_eq!(ids, ["my-notes-1", "my-notes-2", "my-notes-3"]);
    assert_eq!(book.chapters[0].title, "My notes");
    assert!(
        matches!(&book.chapters[0].blocks[1], book::Block::Claim(claim) if claim.level == Some(Level::Exact))
    );
    // Blocks above a late title are read once, and a byte order mark is no word.
    let file = tempfile::Builder::new().suffix(".md").tempfile().expect("a file");
    std::fs::write(file.path(), "\u{feff}before\n\n```claim\nx = x\n```\n\nbetween\n\n# Late\n\nafter\n")
        .expect("it can be written");
    let book = book::read(&[file.path()]).unwrap_or_else(|error| panic!("{error}"));
    let words: Vec<&str> =
        book.blocks().map(|(_, b)| if let book::Block::Prose(p) = b { p.as_str() } else { "-" }).collect();
    assert_eq!(
        (words.join(" ").as_str(), book.chapters[0].title.as_str()),
        ("before - between after", "Late")
    );
    let missing = book::read(&["/no/such/chapter.md"]).expect_err("there is no such file").to_string();
    assert!(missing.contains("/no/such/chapter.md") && missing.contains("Markdown"), "{missing}");
}

#[test]
fn a_block_that_cannot_be_judged_is_named_with_its_line() {
    let text = "# T\n\nW.\n\n```claim a formal\nunreadable\n```\n";
    let book = book::assemble([("t.md", text)], Rules::Book).expect("a chapter");
    let error = weave(&book, "t", 7, &mut Script::default()).expect_err("it cannot be judged").to_string();
    assert_eq!(error, "t.md:5: `a`: no such operator");
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
