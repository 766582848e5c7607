//! What people type who know another notation, or exchange two things: the error says what to write, and that can be
//! read.

use crate::cli::{Folder, ints, ran};
use faltung::{
    book::{self, Rules},
    conv::{Facts, Mode, PlanError, Spec, count, multiplications, plan},
    expr::{ClaimError, Op, TABLE, parse},
    io::{Data, Form, IntType},
    report::{Prover, questions},
    theorem::{Effort, Verdict, prove},
};
use miette::Diagnostic;

#[track_caller]
fn refused(text: &str) -> (String, String) {
    let error: ClaimError = parse(text).map(|claim| claim.read_as()).expect_err(text);
    (error.to_string(), error.help().map(|help| help.to_string()).unwrap_or_default())
}

#[test]
fn arguments_in_another_order_are_put_in_order() {
    for (text, wanted) in [
        ("up(x, 2) = x", "up(2, x)"),
        ("up(x, -1) = x", "up(-1, x)"),
        ("down(x + w, 3) = x", "down(3, x + w)"),
        ("shift(x, 2) = x", "shift(2, x)"),
        ("for x : Z^2 -> any. shift(x, 1, 2) = x", "shift(1, 2, x)"),
        ("periodize(x, 3) = x", "periodize(3, x)"),
        ("power(2, x) = x", "power(x, 2)"),
        ("pad(x, 1, 2) = x", "pad(1, 2, x)"),
        ("crop(1, x, 2) = x", "crop(1, 2, x)"),
        ("for x : [n], A : [m, n]. x @ A = x", "A @ x"),
        ("for x : Z -> any, m : Nat. 2 * up(x, m) = x", "up(m, x)"),
    ] {
        let (said, help) = refused(text);
        assert!(said.contains("another order"), "{text}: {said}");
        assert_eq!(help, format!("try: {wanted}"), "{text}");
        let name = wanted.split('(').next().unwrap_or_default();
        assert!(Op::find(name).is_none_or(|op| said.contains(op.row().means)), "{said}");
    }
    // Where no order helps, none is offered.
    for text in ["up(x, w, 2) = x", "for x, w : Z -> any. up(x, w) = x", "sum(1, 2) = 3", "dft(2) = 1"] {
        assert!(!refused(text).1.contains("try: "), "{text}");
    }
}

#[test]
fn another_notation_is_told_how_it_is_written_here() {
    for (text, word, advice) in [
        ("x**2 = x", "`**`", "power(x, 2)"),
        ("x ** w = w ** x", "`**`", "x * w"),
        ("for all x : Z -> any. x = x", "`all`", "for x : Z -> any."),
        ("for every x, w : Z -> any. x = x", "`every`", "for x : Z -> any."),
        ("forall x. x = x", "`forall`", "for x : Z -> any."),
        ("∀ x. x = x", "`∀`", "for x : Z -> any."),
        ("∀x: x = x", "`∀`", "for x : Z -> any."),
        ("for x in Z -> any. x = x", "`in`", "`x : Z -> any`"),
    ] {
        let (said, help) = refused(text);
        assert!(said.contains(word) && help.contains(advice), "{text}: {said}: {help}");
    }
    for (text, words) in [
        ("[1e400] = x", "no exponent"),
        ("1e400 = x", "3 * 10^400"),
        ("x = 2E-3", "no exponent"),
        ("for x : Z -> Z/0. x = x", "modulo 0"),
        ("for c : Z/0. c = c", "modulo 0"),
        ("for c : Z/1. c = c", "0 = 1"),
        ("for c : Z/99999999999999999999999. c = c", "must fit into 64 bits"),
        ("for c : F(9). c = c", "9 is no prime"),
        ("for c : F(99999999999999999999999). c = c", "must fit into 64 bits"),
    ] {
        let (said, _) = refused(text);
        assert!(said.contains(words), "{text}: {said}");
    }
    // These words are names where they are names, and what the advice says is a claim.
    for text in [
        "for all : Z -> any. all = all",
        "for any, in : Z -> any. any * in = in * any",
        "forall = forall",
        "for c : any. c = c",
        "x * x = x^*2",
        "power(x, 2) = x .* x",
        "for c : any. 3 * 10^400 * c = c",
    ] {
        assert!(parse(text).is_ok(), "{text}");
    }
}

#[test]
fn an_operator_with_too_few_arguments_is_told_with_its_definition() {
    for (text, given, op) in
        [("shift(x) = x", "1 argument;", Op::Shift), ("pad(1, x) = x", "2 arguments;", Op::Pad)]
    {
        let (said, help) = refused(text);
        assert!(said.contains(given) && help.contains(op.row().means), "{text}: {said}: {help}");
    }
}

#[test]
fn sizes_that_no_instance_has_are_said_to_be_the_reason() {
    for (text, words) in [
        ("for x : Z/0 -> any. x = x", "x : Z/0 -> any has no instance: sizes begin at 1"),
        ("for w : [2], x : [0]. x = x", "x : [0] -> any has no instance: sizes begin at 1"),
        ("for x : Z/99999999999999999999 -> any. x = x", "more than 16384 entries"),
        ("for x : [200, 200]. x = x", "more than 16384 entries"),
        ("for x : [2^70 + 1]. x = x", "more than 16384 entries"),
    ] {
        let outcome = prove(&parse(text).expect(text), &Effort::low());
        assert_eq!(outcome.verdict, Verdict::Undecided, "{text}");
        assert!(outcome.reached.contains(words), "{text}: {}", outcome.reached);
    }
    let open = prove(&parse("for x : [n]. given n < 0. x = x").expect("a claim"), &Effort::low());
    assert!(!open.reached.contains("has no instance:"), "{}", open.reached);
}

