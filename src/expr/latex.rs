//! Typesetting: the LaTeX of expressions, hypotheses and binders, from the templates of the table.

use super::domain::is_prime;
use super::op::precedence::{ATOM, JOIN, NEGATION, POWER, PRODUCT, SUM};
use super::print::grouped;
use super::{Binder, Claim, Class, Expr, Head, Kind, Notation, Op, Row};

impl Expr {
    /// The expression in LaTeX, for math mode.
    ///
    /// ```
    /// let claim = faltung::expr::parse("conj(x * w)[0] = 0")?;
    /// assert_eq!(claim.statement.latex(), r"\overline{x * w}[0] = 0");
    /// # Ok::<(), faltung::expr::ClaimError>(())
    /// ```
    pub fn latex(&self) -> String {
        match (&self.head, self.args.as_slice()) {
            (Head::Name(name), _) => name_latex(name),
            (Head::Numeral(value), _) => value.to_string(),
            (Head::List(origin), entries) => list(origin, entries),
            (Head::Apply(op), args) => apply(*op, args),
        }
    }
}

fn apply(op: Op, args: &[Expr]) -> String {
    let row = op.row();
    match (op, row.notation, args) {
        // The exponent of a norm stands above its index.
        (Op::Pow, _, [base, power]) if indexed(base) => format!("{}^{{{}}}", base.latex(), power.latex()),
        (Op::Pow, _, [base, power]) => format!("{{{}}}^{{{}}}", within(base, ATOM), power.latex()),
        (Op::ConvPow, _, [base, power]) => format!("{{{}}}^{{*{}}}", within(base, ATOM), within(power, ATOM)),
        (_, Notation::Infix(_, own), [left, right]) => {
            // In print the star is for convolutions only.
            let sign = if scales(op, args) { r"\cdot" } else { row.latex.trim_end() };
            let loosest = if own == PRODUCT && other_product(left, op) { own + 1 } else { own.max(JOIN) };
            format!("{} {sign} {}", within(left, loosest), within(right, own + 1))
        }
        (_, Notation::Prefix(sign, _), [arg]) => format!("{sign}{}", within(arg, NEGATION + 1)),
        (Op::Delta, _, [_, ..]) => format!(r"{}_{{{}}}", row.latex, joined(args)),
        (Op::Floor | Op::Ceil, _, [a, b]) => {
            fill(row.latex, &[within(a, PRODUCT), within(b, PRODUCT + 1)], &[String::new(), String::new()])
        }
        _ => {
            // One argument for each axis stands where the template has one for the only axis.
            let groups: Vec<&[Expr]> = match (op, args.split_first(), args.split_last()) {
                (Op::At, Some((array, at)), _) => vec![std::slice::from_ref(array), at],
                (Op::Shift, _, Some((signal, at))) => vec![at, std::slice::from_ref(signal)],
                _ => args.chunks(1).collect(),
            };
            let plain: Vec<String> = groups.iter().map(|group| joined(group)).collect();
            let closed: Vec<String> = groups.iter().map(|group| within(&group[0], ATOM)).collect();
            fill(row.latex, &plain, &closed).replace("#*", &joined(args))
        }
    }
}

/// Whether it is a norm with an index, and no exponent of its own.
fn indexed(expr: &Expr) -> bool {
    let of = |op: &Op| op.row().latex.rsplit_once(r"\rVert_").is_some_and(|(_, index)| !index.contains('^'));
    matches!(&expr.head, Head::Apply(op) if of(op))
}

/// Whether a factor is a number, or an element of a group: such a product may stand within any other.
fn scales(op: Op, args: &[Expr]) -> bool {
    op == Op::Conv && args.iter().any(|arg| arg.kinds.only().is_some_and(is_scalar))
}

/// Whether it is a product of another kind: (x ⊙ y) * w, (A ⊗ B) x.
fn other_product(left: &Expr, op: Op) -> bool {
    match left.head {
        Head::Apply(Op::Div | Op::Mod) => false,
        Head::Apply(other) => other != op && !scales(other, &left.args) && strength(left) == PRODUCT,
        _ => false,
    }
}

fn is_scalar(kind: Kind) -> bool {
    kind.discrete() || kind == Kind::Scalar
}

