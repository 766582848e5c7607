//! The report that chapters are woven into: what it counts and announces, and what is written, the same bytes each time.

use faltung::{
    book::{self, Book, ClaimBlock, ExperimentBlock, FalseBlock, Rules},
    report::{Failure, Judge, Report, data::*, page, weave, write},
    theorem::{Counterexample, Evidence, Level, Verdict},
};
use std::collections::BTreeSet;

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
pub struct Script {
    pub verdict: Verdict,
    pub level: Level,
    pub latex: &'static str,
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

pub fn sample() -> Book {
    book::assemble([("mine.md", CHAPTER)], Rules::Reader).expect("the sample is a chapter")
}

pub fn report() -> Report {
    weave(&sample(), "Sample & <title>", 7, &mut Script::default()).expect("it can be woven")
}

pub fn html() -> String {
    page(&report()).expect("it can be typeset")
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
fn a_block_that_cannot_be_judged_is_named_with_its_line() {
    let text = "# T\n\nW.\n\n```claim a formal\nunreadable\n```\n";
    let book = book::assemble([("t.md", text)], Rules::Book).expect("a chapter");
    let error = weave(&book, "t", 7, &mut Script::default()).expect_err("it cannot be judged").to_string();
    assert_eq!(error, "t.md:5: `a`: no such operator");
}
