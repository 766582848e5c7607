//! `faltung explain`: the page of a claim, an operator or an error, in the terminal.

use super::output::{Failure, Voice};
use clap::Args;
use faltung::{
    book::{self, Block, Book},
    expr::{self, Op, Row, TABLE},
    report::data::Finding,
    theorem::{Effort, example, prove},
};
use std::process::ExitCode;

/// What the messages of the claim language mean: code, meaning, an example that has the fault and one that has not.
const CODES: [(&str, &str, &str, &str); 8] = [
    (
        "syntax",
        "The text is not of the form `[for BINDERS.] [given HYPOTHESES.] SIDE REL SIDE`.",
        "x * = w",
        "x * w = w * x",
    ),
    (
        "limit",
        "The claim is longer, deeper or has more names than faltung reads.",
        "((((…))))",
        "x * w = w * x",
    ),
    (
        "literal",
        "A list or a numeral is not well formed: rows of one length, integers for indices.",
        "[[1], [1, 2]] = x",
        "[[1, 0], [1, 2]] = x",
    ),
    ("operator", "No operator has that name.", "shfit(1, x) = x", "shift(1, x) = x"),
    ("arity", "The operator takes another number of arguments.", "shift(x) = x", "shift(1, x) = x"),
    (
        "binder",
        "A name is bound twice, or to something that is no kind.",
        "for x : Z, x : Nat. x = x",
        "for x : Nat. x = x",
    ),
    (
        "kinds",
        "An operator does not take what stands in its place, or the sides of a relation are of different kinds.",
        "sum(x) = x",
        "sum(x) = sum(x)",
    ),
    (
        "class",
        "The rings of the names do not go together: only Z, Q, R and C may be mixed.",
        "for x : Z -> any, w : Z -> Q. x * w = w * x",
        "for x : Z -> Z, w : Z -> Q. x * w = w * x",
    ),
];

/// A claim, an operator or an error code, in full; of any other word, what there is about it
#[derive(Args)]
pub struct Explain {
    /// The id of a claim, the name of an operator, the code of an error, or a word such as padding
    #[arg(value_name = "NAME")]
    name: String,
}