#[test]
fn kinds_are_said_in_words() {
    for row in TABLE {
        for line in row.kinds_in_words() {
            let bare = |word: &str| row.kinds.split_whitespace().any(|kind| kind == word) && word != "->";
            // what stands in brackets are the lengths of axes
            let outside: String =
                line.split('[').map(|part| part.split_once(']').map_or(part, |(_, rest)| rest)).collect();
            let words = outside.trim_start_matches(row.name).split(|c: char| !c.is_alphanumeric());
            // an article is no array
            assert!(!words.clone().any(|word| bare(word) && word != "a"), "{}: {line}", row.name);
        }
    }
    assert_eq!(Op::Power.row().kinds_in_words()[0], "power(signal or array, integer) is a signal or array");
    assert_eq!(Op::Toeplitz.row().kinds_in_words()[0], "toeplitz(array [n], integer) is an array [h, w]");
}

#[test]
fn a_claim_of_a_chapter_that_cannot_be_read_is_shown_where_it_breaks() {
    let folder = Folder::new();
    let chapter = folder
        .with("mine.md", b"# Mine\n\nWords.\n\n```claim\nx * w = w * x\n```\n\n```claim\nx ** w = x\n```\n");
    let done = ran(&["report", &chapter, "--out", &folder.path("site")]);
    assert_eq!(done.code, 2);
    for words in ["mine.md:9: `mine-2`", "x ** w = x", "╰──", "faltung::syntax"] {
        assert!(done.err.contains(words), "{words}: {}", done.err);
    }
    let formula = folder.with("formula.md", b"# Mine\n\n$\\nope$\n\n```claim\nx * w = w * x\n```\n");
    let done = ran(&["report", &formula, "--out", &folder.path("site")]);
    assert!(done.code == 2 && done.err.contains("formula.md:3: cannot typeset"), "{}", done.err);
    let pictured =
        folder.with("pictured.md", b"# Mine\n\n![a cat](cat.png)\n\n```claim\nx * w = w * x\n```\n");
    let done = ran(&["report", &pictured, "--out", &folder.path("site")]);
    assert!(done.code == 0 && done.err.contains("pictured.md:3: the image cat.png"), "{}", done.err);
    let lost = folder.with("lost.md", b"# Mine\n\n[there](#nowhere)\n\n```claim\nx * w = w * x\n```\n");
    let done = ran(&["report", &lost, "--out", &folder.path("lost")]);
    assert!(
        done.code == 2 && done.err.contains("lost.md:3") && done.err.contains("#nowhere"),
        "{}",
        done.err
    );
    assert!(!std::path::Path::new(&folder.path("lost")).exists(), "nothing is written");
}

#[test]
fn a_text_that_stands_twice_is_proved_once() {
    let text = "# T\n\n```claim\nx = x\n```\n\n```claim\nx = x\n```\n\n- So? `faltung prove \"x = x\"`\n";
    let book = book::assemble([("t.md", text)], Rules::Reader).expect("a chapter");
    let asked = questions(&book);
    assert_eq!(asked.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["t-1"]);
    let settled = std::sync::atomic::AtomicUsize::new(0);
    Prover::new(&book, &Effort::low(), |_| {
        settled.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    });
    assert_eq!(settled.into_inner(), 1);
}

#[test]
fn an_overflow_names_the_type_that_holds_the_result() {
    let folder = Folder::new();
    let bytes = Data::Int(ndarray::arr1(&[200_i64, 100]).into_dyn(), IntType::U8);
    let bytes = folder.holding("bytes.npy", &bytes, &Form::Plain);
    for (x, w, advice) in [
        (bytes.as_str(), bytes.as_str(), "a.astype(\"uint16\")"),
        (&folder.holding("x.npy", &ints(&[i64::MAX, 1]), &Form::Plain), "[2, 3]", "a.astype(\"float64\")"),
        ("[9223372036854775807, 1]", "[2, 3]", "[1.0, 2, 3]"),
    ] {
        let done = ran(&["compute", "conv", x, w]);
        assert!(done.code == 2 && done.err.contains(advice), "{x} {w}: {}", done.err);
    }
    for (array, number) in [("[1e400]", "1e400"), ("[[1, -2.5e999]]", "-2.5e999")] {
        let done = ran(&["compute", "dft", array]);
        assert!(done.code == 2 && done.err.contains(&format!("{number} is too large")), "{}", done.err);
    }
}

#[test]
fn algorithms_that_do_not_apply_are_not_offered() {
    let offered = |x: &[usize]| match plan::<f64>(x, x, Facts::default(), Spec::default(), Some("none")) {
        Err(error @ PlanError::Unknown { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    };
    let (line, image) = (offered(&[9]), offered(&[9, 9]));
    assert!(line.contains(" toeplitz") && !image.contains(" toeplitz"), "{line}: {image}");
    assert!(!line.contains("separable") && image.contains("doubly-block-toeplitz"), "{line}: {image}");
    let valid = Spec { mode: Mode::Valid, ..Spec::default() };
    let one = plan::<f64>(&[1], &[1], Facts::default(), valid, Some("direct")).expect("it applies");
    assert!(one.why.ends_with("1 multiplication"), "{}", one.why);
    assert_eq!((count(12_345), multiplications(2)), ("12.3k".to_owned(), "2 multiplications".to_owned()));
}