/// Puts arguments into a template, in one pass: `#0` plain, `@0` closed.
fn fill(template: &str, plain: &[String], closed: &[String]) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['#', '@']) {
        text.push_str(&rest[..at]);
        let which = rest[at + 1..].chars().next().and_then(|digit| digit.to_digit(10));
        let args = if rest[at..].starts_with('#') { plain } else { closed };
        match which.and_then(|index| args.get(index as usize)) {
            Some(arg) => {
                rest = &rest[at + 2..];
                // What has a superscript of its own must not get a second one.
                if rest.starts_with(['^', '_']) { text += &format!("{{{arg}}}") } else { text += arg }
            }
            None => {
                text.push_str(&rest[at..=at]);
                rest = &rest[at + 1..];
            }
        }
    }
    text + rest
}

fn within(expr: &Expr, loosest: u8) -> String {
    if strength(expr) < loosest { format!("({})", expr.latex()) } else { expr.latex() }
}

/// How tightly what an expression looks like in print binds, which its name in the language does not show.
fn strength(expr: &Expr) -> u8 {
    match &expr.head {
        Head::Apply(Op::Sum) => SUM, // what follows a sum sign is read as part of the sum
        Head::Apply(op) if matches!(op.row().notation, Notation::Call) => looks(op.row()),
        _ => super::parse::strength(expr),
    }
}

/// Arguments at the ends of a template are not enclosed by it: `\tau_a x` is like a sign, `x \star_s w` like a product.
fn looks(row: &Row) -> u8 {
    let open = |end: &str| end.starts_with(['#', '@']) && end.len() == 2;
    let (template, length) = (row.latex, row.latex.len());
    let starts = template.get(..2).is_some_and(open);
    let ends = template.get(length.saturating_sub(2)..).is_some_and(open);
    match (starts, ends) {
        (true, true) => PRODUCT,
        (false, true) => NEGATION,
        (true, false) => POWER,
        (false, false) => ATOM,
    }
}

fn list(origin: &[i64], entries: &[Expr]) -> String {
    let rows: Option<Vec<&[Expr]>> =
        entries.iter().map(|row| matches!(row.head, Head::List(_)).then_some(row.args.as_slice())).collect();
    let body = match rows {
        Some(rows)
            if rows.iter().flat_map(|row| row.iter()).all(|entry| !matches!(entry.head, Head::List(_))) =>
        {
            let rows: Vec<String> =
                rows.iter().map(|row| row.iter().map(Expr::latex).collect::<Vec<_>>().join(" & ")).collect();
            format!(r"\begin{{bmatrix}} {} \end{{bmatrix}}", rows.join(r" \\ "))
        }
        _ => format!("[{}]", joined(entries)),
    };
    let place: Vec<String> = origin.iter().map(i64::to_string).collect();
    if place.is_empty() { body } else { format!(r"{{{body}}}_{{@{}}}", place.join(",")) }
}

fn joined(all: &[Expr]) -> String {
    all.iter().map(Expr::latex).collect::<Vec<_>>().join(", ")
}

/// Greek letters as such, digits as an index, words upright.
fn name_latex(name: &str) -> String {
    const GREEK: &str = "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi rho sigma tau phi \
                         chi psi omega";
    let stem = name.trim_end_matches('\'');
    let primes = &name[stem.len()..];
    let letters = stem.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
    let (letters, index) = match stem.split_once('_') {
        Some((letters, index)) if !letters.is_empty() && !index.is_empty() => (letters, index),
        _ => (letters, &stem[letters.len()..]),
    };
    let letters = if GREEK.split_whitespace().any(|greek| greek == letters) {
        format!(r"\{letters}")
    } else if letters.chars().count() > 1 {
        format!(r"\mathit{{{}}}", letters.replace('_', r"\_"))
    } else {
        letters.replace('_', r"\_")
    };
    let index = index.replace('_', r"\_");
    if index.is_empty() { letters + primes } else { format!("{letters}{primes}_{{{index}}}") }
}