impl Explain {
    pub fn run(&self, voice: &Voice, seed: u64) -> miette::Result<ExitCode> {
        let ours = book::embedded()?;
        let name = self.name.trim();
        let code = CODES.iter().find(|(code, ..)| name.trim_start_matches("faltung::") == *code);
        if let Some(op) = Op::find(name) {
            voice.print(operator(op, &ours).as_bytes())?;
        } else if let Some(text) = claim(name, &ours, seed)? {
            voice.print(text.as_bytes())?;
        } else if let Some((code, means, wrong, right)) = code {
            voice.print(
                format!("faltung::{code}\n\n{means}\n\n  not   {wrong}\n  but   {right}\n").as_bytes(),
            )?;
        } else if let Some(text) = about(name, &ours) {
            voice.print(text.as_bytes())?;
        } else {
            let names = settled(&ours).map(|(id, ..)| id);
            let names = names.chain(TABLE.iter().map(|row| row.name)).chain(CODES.iter().map(|c| c.0));
            let near =
                expr::nearest(name, names).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            Err(Failure::input(
                format!("`{name}` is no claim, operator or error code, and nothing here is named after it"),
                format!("{near}`faltung list claims` and `faltung list operators` list what there is"),
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn operator(op: Op, ours: &Book) -> String {
    let row = op.row();
    let kinds = row.kinds_in_words().join("\n           ");
    let mut text = format!("{}\n\n  {}\n\n  kinds    {kinds}\n", row.name, row.means);
    if !row.also.is_empty() {
        text += &format!("  also     {}\n", row.also.join("  "));
    }
    let value = example(row).expect("the example of every row has a value");
    text += &format!("  example  {} is {value}\n  as in    {}\n", row.shows, row.example);
    let uses: Vec<&str> = ours
        .blocks()
        .filter_map(|(_, block)| match block {
            Block::Claim(b) if mentions(&b.text, op) => Some(b.id.as_str()),
            Block::False(b) if mentions(&b.text, op) => Some(b.id.as_str()),
            _ => None,
        })
        .collect();
    if !uses.is_empty() {
        text += &format!("  claims   {}\n", uses.join(", "));
    }
    text
}

/// The claims and beliefs of the book: id, text, and the heading each stands under.
fn settled(ours: &Book) -> impl Iterator<Item = (&str, &str, &str)> {
    ours.chapters
        .iter()
        .flat_map(|chapter| {
            chapter.blocks.iter().scan(chapter.title.as_str(), |heading, block| {
                Some(match block {
                    Block::Claim(b) => Some((b.id.as_str(), b.text.as_str(), *heading)),
                    Block::False(b) => Some((b.id.as_str(), b.text.as_str(), *heading)),
                    Block::Prose(markdown) => {
                        let mut titles = markdown.lines().filter(|line| line.starts_with('#'));
                        *heading =
                            titles.next_back().map_or(*heading, |title| title.trim_start_matches('#').trim());
                        None
                    }
                    _ => None,
                })
            })
        })
        .flatten()
}

/// What there is about a word that names nothing: operators by name, defining line and what others call them, claims
/// by id and by the heading they stand under.
fn about(word: &str, ours: &Book) -> Option<String> {
    let wanted: Vec<String> = words(word).collect();
    if wanted.is_empty() {
        return None;
    }
    // padding is about pad, strided and strides about stride: the beginning of the word, as long as any fits
    let length = wanted.iter().map(|word| word.chars().count()).max().unwrap_or_default();
    (0..=length.saturating_sub(SHORTEST)).find_map(|cut| {
        let begins: Vec<String> = wanted
            .iter()
            .map(|word| {
                let letters = word.chars().count();
                word.chars().take(letters.saturating_sub(cut).max(SHORTEST.min(letters))).collect()
            })
            .collect();
        let fits =
            |text: &str| begins.iter().all(|begin| words(text).any(|word| word.starts_with(begin.as_str())));
        found(&fits, &wanted, ours)
            .map(|found| format!("`{word}` names nothing here; this is about it:\n\n{found}"))
    })
}

/// The fewest letters that a word is cut to.
const SHORTEST: usize = 3;

fn found(fits: &dyn Fn(&str) -> bool, wanted: &[String], ours: &Book) -> Option<String> {
    // what others call padding is pad, and reflectpad
    let called = |row: &Row| {
        let ours: Vec<&str> = wanted.iter().filter_map(|word| expr::synonym(word)).collect();
        ours.iter()
            .any(|own| Op::find(own) == Some(row.op) || row.name.starts_with(own) || row.name.ends_with(own))
    };
    let operators = TABLE.iter().filter(|row| called(row) || fits(row.name) || fits(row.means));
    let operators: Vec<(&str, &str)> = operators.map(|row| (row.name, row.means)).collect();
    let claims = settled(ours).filter(|(id, _, heading)| fits(id) || fits(heading));
    let claims: Vec<(&str, &str)> = claims.map(|(id, text, _)| (id, text)).collect();
    let shown: Vec<&(&str, &str)> = operators.iter().chain(claims.iter().take(MOST)).collect();
    let width = shown.iter().map(|(name, _)| name.chars().count()).max()?;
    let line = |(name, what): &&(&str, &str)| format!("  {name:<width$}  {}\n", what.replace('\n', " "));
    let mut text: String = shown.iter().map(line).collect();
    if claims.len() > MOST {
        text += &format!("  and {} more claims; `faltung list claims` has them all\n", claims.len() - MOST);
    }
    Some(text)
}

/// How many claims are shown of a word.
const MOST: usize = 12;

/// The words of a text in small letters.
fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase)
}

fn mentions(claim: &str, op: Op) -> bool {
    fn within(e: &expr::Expr, op: Op) -> bool {
        e.head == expr::Head::Apply(op) || e.args.iter().any(|arg| within(arg, op))
    }
    expr::parse(claim).is_ok_and(|claim| claim.given.iter().chain([&claim.statement]).any(|e| within(e, op)))
}

/// The claim's place in the book: the prose before it, the statement, and what is found of it now.
fn claim(id: &str, ours: &Book, seed: u64) -> miette::Result<Option<String>> {
    for chapter in &ours.chapters {
        let Some(place) =
            chapter.blocks.iter().position(|block| block.id().is_some_and(|(own, _)| own == id))
        else {
            continue;
        };
        let (text, announced, instead, source) = match &chapter.blocks[place] {
            Block::Claim(b) => (&b.text, b.level.map(|l| l.to_string()), None, &b.source),
            Block::False(b) => (&b.text, Some("false".to_owned()), b.instead.as_ref(), &b.source),
            Block::Experiment(_) => {
                let carried = format!("`faltung experiment {id}` carries it out");
                return Ok(Some(format!(
                    "{id}: an experiment of the chapter {}; {carried}\n",
                    chapter.title
                )));
            }
            _ => {
                let drawn = format!("`faltung figure {id} -o {id}.svg` draws it");
                return Ok(Some(format!("{id}: a figure of the chapter {}; {drawn}\n", chapter.title)));
            }
        };
        let prose = chapter.blocks[..place].iter().rev().find_map(|block| match block {
            // what stands above the last heading is about something else
            Block::Prose(markdown) => {
                let from = markdown.rfind("\n#").map_or(0, |heading| heading + 1);
                Some(markdown[from..].trim_start_matches('#').trim())
            }
            _ => None,
        });
        let outcome = prove(&expr::parse(text)?, &Effort { seed, ..Effort::default() });
        let mut page = format!("{} ({})\n\n{}\n\n", id, chapter.title, prose.unwrap_or_default());
        page += &super::verdict::text(text, None, &Finding::of(&outcome), None, true);
        page += &announced.map(|level| format!("  book      announced as {level}\n")).unwrap_or_default();
        page += &instead.map(|id| format!("  instead   {id}\n")).unwrap_or_default();
        let cited: Vec<String> = source
            .iter()
            .map(|s| {
                let label = ours.references.get(&s.key).map_or_else(|| s.key.clone(), book::Reference::label);
                if s.place.is_empty() { label } else { format!("{label}, {}", s.place) }
            })
            .collect();
        if !cited.is_empty() {
            page += &format!("  source    {}\n", cited.join("; "));
        }
        return Ok(Some(page));
    }
    Ok(None)
}
