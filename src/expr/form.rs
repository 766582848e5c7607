//! The forms in which an operator is written, in words: what stands where, and what comes out.

use super::{Notation, Row};

impl Row {
    /// Its forms: "`shift(integer, signal on Z)`", …
    pub(super) fn forms(&self) -> Vec<String> {
        self.kinds.split('|').map(|alternative| format!("`{}`", form(self, alternative))).collect()
    }

    /// Its forms and what comes out: "shift(integer, signal on Z) is a signal on Z", …; where signals or arrays of
    /// several kinds may stand, the last lines say of which.
    ///
    /// ```
    /// use faltung::expr::Op;
    /// let up = Op::Up.row().kinds_in_words();
    /// assert_eq!(up[0], "up(integer, signal) is a signal");
    /// assert_eq!(up[1], "for signals on Z, Z^2, Z/n or Z/n x Z/m, all of one kind");
    /// ```
    pub fn kinds_in_words(&self) -> Vec<String> {
        let line = |alternative: &str| {
            let result = alternative.split("->").nth(1).unwrap_or_default().trim();
            let article = if result.starts_with(['a', 'r', 'i']) { "an" } else { "a" };
            format!("{} is {article} {}", form(self, alternative), word(result))
        };
        let mut lines: Vec<String> = self.kinds.split('|').map(line).collect();
        for several in self.kinds.split_whitespace().filter_map(kinds_of) {
            let line = format!("for {several}, all of one kind");
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines
    }

    fn written(&self, args: &[&str]) -> String {
        match (self.notation, args) {
            (Notation::Infix(symbol, _), [left, right]) => format!("{left} {symbol} {right}"),
            (Notation::Prefix(symbol, _), [arg]) => format!("{symbol}{arg}"),
            (Notation::Index, [array, at @ ..]) => format!("({array})[{}]", at.join(", ")),
            (_, []) => self.name.to_owned(),
            _ => format!("{}({})", self.name, args.join(", ")),
        }
    }
}

fn form(row: &Row, alternative: &str) -> String {
    let args = alternative.split("->").next().unwrap_or_default();
    row.written(&args.split_whitespace().map(word).collect::<Vec<&str>>())
}

fn word(kind: &str) -> &str {
    match kind {
        "int" => "integer",
        "int…" => "integer…",
        "k" => "scalar",
        "z" => "signal on Z",
        "z2" => "signal on Z^2",
        "l" => "left-bounded signal",
        "c" => "signal on Z/n",
        "c2" => "signal on Z/n x Z/m",
        "a" => "array [n]",
        "a2" => "array [h, w]",
        "a3" => "array [c, h, w]",
        "s3" => "signal on S3",
        "d4" => "signal on D4",
        "in-s3" => "element of S3",
        "in-d4" => "element of D4",
        "s" | "f" | "u" => "signal",
        "r" => "array",
        "v" | "w" => "signal or array",
        "truth" => "statement",
        other => other,
    }
}

/// What one of the letters stands for that stand for several kinds.
fn kinds_of(letter: &str) -> Option<&'static str> {
    Some(match letter {
        "s" => "signals on Z, Z^2, Z/n or Z/n x Z/m",
        "f" => "signals on Z, Z^2, Z/n, Z/n x Z/m, S3 or D4",
        "u" => "signals on Z, Z^2, Z/n, Z/n x Z/m, S3 or D4, or left-bounded ones",
        "r" => "arrays of one to three axes",
        "v" => "signals on Z, Z^2, Z/n, Z/n x Z/m, S3 or D4, or arrays of one to three axes",
        "w" => {
            "signals on Z, Z^2, Z/n, Z/n x Z/m, S3 or D4, left-bounded ones, or arrays of one to three axes"
        }
        _ => return None,
    })
}