impl Class {
    /// The ring in LaTeX: a blackboard letter, or a script A for any commutative ring, S for a semiring, K for a field,
    /// which no name of a claim is written with.
    pub fn latex(&self) -> String {
        match self {
            Class::Any => r"\mathcal{A}".into(),
            Class::Semiring => r"\mathcal{S}".into(),
            Class::Field => r"\mathcal{K}".into(),
            Class::Ordered => r"\mathcal{A}_{\le}".into(),
            Class::Z => r"\mathbb{Z}".into(),
            Class::Q => r"\mathbb{Q}".into(),
            Class::R => r"\mathbb{R}".into(),
            Class::C => r"\mathbb{C}".into(),
            Class::Residues(p) if is_prime(*p) => format!(r"\mathbb{{F}}_{{{p}}}"),
            Class::Residues(m) => format!(r"(\mathbb{{Z}}/{m})"),
        }
    }
}

impl Binder {
    /// What the name ranges over, with the sign that goes before: `\in \mathbb{C}^{\mathbb{Z}/n}`.
    fn ranges_latex(&self) -> String {
        let ring = self.class.latex();
        let sizes: Vec<String> = self.sizes.iter().map(|size| within(size, POWER)).collect();
        match self.kind {
            Kind::Int if self.nat => r" \in \mathbb{N}".into(),
            Kind::Int => r" \in \mathbb{Z}".into(),
            Kind::Line => format!(r"\colon \mathbb{{Z}} \to {ring} \text{{ of finite support}}"),
            Kind::Plane => format!(r"\colon \mathbb{{Z}}^2 \to {ring} \text{{ of finite support}}"),
            Kind::Left => format!(r"\colon \mathbb{{Z}} \to {ring} \text{{ bounded to the left}}"),
            Kind::Circle | Kind::Torus => {
                let cycles: Vec<String> = sizes.iter().map(|size| format!(r"\mathbb{{Z}}/{size}")).collect();
                format!(r" \in {{{ring}}}^{{{}}}", cycles.join(r" \times "))
            }
            Kind::Array | Kind::Array2 | Kind::Array3 => {
                format!(r" \in {{{ring}}}^{{{}}}", sizes.join(r" \times "))
            }
            Kind::OnS3 => format!(r" \in {{{ring}}}^{{S_3}}"),
            Kind::OnD4 => format!(r" \in {{{ring}}}^{{D_4}}"),
            Kind::InS3 => r" \in S_3".into(),
            Kind::InD4 => r" \in D_4".into(),
            Kind::Scalar | Kind::Truth => format!(r" \in {ring}"),
        }
    }
}

impl Claim {
    /// The statement in LaTeX, without hypotheses and binders.
    pub fn latex(&self) -> String {
        self.statement.latex()
    }

    /// The hypotheses in LaTeX, commas between them; empty where there are none.
    pub fn latex_hypotheses(&self) -> String {
        self.given.iter().map(Expr::latex).collect::<Vec<_>>().join(r",\; ")
    }

    /// Every binder in LaTeX, the inferred ones too: `x, w \in {\mathbb{C}}^{\mathbb{Z}/n},\; n \in \mathbb{N}`.
    pub fn latex_binders(&self) -> String {
        let typeset = |names: &str| names.split(", ").map(name_latex).collect::<Vec<_>>().join(", ");
        let groups = grouped(self.binders.iter(), Binder::ranges_latex)
            .map(|(names, ranges)| format!("{}{ranges}", typeset(&names)));
        let abstracted = self.binders.iter().filter(|b| !b.kind.discrete()).find_map(|b| {
            let words = match b.class {
                Class::Any => "every commutative ring",
                Class::Semiring => "every commutative semiring",
                Class::Field => "every field",
                Class::Ordered => "every ordered commutative ring",
                _ => return None,
            };
            Some(format!(r"{} \text{{ {words}}}", b.class.latex()))
        });
        groups.chain(abstracted).collect::<Vec<_>>().join(r",\; ")
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::{TABLE, parse};
    use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};

    #[track_caller]
    fn renders(latex: &str) {
        let storage = Storage::new();
        let events: Vec<_> = Parser::new(latex, &storage).collect();
        for event in &events {
            assert!(event.is_ok(), "{latex}: {}", event.as_ref().unwrap_err());
        }
        let mut html = String::new();
        push_mathml(&mut html, events.into_iter(), RenderConfig::default()).unwrap();
        assert!(html.contains("<m") && !html.contains("merror"), "{latex}: {html}");
    }

    #[test]
    fn every_example_is_typeset_without_error() {
        for row in TABLE {
            let claim = parse(row.example).unwrap();
            renders(&claim.latex());
            renders(&claim.latex_binders());
            if !claim.given.is_empty() {
                renders(&claim.latex_hypotheses());
            }
        }
    }

