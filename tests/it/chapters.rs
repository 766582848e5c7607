//! The chapters a report is made of: ours are whole, and every source that is not understood is refused with its line.

use super::{page::values, report::Script};
use faltung::{
    book::{self, BookError, Problem, Rules},
    report::{Misprint, anchored, page, proofread, weave},
    theorem::Level,
};
use std::collections::{BTreeMap, BTreeSet};

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

/// The line of a misprint in a reader's chapter, and what is said of it.
fn misprinted(text: &str) -> (usize, String) {
    let book = book::assemble([("t.md", text)], Rules::Reader).unwrap_or_else(|error| panic!("{error}"));
    let found = proofread(&book).map(drop).and_then(|()| {
        let report = weave(&book, "t", 7, &mut Script::default()).expect("it can be woven");
        anchored(&book, &page(&report).expect("it can be typeset"))
    });
    match found.expect_err(text) {
        Misprint::Chapter(error) => (error.line, error.to_string()),
        Misprint::Claim { origin, source } => {
            let line = origin.split(':').nth(1).expect("a line").parse().expect("a number");
            (line, format!("{origin}: {source}"))
        }
    }
}

#[test]
fn misprints_are_found_with_their_line() {
    let good = "# T\n\n[up](#a) [down](#sec:t:below) [web](https://example.org) <a@b.org>\n\n```claim a\nx = x\n```\n\n\
                ## Below\n\n$x$ and\n$$w$$\n\n1. So? `faltung prove \"x = w\"`\n\n```false b\nx = 0\nnote: $x$\n```\n";
    let book = book::assemble([("t.md", good)], Rules::Reader).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(proofread(&book).expect("no misprint"), Vec::<String>::new());
    for (from, to, line, words) in [
        ("(#a)", "(#c)", 3, "`#c` leads nowhere"),
        ("(#a)", "(#)", 3, "leads nowhere"),
        ("(#a)", "(#below)", 3, "did you mean `sec:t:below`?"),
        ("(#a)", "(other.md)", 3, "`other.md` leads out of the page"),
        ("(#a)", "(javascript:x)", 3, "leads out of the page"),
        ("$x$ and", "$\\nope$ and", 11, "cannot typeset `\\nope`"),
        ("$$w$$", "$$\\frac{1}$$", 12, "cannot typeset"),
        ("x = w\"", "x =\"", 14, "the exercise `x =`"),
        ("x = x", "x *= x", 5, "`a`: expected"),
        ("x = 0", "x = shift(x)", 16, "`b`: `shift` is given 1 argument"),
        ("note: $x$", "note: $\\nope$", 16, "cannot typeset"),
    ] {
        let (at, said) = misprinted(&good.replacen(from, to, 1));
        assert!(at == line && said.contains(words), "{to}: {at}: {said}");
    }
    // An image is told of and does not stop anything.
    let pictured = good.replacen("[web]", "![a cat](cat.png) [web]", 1);
    let book = book::assemble([("t.md", pictured.as_str())], Rules::Reader).expect("a chapter");
    let unseen = proofread(&book).expect("no misprint");
    assert!(unseen.len() == 1 && unseen[0].starts_with("t.md:3: the image cat.png"), "{unseen:?}");
    // Our own book has neither.
    assert_eq!(proofread(&book::embedded().expect("our book")).expect("no misprint"), Vec::<String>::new());
}