    /// A letter of a template's own would be unbound, or be taken for the claim's name of that letter.
    #[test]
    fn templates_have_no_index_of_their_own() {
        // what is left when commands and the words that they set upright are taken away
        let own = |latex: &str| {
            latex.split('\\').enumerate().any(|(place, piece)| {
                let rest = piece.trim_start_matches(|c: char| place > 0 && c.is_ascii_alphabetic());
                let word = rest.strip_prefix('{').filter(|_| rest.len() + 2 < piece.len());
                let rest = word.and_then(|word| word.split_once('}')).map_or(rest, |(_, rest)| rest);
                rest.contains(|c: char| c.is_ascii_lowercase())
            })
        };
        assert!(own(r"n\,@0") && own(r"@0^{n}\,@1") && own(r"\textstyle\sum(-1)^n@0"), "they are seen");
        for row in TABLE.iter().filter(|row| row.name != "i") {
            assert!(!own(row.latex), "{}: {}", row.name, row.latex);
        }
    }

    #[track_caller]
    fn typeset(text: &str, expected: &str) {
        let latex = parse(text).unwrap().latex();
        renders(&latex);
        assert_eq!(latex, expected);
    }

    #[test]
    fn the_shapes_are_the_usual_ones() {
        typeset(
            "for x : Z^2 -> any. shift(1, 2, x)[0, a] = x[-1, a-2]",
            r"(\tau_{1, 2}x)[0, a] = x[-1, a - 2]",
        );
        typeset(
            "for A, B : [n, n], x : [n]. kron(A, B) @ x = 2 * A @ B @ x",
            r"(A \otimes B) \, x = 2 \cdot A \, B \, x",
        );
        typeset("x .* y * w = x * y * w", r"(x \odot y) * w = x * y * w");
        typeset(
            "for x : Z -> R. norm1(x)^2 = norm2sq(x)^2 + norminf(x)",
            r"\lVert x\rVert_1^{2} = {\lVert x\rVert_2^2}^{2} + \lVert x\rVert_\infty",
        );
        typeset("x * delta(a) = x * delta(0)", r"x * \delta_{a} = x * \delta_{0}");
        typeset(
            "for x1, x_2, psi, ab' : Z -> R. x1 * x_2 = psi * ab'",
            r"x_{1} * x_{2} = \psi * \mathit{ab}'",
        );
        typeset("(x + y)^*2 * 2^(a+1) = zero", r"{(x + y)}^{*2} \cdot {2}^{a + 1} = 0");
        typeset(
            "convfull(x + y, w) = [[1, 2], [3, 4]]",
            r"(x + y) *_{\mathrm{full}} w = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}",
        );
        typeset(
            "index(x) * w = altsum(x) * w",
            r"\operatorname{index}(x) * w = \operatorname{altsum}(x) \cdot w",
        );
        typeset(
            "for n : Nat, x : Z/n -> C. modulate(zeta(n), x) = x",
            r"\operatorname{modulate}(\zeta_{n}, x) = x",
        );
        typeset("sum(x + y) * x = [1, 0]@-1", r"(\textstyle\sum (x + y)) \cdot x = {[1, 0]}_{@-1}");
        typeset(
            "receptive(k, 1) = floor((k - 1)/(2*k))",
            r"\operatorname{receptive}(k, 1) = \lfloor (k - 1)/(2 \cdot k)\rfloor ",
        );
    }

    #[test]
    fn binders_say_what_the_names_range_over() {
        let claim = parse("for x, w : Z/n -> C, u : [h, n+1], c : F(7). given n >= 2. x = x")
            .map(|c| c.latex_binders());
        assert!(claim.unwrap_err().to_string().contains("cannot be mixed"));
        let claim = parse("for x, w : Z/n -> C, u : [h, n+1]. given n >= 2, even(x). x = x").unwrap();
        renders(&claim.latex_binders());
        let expected = r"x, w \in {\mathbb{C}}^{\mathbb{Z}/n},\; u \in {\mathbb{C}}^{h \times (n + 1)},\; n, h \in \mathbb{N}";
        assert_eq!(claim.latex_binders(), expected);
        assert_eq!(claim.latex_hypotheses(), r"n \ge 2,\; x\text{ even}");
    }
}
