//! The one table of operators: name, kinds, symbol, LaTeX, the defining line, what it is in each argument.
//!
//! The parser, the printers, the kind checker, the choice of proof method, the language reference and the
//! tests all read [`TABLE`]; what an operator *does* is one match arm in `theorem::meaning`.
//!
//! A row's `kinds` is a list of alternatives `args -> result`, with these words:
//! `int`, `k` (a scalar), `z z2` (finite support on Z, Z²), `l` (left-bounded on Z), `c c2` (on Z/n, Z/n × Z/m),
//! `s3 d4` (on these groups), `in-s3 in-d4` (their elements), `a a2 a3` (arrays), `truth`; and the letters `s` (any of
//! z z2 c c2), `f` (s or s3 d4), `u` (f or l), `r` (any of a a2 a3), `v` (f or r), `w` (u or r), each standing for one
//! and the same kind throughout its alternative. `int…` stands any number of times, also never.
//! An integer is accepted where a scalar is asked for.
//!
//! In a LaTeX template `#0` is the first argument as it stands and `@0` the same in parentheses unless it is atomic.
//! A template has no index of its own, such as the n of `n x[n]`: a claim may have a name n that means something else.

use super::Signature;
use std::sync::LazyLock;

use Nature::{Conjugate, Linear, Monotone, Other, Parameter};

/// An operator of the claim language. Its row in [`TABLE`] says everything about it but what it does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs)] // each has its defining line in its row
#[rustfmt::skip]
pub enum Op {
    // relations and predicates
    Eq, Le, Ge, Lt, Gt, Ne, Even, Odd, Real, Symmetric, Supported,
    // arithmetic
    Add, Sub, Neg, Conv, Pointwise, Div, Pow, ConvPow, Mod, Floor, Ceil, Gcd, Binomial, At, ImaginaryUnit, Zeta,
    // signals
    Corr, Shift, Rev, Conj, Delta, Zero, Ones, Sum, AltSum, Dot, Norm1, Norm2Sq, NormInf, Norm0, Extent,
    Diff, CumSum, Index, Modulate, Box, Up, Down, Abs, Relu, Min, Max, Power, Periodize,
    // cyclic
    Dft, Idft, Ntt, Wht, Tile,
    // finite groups
    Turn, MirrorImage, LShift, RShift,
    // arrays
    ConvFull, ConvValid, ConvSame, CorrValid, Join, Pad, Crop, ListRev, Len, Strided, Dilated, ConvT,
    ZeroStuff, Im2Col, ReflectPad, SymmetricPad, WrapPad, ReplicatePad,
    // two dimensions
    Rot90, FlipLr, FlipUd, Rows, Cols, RowSum, ColSum,
    // matrices
    MatMul, Transpose, Adjoint, Identity, Diag, Outer, Kron, Ravel, Toeplitz, Circ, DbToeplitz, Bccb,
    // layers
    MConv, GConv, LocalConv, TiledConv, Repeat,
    // pooling
    MaxPool, MinPool, AvgPool, GlobalMax, Dilate, Erode, Median,
    // sizes
    OutSize, Receptive,
}

/// The part of the language an operator belongs to; the language reference is grouped by it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[allow(missing_docs)]
pub enum Family {
    Relations,
    Arithmetic,
    Signals,
    Cyclic,
    Groups,
    Arrays,
    TwoDimensions,
    Matrices,
    Layers,
    Pooling,
    Sizes,
}

/// What an operator is in one of its arguments, the others held fixed. Tests hold every entry to `meaning`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Nature {
    /// Additive, and homogeneous for scalars.
    Linear,
    /// Additive, and homogeneous up to conjugation of the scalar.
    Conjugate,
    /// Entrywise larger arguments give entrywise larger values (and no more is said).
    Monotone,
    /// An integer that selects the operation.
    Parameter,
    /// None of these.
    Other,
}

/// What an operator asks of the ring beyond sums and products.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Asks {
    /// Sums and products only: a commutative semiring will do.
    Semiring,
    /// Differences.
    Ring,
    /// Inverses of some scalars.
    Inverse,
    /// Deciding whether a scalar is zero.
    Decision,
    /// Roots of unity, and the inverse of their order.
    Roots,
    /// An order (and |x|).
    Order,
}

/// How an operator is written other than as `name(arguments)`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Notation {
    /// `name(a, b)`, or `name` where there are no arguments.
    Call,
    /// Between its two arguments, at this precedence, grouping to the left.
    Infix(&'static str, u8),
    /// Before its argument, at this precedence.
    Prefix(&'static str, u8),
    /// `x[n]`.
    Index,
}

/// Everything the language knows about an operator.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The operator.
    pub op: Op,
    /// The part of the language it belongs to.
    pub family: Family,
    /// Its fixed name.
    pub name: &'static str,
    /// Other spellings: `conv(x, w)` for `x * w`, `∗`, `≤`, …
    pub also: &'static [&'static str],
    /// How it is written.
    pub notation: Notation,
    /// The alternatives of its kinds; see the module's words.
    pub kinds: &'static str,
    /// Its LaTeX template; for infix operators the symbol between the arguments.
    pub latex: &'static str,
    /// The defining line.
    pub means: &'static str,
    /// What it is in each argument.
    pub natures: &'static [Nature],
    /// What it asks of the ring.
    pub asks: Asks,
    /// An expression without names, or for a relation or a predicate a statement: what it is is computed where it is
    /// shown.
    pub shows: &'static str,
    /// A claim that it occurs in, for the language reference; it parses.
    pub example: &'static str,
}

/// Precedences, from loose to tight.
pub(super) mod precedence {
    pub const RELATION: u8 = 1;
    pub const JOIN: u8 = 2;
    pub const SUM: u8 = 3;
    pub const PRODUCT: u8 = 4;
    pub const NEGATION: u8 = 5;
    pub const POWER: u8 = 6;
    pub const ATOM: u8 = 7;
}

impl Op {
    /// Its row in the [`TABLE`].
    pub fn row(self) -> &'static Row {
        let row = &TABLE[self as usize];
        debug_assert_eq!(row.op, self, "the table stands in the order of the enum");
        row
    }

    /// The alternatives of its kinds.
    pub fn signatures(self) -> &'static [Signature] {
        static ALL: LazyLock<Vec<Vec<Signature>>> =
            LazyLock::new(|| TABLE.iter().map(|row| Signature::all(row.kinds)).collect());
        &ALL[self as usize]
    }

    /// The operator of that name or other spelling.
    pub fn find(name: &str) -> Option<Op> {
        TABLE.iter().find(|row| row.name == name || row.also.contains(&name)).map(|row| row.op)
    }
}

const fn row(op: Op, family: Family, name: &'static str, kinds: &'static str) -> Row {
    Row {
        op,
        family,
        name,
        also: &[],
        notation: Notation::Call,
        kinds,
        latex: "",
        means: "",
        natures: &[],
        asks: Asks::Semiring,
        shows: "",
        example: "",
    }
}

impl Row {
    const fn infix(mut self, symbol: &'static str, precedence: u8) -> Self {
        self.notation = Notation::Infix(symbol, precedence);
        self
    }
    const fn also(mut self, also: &'static [&'static str]) -> Self {
        self.also = also;
        self
    }
    const fn tex(mut self, latex: &'static str) -> Self {
        self.latex = latex;
        self
    }
    const fn means(mut self, means: &'static str) -> Self {
        self.means = means;
        self
    }
    const fn is(mut self, natures: &'static [Nature]) -> Self {
        self.natures = natures;
        self
    }
    const fn asks(mut self, asks: Asks) -> Self {
        self.asks = asks;
        self
    }
    const fn shows(mut self, shows: &'static str) -> Self {
        self.shows = shows;
        self
    }
    const fn eg(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }
}

use precedence::*;

/// Every operator, in the order of [`Op`].
#[rustfmt::skip]
pub static TABLE: &[Row] = {
    use Family::*;
    const RELATION_KINDS: &str = "int int -> truth | k k -> truth | w w -> truth | in-s3 in-s3 -> truth | in-d4 in-d4 -> truth";
    const POOL_KINDS: &str = "int int a -> a | int int a2 -> a2 | int int c -> c | int int c2 -> c2 | int int a3 -> a3";
    const ORDER_KINDS: &str = "int int -> truth | k k -> truth | v v -> truth | v k -> truth";
    &[
    row(Op::Eq, Relations, "=", RELATION_KINDS).infix("=", RELATION).tex("=").is(&[Other, Other])
        .means("both sides defined, of one shape, and equal").shows("[1, 2] * [1, 1] = [1, 3, 2]").eg("x * w = w * x"),
    row(Op::Le, Relations, "<=", ORDER_KINDS).infix("<=", RELATION).also(&["≤"]).tex(r"\le").is(&[Other, Other]).asks(Asks::Order)
        .means("entry by entry at most; on Z everywhere, so also outside the support").shows("[1, 2] <= [1, 3]").eg("norm1(x * w) <= norm1(x) * norm1(w)"),
    row(Op::Ge, Relations, ">=", ORDER_KINDS).infix(">=", RELATION).also(&["≥"]).tex(r"\ge").is(&[Other, Other]).asks(Asks::Order)
        .means("entry by entry at least").shows("[1, 2] >= [1, 3]").eg("for x : Z -> R. dot(x, x) >= 0"),
    row(Op::Lt, Relations, "<", "int int -> truth | k k -> truth").infix("<", RELATION).tex("<").is(&[Other, Other]).asks(Asks::Order)
        .means("less than").shows("2 < 3").eg("for n : Nat. given n < 4. n * n <= 9"),
    row(Op::Gt, Relations, ">", "int int -> truth | k k -> truth").infix(">", RELATION).tex(">").is(&[Other, Other]).asks(Asks::Order)
        .means("greater than").shows("2 > 3").eg("for n : Nat. given n > 0. n >= 1"),
    row(Op::Ne, Relations, "!=", "int int -> truth | k k -> truth | w w -> truth | w k -> truth | in-s3 in-s3 -> truth | in-d4 in-d4 -> truth").infix("!=", RELATION).also(&["≠"]).tex(r"\ne").is(&[Other, Other]).asks(Asks::Decision)
        .means("not equal; x != 0: x is not identically zero").shows("[1, 2] != [2, 1]").eg("for x : Z -> Q. given x != 0. norm0(x) >= 1"),
    row(Op::Even, Relations, "even", "f -> truth").tex(r"@0\text{ even}").is(&[Other])
        .means("rev(x) = x").shows("even([1, 2, 1]@-1)").eg("given even(x). rev(x) = x"),
    row(Op::Odd, Relations, "odd", "f -> truth").tex(r"@0\text{ odd}").is(&[Other]).asks(Asks::Ring)
        .means("rev(x) = -x").shows("odd([-1, 0, 1]@-1)").eg("given odd(x). rev(x) = -x"),
    row(Op::Real, Relations, "real", "k -> truth | w -> truth").tex(r"@0\text{ real}").is(&[Other])
        .means("conj(x) = x").shows("real([1, i])").eg("given real(x). conj(x) = x"),
    row(Op::Symmetric, Relations, "symmetric", "f -> truth | r -> truth").tex(r"@0\text{ symmetric}").is(&[Other])
        .means("the same read backwards: rev(w) = w for a signal, listrev(w) = w for an array").shows("symmetric([1, 2, 1])").eg("for x : [n], w : [k]. given symmetric(w). corrvalid(x, w) = convvalid(x, w)"),
    row(Op::Supported, Relations, "supported", "int s -> truth").tex(r"@1\text{ supported on }@0\mathbb Z").is(&[Parameter, Other])
        .means("supported(m, x): x[n] = 0 unless m divides n, along every axis; m >= 1, on Z/n m divides n").shows("supported(2, [1, 0, 3])").eg("given m >= 1. given supported(m, x). up(m, down(m, x)) = x"),

    row(Op::Add, Arithmetic, "+", "int int -> int | k k -> k | w w -> w").infix("+", SUM).tex("+").is(&[Monotone, Monotone])
        .means("(x + y)[n] = x[n] + y[n]; arrays of one shape").shows("[1, 2] + [0, 1, 1]").eg("(x + y) * w = x * w + y * w"),
    row(Op::Sub, Arithmetic, "-", "int int -> int | k k -> k | w w -> w").infix("-", SUM).also(&["−"]).tex("-").is(&[Monotone, Other]).asks(Asks::Ring)
        .means("(x - y)[n] = x[n] - y[n]").shows("[1, 2] - [0, 1, 1]").eg("(x - y) * w = x * w - y * w"),
    Row { notation: Notation::Prefix("-", NEGATION), ..row(Op::Neg, Arithmetic, "neg", "int -> int | k -> k | w -> w") }.tex("-@0").is(&[Linear]).asks(Asks::Ring)
        .means("(-x)[n] = -x[n]").shows("-[1, -2]").eg("-(x * w) = (-x) * w"),
    row(Op::Conv, Arithmetic, "*", "u u -> u | k w -> w | w k -> w | k k -> k | int int -> int | in-s3 in-s3 -> in-s3 | in-d4 in-d4 -> in-d4").infix("*", PRODUCT).also(&["conv", "∗"]).tex("*").is(&[Linear, Linear])
        .means("(x * w)[n] = Σ_k x[k] w[n-k], the sum over the whole domain; on a group (x * w)[g] = Σ_h x[h] w[h^(-1) g]; a scalar times a signal, or a scalar, is their product, and so it is of two elements of a group").shows("[1, 2, 3] * [1, -1]").eg("x * (w * v) = (x * w) * v"),
    row(Op::Pointwise, Arithmetic, ".*", "v v -> v").infix(".*", PRODUCT).also(&["⊙"]).tex(r"\odot").is(&[Linear, Linear])
        .means("(x .* w)[n] = x[n] w[n]").shows("[1, 2, 3] .* [1, -1, 2]").eg("x .* w = w .* x"),
    row(Op::Div, Arithmetic, "/", "k k -> k").infix("/", PRODUCT).tex("/").is(&[Linear, Other]).asks(Asks::Inverse)
        .means("a / b = a b^(-1), where b is invertible").shows("1/2 + 1/3").eg("1/2 * (x + x) = x"),
    row(Op::Pow, Arithmetic, "^", "int int -> int | k int -> k | in-s3 int -> in-s3 | in-d4 int -> in-d4").infix("^", POWER).tex("").is(&[Other, Parameter])
        .means("the n-th power, n >= 0; c^0 = 1, also 0^0; of an element of a group also for n < 0, u^(-1) being its inverse").shows("2^10").eg("for c : any, m, n : Nat. c^m * c^n = c^(m+n)"),
    row(Op::ConvPow, Arithmetic, "^*", "u int -> u").infix("^*", POWER).tex("").is(&[Other, Parameter])
        .means("the n-fold convolution power, n >= 0; f^*0 = delta").shows("[1, 1]^*4").eg("for f : Z -> any, m, n : Nat. f^*m * f^*n = f^*(m+n)"),
    row(Op::Mod, Arithmetic, "mod", "int int -> int").infix("mod", PRODUCT).tex(r"\bmod ").is(&[Parameter, Parameter])
        .means("the remainder in 0 … m-1, m >= 1").shows("-7 mod 3").eg("for n : Nat, s : Nat. given s >= 1. n = s * floor(n/s) + n mod s"),
    row(Op::Floor, Arithmetic, "floor", "int int -> int").tex(r"\lfloor #0/#1\rfloor ").is(&[Parameter, Parameter])
        .means("floor(a/b): the largest integer at most a/b, b >= 1").shows("floor(-7/2)").eg("for n, a, b : Nat. given a >= 1, b >= 1. floor(floor(n/a)/b) = floor(n/(a*b))"),
    row(Op::Ceil, Arithmetic, "ceil", "int int -> int").tex(r"\lceil #0/#1\rceil ").is(&[Parameter, Parameter])
        .means("ceil(a/b): the smallest integer at least a/b, b >= 1").shows("ceil(7/2)").eg("for n, s : Nat. given s >= 1. ceil(n/s) = floor((n+s-1)/s)"),
    row(Op::Gcd, Arithmetic, "gcd", "int int -> int").tex(r"\gcd(#0,#1)").is(&[Parameter, Parameter])
        .means("the greatest common divisor, at least 0").shows("gcd(12, 18)").eg("for a, b : Int. gcd(a, b) = gcd(b, a)"),
    row(Op::Binomial, Arithmetic, "binomial", "int int -> int").tex(r"\binom{#0}{#1}").is(&[Parameter, Parameter])
        .means("binomial(n,k) = n!/(k! (n-k)!) for 0 <= k <= n, and 0 for every other n and k").shows("binomial(5, 2)").eg("for n, k : Nat. given n >= 1. binomial(n, k) = binomial(n-1, k-1) + binomial(n-1, k)"),
    Row { notation: Notation::Index, ..row(Op::At, Arithmetic, "at", "z int -> k | l int -> k | c int -> k | a int -> k | z2 int int -> k | c2 int int -> k | a2 int int -> k | a3 int int int -> k | s3 in-s3 -> k | d4 in-d4 -> k") }.tex("@0[#1]").is(&[Linear, Parameter])
        .means("x[n], the entry at n: zero outside the support, modulo n on a cycle, undefined outside an array; on a group the entry at an element").shows("[1, 2, 3][1]").eg("corr(x, x)[0] = norm2sq(x)"),
    row(Op::ImaginaryUnit, Arithmetic, "i", "-> k").tex("i").is(&[]).asks(Asks::Roots)
        .means("a principal fourth root of unity").shows("i^2").eg("i * i = -1"),
    row(Op::Zeta, Arithmetic, "zeta", "int -> k").tex(r"\zeta_{#0}").is(&[Parameter]).asks(Asks::Roots)
        .means("zeta(n) = e^(2πi/n), a principal n-th root of unity, n >= 1").shows("zeta(6)^3").eg("for n : Nat. given n >= 1. zeta(n)^n = 1"),

    row(Op::Corr, Signals, "corr", "f f -> f").tex(r"\operatorname{corr}(#0, #1)").is(&[Linear, Conjugate])
        .means("corr(x,w)[k] = Σ_i x[i+k] conj(w[i]), and on a group corr(x,w)[g] = Σ_h x[g h] conj(w[h])").shows("corr([1, 2, 3], [1, 1])").eg("corr(x, w) = x * rev(conj(w))"),
    row(Op::Shift, Signals, "shift", "int z -> z | int l -> l | int c -> c | int int z2 -> z2 | int int c2 -> c2").tex(r"\tau_{#0}@1").is(&[Parameter, Linear])
        .means("shift(a,x)[n] = x[n-a]").shows("shift(2, [1, 2])").eg("shift(a, x) * w = shift(a, x * w)"),
    row(Op::Rev, Signals, "rev", "f -> f").tex(r"\operatorname{rev}(#0)").is(&[Linear])
        .means("rev(x)[n] = x[-n], and on a group rev(x)[g] = x[g^(-1)]").shows("rev([1, 2, 3])").eg("rev(x * w) = rev(x) * rev(w)"),
    row(Op::Conj, Signals, "conj", "k -> k | w -> w").tex(r"\overline{#0}").is(&[Conjugate])
        .means("conj(x)[n] is the conjugate of x[n]").shows("conj([1, i])").eg("conj(x * w) = conj(x) * conj(w)"),
    row(Op::Delta, Signals, "delta", "-> f | -> l | int -> z | int -> l | int -> c | int int -> z2 | int int -> c2 | in-s3 -> s3 | in-d4 -> d4").also(&["δ"]).tex(r"\delta").is(&[])
        .means("1 at 0, on a group at the neutral element, and 0 elsewhere; delta(a) is 1 at a").shows("delta(2)").eg("x * delta(a) = shift(a, x)"),
    row(Op::Zero, Signals, "zero", "-> w").tex("0").is(&[])
        .means("0 everywhere").shows("[1, 2] * zero").eg("x * zero = zero"),
    row(Op::Ones, Signals, "ones", "-> c | -> c2 | -> r | -> s3 | -> d4").tex(r"\mathbf 1").is(&[])
        .means("1 everywhere, on a cycle, a group or an array").shows("[1, 2, 3] + ones").eg("for x : Z/n -> any. x * ones = sum(x) * ones"),
    row(Op::Sum, Signals, "sum", "v -> k").tex(r"\textstyle\sum @0").is(&[Linear])
        .means("sum(x) = Σ_n x[n]").shows("sum([1, 2, 3])").eg("sum(x * w) = sum(x) * sum(w)"),
    row(Op::AltSum, Signals, "altsum", "z -> k | c -> k | a -> k").tex(r"\operatorname{altsum}(#0)").is(&[Linear]).asks(Asks::Ring)
        .means("altsum(x) = Σ_n (-1)^n x[n]; on Z/n for even n").shows("altsum([1, 2, 3])").eg("altsum(x * w) = altsum(x) * altsum(w)"),
    row(Op::Dot, Signals, "dot", "v v -> k").tex(r"\langle #0,#1\rangle ").is(&[Linear, Conjugate])
        .means("dot(x,y) = Σ_n x[n] conj(y[n])").shows("dot([1, 2], [3, i])").eg("dot(x * w, y) = dot(x, corr(y, w))"),
    row(Op::Norm1, Signals, "norm1", "v -> k").tex(r"\lVert #0\rVert_1").is(&[Other]).asks(Asks::Order)
        .means("norm1(x) = Σ_n |x[n]|").shows("norm1([1, -2, 3])").eg("norm1(x * w) <= norm1(x) * norm1(w)"),
    row(Op::Norm2Sq, Signals, "norm2sq", "v -> k").tex(r"\lVert #0\rVert_2^2").is(&[Other])
        .means("norm2sq(x) = Σ_n x[n] conj(x[n])").shows("norm2sq([1, 2, i])").eg("norm2sq(shift(a, x)) = norm2sq(x)"),
    row(Op::NormInf, Signals, "norminf", "v -> k").tex(r"\lVert #0\rVert_\infty").is(&[Other]).asks(Asks::Order)
        .means("norminf(x) = max_n |x[n]|").shows("norminf([1, -5, 3])").eg("norminf(x * w) <= norm1(x) * norminf(w)"),
    row(Op::Norm0, Signals, "norm0", "v -> int").tex(r"\lVert #0\rVert_0").is(&[Other]).asks(Asks::Decision)
        .means("norm0(x): the number of n with x[n] != 0").shows("norm0([1, 0, 3])").eg("for x : Z -> Q. norm0(shift(a, x)) = norm0(x)"),
    row(Op::Extent, Signals, "extent", "z -> int").tex(r"\operatorname{extent}(#0)").is(&[Other]).asks(Asks::Decision)
        .means("extent(x): last minus first index of a non-zero entry, plus 1; undefined for x = 0").shows("extent([0, 1, 0, 3])").eg("for x, w : Z -> Q. extent(x * w) = extent(x) + extent(w) - 1"),
    row(Op::Diff, Signals, "diff", "z -> z | l -> l | c -> c").tex(r"\Delta @0").is(&[Linear]).asks(Asks::Ring)
        .means("diff(x)[n] = x[n] - x[n-1]").shows("diff([1, 3, 6])").eg("diff(x * w) = diff(x) * w"),
    row(Op::CumSum, Signals, "cumsum", "z -> l | l -> l | a -> a").tex(r"\operatorname{cumsum}(#0)").is(&[Linear])
        .means("cumsum(x)[n] = Σ_{k<=n} x[k], a left-bounded signal").shows("cumsum([1, 2, 3])[9]").eg("for x : Z+ -> any. diff(cumsum(x)) = x"),
    row(Op::Index, Signals, "index", "z -> z").tex(r"\operatorname{index}(#0)").is(&[Linear])
        .means("index(x)[n] = n x[n], on Z").shows("index([1, 1, 1]@-1)").eg("index(x * w) = index(x) * w + x * index(w)"),
    row(Op::Modulate, Signals, "modulate", "k z -> z | k c -> c").tex(r"\operatorname{modulate}(#0, #1)").is(&[Other, Linear]).asks(Asks::Inverse)
        .means("modulate(c,x)[n] = c^n x[n]; c invertible on Z, c^n = 1 on Z/n").shows("modulate(2, [1, 1, 1])").eg("for c : field, x, w : Z -> field. modulate(c, x * w) = modulate(c, x) * modulate(c, w)"),
    row(Op::Box, Signals, "box", "int -> z | int -> a").tex(r"\mathbf 1_{#0}").is(&[Parameter])
        .means("box(n): n ones, at 0 … n-1, n >= 1").shows("box(3)").eg("for n : Nat. given n >= 1. sum(box(n)) = n"),
    row(Op::Up, Signals, "up", "int s -> s").tex(r"{\uparrow}_{#0}@1").is(&[Parameter, Linear])
        .means("up(m,x)[m n] = x[n], and 0 between, along every axis; from Z/n to Z/(mn), m >= 1").shows("up(2, [1, 2, 3])").eg("for x : Z -> any, m : Nat. given m >= 1. down(m, up(m, x)) = x"),
    row(Op::Down, Signals, "down", "int s -> s").tex(r"{\downarrow}_{#0}@1").is(&[Parameter, Linear])
        .means("down(m,x)[n] = x[m n], along every axis, m >= 1; on Z/n for m dividing n, to Z/(n/m)").shows("down(2, [1, 2, 3, 4])").eg("for x : Z -> any, m : Nat. given m >= 1. down(m, up(m, x)) = x"),
    row(Op::Abs, Signals, "abs", "int -> int | k -> k | v -> v").tex(r"\lvert #0\rvert ").is(&[Other]).asks(Asks::Order)
        .means("abs(x)[n] = |x[n]|").shows("abs([1, -2])").eg("abs(x + y) <= abs(x) + abs(y)"),
    row(Op::Relu, Signals, "relu", "k -> k | v -> v").tex(r"\operatorname{relu}(#0)").is(&[Monotone]).asks(Asks::Order)
        .means("relu(x)[n] = max(x[n], 0)").shows("relu([-1, 2])").eg("relu(relu(x)) = relu(x)"),
    row(Op::Min, Signals, "min", "int int -> int | k k -> k | v v -> v").tex(r"\min(#0,#1)").is(&[Monotone, Monotone]).asks(Asks::Order)
        .means("min(x,y)[n] = min(x[n], y[n])").shows("min([1, 4], [2, 3])").eg("min(x, y) <= x"),
    row(Op::Max, Signals, "max", "int int -> int | k k -> k | v v -> v").tex(r"\max(#0,#1)").is(&[Monotone, Monotone]).asks(Asks::Order)
        .means("max(x,y)[n] = max(x[n], y[n])").shows("max([1, 4], [2, 3])").eg("max(x, y) >= x"),
    row(Op::Power, Signals, "power", "v int -> v").tex(r"@0^{\odot #1}").is(&[Other, Parameter])
        .means("power(x,n)[k] = x[k]^n; n >= 1 on Z, n >= 0 on a cycle, a group or an array").shows("power([1, 2, 3], 2)").eg("power(x, 2) = x .* x"),
    row(Op::Periodize, Signals, "periodize", "int z -> c").tex(r"\operatorname{per}_{#0}(#1)").is(&[Parameter, Linear])
        .means("periodize(n,x)[k] = Σ_j x[k + j n], on Z/n, n >= 1").shows("periodize(3, [1, 2, 3, 4])").eg("for x, w : Z -> any, n : Nat. given n >= 1. periodize(n, x * w) = periodize(n, x) * periodize(n, w)"),

    row(Op::Dft, Cyclic, "dft", "c -> c | c2 -> c2").tex(r"\operatorname{dft}(#0)").is(&[Linear]).asks(Asks::Roots)
        .means("dft(x)[j] = Σ_k x[k] zeta(n)^(-jk), axis by axis").shows("dft([1, 2, 3, 4])").eg("for x, w : Z/n -> C. dft(x * w) = dft(x) .* dft(w)"),
    row(Op::Idft, Cyclic, "idft", "c -> c | c2 -> c2").tex(r"\operatorname{idft}(#0)").is(&[Linear]).asks(Asks::Roots)
        .means("idft(x)[k] = (1/n) Σ_j x[j] zeta(n)^(jk), axis by axis").shows("idft([4, 0, 0, 0])").eg("for x : Z/n -> C. idft(dft(x)) = x"),
    row(Op::Ntt, Cyclic, "ntt", "c -> c").tex(r"\operatorname{ntt}(#0)").is(&[Linear]).asks(Asks::Roots)
        .means("ntt(x)[j] = Σ_k x[k] w^(jk), w the ring's principal n-th root of unity").shows("ntt([1, 2, 3, 4])").eg("for x, w : Z/n -> F(97). ntt(x * w) = ntt(x) .* ntt(w)"),
    row(Op::Wht, Cyclic, "wht", "c -> c").tex(r"\operatorname{wht}(#0)").is(&[Linear]).asks(Asks::Ring)
        .means("wht(x)[j] = Σ_k (-1)^(number of ones of j AND k) x[k], n a power of two").shows("wht([1, 2, 3, 4])").eg("for x : Z/n -> any. sum(wht(x)) = n * x[0]"),
    row(Op::Tile, Cyclic, "tile", "int c -> c").tex(r"\operatorname{tile}_{#0}(#1)").is(&[Parameter, Linear])
        .means("tile(m,x)[k] = x[k mod n], from Z/n to Z/(mn), m >= 1").shows("tile(2, [1, 2])").eg("for x : Z/n -> any, m : Nat. given m >= 1. sum(tile(m, x)) = m * sum(x)"),

    row(Op::Turn, Groups, "turn", "-> in-s3 | -> in-d4").tex(r"\mathrm{turn}").is(&[])
        .means("the turn by one corner: of a triangle, in S3, or of a square, in D4; the elements are turn^k, then turn^k * mirror, k = 0, 1, …, and a product does its right factor first").shows("lshift(turn^4, [1, 2, 3, 4, 5, 6])").eg("for x : S3 -> any. x * delta(turn^3) = x"),
    row(Op::MirrorImage, Groups, "mirror", "-> in-s3 | -> in-d4").tex(r"\mathrm{mirror}").is(&[])
        .means("the reflection through the first corner, so that mirror * turn = turn^(-1) * mirror").shows("lshift(mirror, [1, 2, 3, 4, 5, 6])").eg("for x : D4 -> any. lshift(mirror, lshift(mirror, x)) = x"),
    row(Op::LShift, Groups, "lshift", "in-s3 s3 -> s3 | in-d4 d4 -> d4").tex(r"\lambda_{#0}@1").is(&[Parameter, Linear])
        .means("lshift(u,x)[g] = x[u^(-1) g]").shows("lshift(turn, [1, 2, 3, 4, 5, 6])").eg("for x, w : S3 -> any, u : S3. lshift(u, x) * w = lshift(u, x * w)"),
    row(Op::RShift, Groups, "rshift", "in-s3 s3 -> s3 | in-d4 d4 -> d4").tex(r"\rho_{#0}@1").is(&[Parameter, Linear])
        .means("rshift(u,x)[g] = x[g u]").shows("rshift(turn, [1, 2, 3, 4, 5, 6])").eg("for x, w : S3 -> any, u : S3. x * rshift(u, w) = rshift(u, x * w)"),

    row(Op::ConvFull, Arrays, "convfull", "a a -> a | a2 a2 -> a2").tex(r"@0 *_{\mathrm{full}} @1").is(&[Linear, Linear])
        .means("all n+k-1 entries of the convolution of two arrays that start at 0").shows("convfull([1, 2, 3], [1, -1])").eg("convfull(x, w) = convfull(w, x)"),
    row(Op::ConvValid, Arrays, "convvalid", "a a -> a | a2 a2 -> a2").tex(r"@0 *_{\mathrm{valid}} @1").is(&[Linear, Linear])
        .means("convvalid(x,w)[i] = Σ_j x[i+k-1-j] w[j], the n-k+1 entries that need no border, n >= k").shows("convvalid([1, 2, 4], [1, -1])").eg("convvalid(x, w) = corrvalid(x, listrev(w))"),
    row(Op::ConvSame, Arrays, "convsame", "a a -> a | a2 a2 -> a2").tex(r"@0 *_{\mathrm{same}} @1").is(&[Linear, Linear])
        .means("n entries of convfull(x,w), from entry floor((k-1)/2) on (SciPy's centre)").shows("convsame([1, 2, 3], [1, 1, 1])").eg("for x : [n], w : [k]. len(convsame(x, w)) = n"),
    row(Op::CorrValid, Arrays, "corrvalid", "a a -> a | a2 a2 -> a2").tex(r"@0 \star_{\mathrm{valid}} @1").is(&[Linear, Linear])
        .means("corrvalid(x,w)[i] = Σ_j x[i+j] w[j], no flip and no conjugate: what CNNs call convolution; n >= k").shows("corrvalid([1, 2, 4], [1, -1])").eg("for x : [n], w : [k]. given symmetric(w). corrvalid(x, w) = convvalid(x, w)"),
    row(Op::Join, Arrays, "++", "r r -> r").infix("++", JOIN).tex(r"\mathbin{+\!\!+}").is(&[Other, Other])
        .means("x ++ y: the entries of x, then those of y, along the first axis; the other sizes agree").shows("[1, 2] ++ [3]").eg("listrev(x ++ y) = listrev(y) ++ listrev(x)"),
    row(Op::Pad, Arrays, "pad", "int int a -> a").tex(r"\operatorname{pad}_{#0,#1}(#2)").is(&[Parameter, Parameter, Linear])
        .means("pad(a,b,x): a zeros before and b after, a, b >= 0").shows("pad(1, 2, [1, 2])").eg("for x : [n], a, b : Nat. crop(a, b, pad(a, b, x)) = x"),
    row(Op::Crop, Arrays, "crop", "int int a -> a").tex(r"\operatorname{crop}_{#0,#1}(#2)").is(&[Parameter, Parameter, Linear])
        .means("crop(a,b,x): without the first a entries and the last b, a+b < len(x)").shows("crop(1, 1, [1, 2, 3, 4])").eg("for x : [n], a, b : Nat. crop(a, b, pad(a, b, x)) = x"),
    row(Op::ListRev, Arrays, "listrev", "a -> a | a2 -> a2").tex(r"\operatorname{listrev}(#0)").is(&[Linear])
        .means("listrev(x)[i] = x[n-1-i], every axis").shows("listrev([1, 2, 3])").eg("listrev(listrev(x)) = x"),
    row(Op::Len, Arrays, "len", "a -> int").tex(r"\operatorname{len}(#0)").is(&[Other])
        .means("len(x): the number of entries").shows("len([1, 2, 3])").eg("len(x ++ y) = len(x) + len(y)"),
    row(Op::Strided, Arrays, "strided", "int a a -> a | int a2 a3 -> a2").tex(r"@1 \star_{\downarrow #0} @2").is(&[Parameter, Linear, Linear])
        .means("strided(s,x,w)[i] = Σ_j x[s i + j] w[j], floor((n-k)/s)+1 entries, s >= 1, n >= k; with channels strided(s,x,w)[o,i] = Σ_c Σ_j x[c,s i + j] w[o,c,j]").shows("strided(2, [1, 2, 3, 4], [1, 1])").eg("strided(1, x, w) = corrvalid(x, w)"),
    row(Op::Dilated, Arrays, "dilated", "int a a -> a | int a2 a3 -> a2").tex(r"@1 \star_{\uparrow #0} @2").is(&[Parameter, Linear, Linear])
        .means("dilated(d,x,w)[i] = Σ_j x[i + d j] w[j], n-d(k-1) entries, d >= 1; with channels dilated(d,x,w)[o,i] = Σ_c Σ_j x[c,i + d j] w[o,c,j]").shows("dilated(2, [1, 2, 3, 4], [1, 10])").eg("for d : Nat, x : [n], w : [k]. given d >= 1. dilated(d, x, w) = corrvalid(x, zerostuff(d, w))"),
    row(Op::ConvT, Arrays, "convT", "int a a -> a | int a2 a3 -> a2").tex(r"\operatorname{convT}_{#0}(#1, #2)").is(&[Parameter, Linear, Linear])
        .means("convT(s,x,w)[i] = Σ_j x[j] w[i - s j], s(n-1)+k entries, s >= 1; with channels, from o of them to c, convT(s,x,w)[c,i] = Σ_o Σ_j x[o,j] w[o,c,i - s j]").shows("convT(2, [1, 2], [1, 1, 1])").eg("for s : Nat, x : [n], w : [k]. given s >= 1. convT(s, x, w) = convfull(zerostuff(s, x), w)"),
    row(Op::ZeroStuff, Arrays, "zerostuff", "int a -> a | int a2 -> a2").tex(r"{\uparrow}_{#0}@1").is(&[Parameter, Linear])
        .means("zerostuff(d,w)[d j] = w[j], and 0 between, d(k-1)+1 entries, d >= 1; of each row by itself").shows("zerostuff(3, [1, 2])").eg("for x : [n]. zerostuff(1, x) = x"),
    row(Op::Im2Col, Arrays, "im2col", "int a -> a2 | int a2 -> a2").tex(r"\operatorname{im2col}_{#0}(#1)").is(&[Parameter, Linear])
        .means("im2col(k,x)[i,j] = x[i+j], a row per window of k entries, 1 <= k <= n; of channels im2col(k,x)[i, k c + j] = x[c,i+j], their windows one after the other").shows("im2col(2, [1, 2, 3])").eg("for x : [n]. im2col(1, x)[0, 0] = x[0]"),
    row(Op::ReflectPad, Arrays, "reflectpad", "int int a -> a").tex(r"\operatorname{reflect}_{#0,#1}(#2)").is(&[Parameter, Parameter, Linear])
        .means("a entries before and b after, mirrored without repeating the edge; 0 <= a, b < n").shows("reflectpad(2, 1, [1, 2, 3])").eg("for x : [n], a, b : Nat. crop(a, b, reflectpad(a, b, x)) = x"),
    row(Op::SymmetricPad, Arrays, "symmetricpad", "int int a -> a").tex(r"\operatorname{symmetric}_{#0,#1}(#2)").is(&[Parameter, Parameter, Linear])
        .means("a entries before and b after, mirrored with the edge repeated; 0 <= a, b <= n").shows("symmetricpad(2, 1, [1, 2, 3])").eg("for x : [n], a, b : Nat. crop(a, b, symmetricpad(a, b, x)) = x"),
    row(Op::WrapPad, Arrays, "wrappad", "int int a -> a").tex(r"\operatorname{wrap}_{#0,#1}(#2)").is(&[Parameter, Parameter, Linear])
        .means("a entries before and b after, from the other end; 0 <= a, b <= n").shows("wrappad(2, 1, [1, 2, 3])").eg("for x : [n], a, b : Nat. crop(a, b, wrappad(a, b, x)) = x"),
    row(Op::ReplicatePad, Arrays, "replicatepad", "int int a -> a").tex(r"\operatorname{replicate}_{#0,#1}(#2)").is(&[Parameter, Parameter, Linear])
        .means("a copies of the first entry before and b of the last after, a, b >= 0").shows("replicatepad(2, 1, [1, 2, 3])").eg("for x : [n], a, b : Nat. crop(a, b, replicatepad(a, b, x)) = x"),

    row(Op::Rot90, TwoDimensions, "rot90", "z2 -> z2 | c2 -> c2 | a2 -> a2").tex(r"\operatorname{rot}_{90}(#0)").is(&[Linear])
        .means("anticlockwise by a right angle, rows counted downwards: about the origin, rot90(x)[i,j] = x[j,-i], also from Z/m × Z/n to Z/n × Z/m; about the centre of an array of w columns, rot90(x)[i,j] = x[j,w-1-i]").shows("rot90([[1, 2], [3, 4]])").eg("for x, w : Z^2 -> any. rot90(x * w) = rot90(x) * rot90(w)"),
    row(Op::FlipLr, TwoDimensions, "fliplr", "z2 -> z2 | c2 -> c2 | a2 -> a2").tex(r"\operatorname{fliplr}(#0)").is(&[Linear])
        .means("left and right exchanged: fliplr(x)[i,j] = x[i,-j]; for an array of w columns x[i,w-1-j]").shows("fliplr([[1, 2], [3, 4]])").eg("for x, w : Z^2 -> any. given fliplr(w) = w. fliplr(x) * w = fliplr(x * w)"),
    row(Op::FlipUd, TwoDimensions, "flipud", "z2 -> z2 | c2 -> c2 | a2 -> a2").tex(r"\operatorname{flipud}(#0)").is(&[Linear])
        .means("up and down exchanged: flipud(x)[i,j] = x[-i,j]; for an array of h rows x[h-1-i,j]").shows("flipud([[1, 2], [3, 4]])").eg("for x : Z^2 -> any. flipud(fliplr(x)) = rev(x)"),
    row(Op::Rows, TwoDimensions, "rows", "z2 z -> z2 | c2 c -> c2 | a2 a -> a2").tex(r"\operatorname{rows}(#0, #1)").is(&[Linear, Linear])
        .means("every row convolved with w: rows(x,w)[i,j] = Σ_k x[i,j-k] w[k]; on Z/m × Z/n for w on Z/n, of arrays all the n+k-1 columns").shows("rows([[1, 2], [3, 4]], [1, 10])").eg("for x : Z^2 -> any, u, v : Z -> any. rows(cols(x, u), v) = x * outer(u, v)"),
    row(Op::Cols, TwoDimensions, "cols", "z2 z -> z2 | c2 c -> c2 | a2 a -> a2").tex(r"\operatorname{cols}(#0, #1)").is(&[Linear, Linear])
        .means("every column convolved with w: cols(x,w)[i,j] = Σ_k x[i-k,j] w[k]; on Z/m × Z/n for w on Z/m, of arrays all the m+k-1 rows").shows("cols([[1, 2], [3, 4]], [1, 10])").eg("for x : Z^2 -> any, w : Z -> any. cols(x, w) = transpose(rows(transpose(x), w))"),
    row(Op::RowSum, TwoDimensions, "rowsum", "z2 -> z | c2 -> c | a2 -> a").tex(r"\operatorname{rowsum}(#0)").is(&[Linear])
        .means("rowsum(x)[i] = Σ_j x[i,j], one entry for each row").shows("rowsum([[1, 2], [3, 4]])").eg("for x, w : Z^2 -> any. rowsum(x * w) = rowsum(x) * rowsum(w)"),
    row(Op::ColSum, TwoDimensions, "colsum", "z2 -> z | c2 -> c | a2 -> a").tex(r"\operatorname{colsum}(#0)").is(&[Linear])
        .means("colsum(x)[j] = Σ_i x[i,j], one entry for each column").shows("colsum([[1, 2], [3, 4]])").eg("for x : Z^2 -> any. colsum(x) = rowsum(transpose(x))"),

    row(Op::MatMul, Matrices, "@", "a2 a2 -> a2 | a2 a -> a | a2 c -> c | a3 a3 -> a3 | a3 a2 -> a2 | a2 a3 -> a3 | a2 s3 -> s3 | a2 d4 -> d4").infix("@", PRODUCT).also(&["matmul"]).tex(r"\,").is(&[Linear, Linear])
        .means("(A @ B)[i,j] = Σ_k A[i,k] B[k,j] for as many columns of A as rows of B; (A @ x)[i] = Σ_k A[i,k] x[k] for as many columns as entries; on Z/n, and on a group in the order of its elements, for as many rows too; of matrices of filters [o, c, k], (A @ B)[o,c,m] = Σ_p Σ_j A[o,p,j] B[p,c,m-j], where a matrix on the left has filters of length 1, and on the right its rows are the filters of one column").shows("[[1, 2], [3, 4]] @ [1, 10]").eg("for A : [m, n], B : [n, p], x : [p]. (A @ B) @ x = A @ (B @ x)"),
    row(Op::Transpose, Matrices, "transpose", "a2 -> a2 | z2 -> z2 | c2 -> c2 | a3 -> a3").tex(r"@0^{\mathsf{T}}").is(&[Linear])
        .means("transpose(A)[i,j] = A[j,i]; from Z/m × Z/n to Z/n × Z/m; transpose(A)[i,j,k] = A[j,i,k]").shows("transpose([[1, 2], [3, 4]])").eg("for A : [m, n], B : [n, p]. transpose(A @ B) = transpose(B) @ transpose(A)"),
    row(Op::Adjoint, Matrices, "adjoint", "a2 -> a2 | a3 -> a3").tex(r"@0^{*}").is(&[Conjugate])
        .means("adjoint(A)[i,j] is the conjugate of A[j,i], and adjoint(A)[i,j,k] that of A[j,i,k]").shows("adjoint([[1, i]])").eg("for A : [m, n], x : [n], y : [m]. dot(A @ x, y) = dot(x, adjoint(A) @ y)"),
    row(Op::Identity, Matrices, "id", "int -> a2").tex(r"I_{#0}").is(&[Parameter])
        .means("id(n)[i,j] = 1 where i = j and 0 elsewhere, n rows and n columns, n >= 1").shows("id(2)").eg("for x : [n]. id(n) @ x = x"),
    row(Op::Diag, Matrices, "diag", "a -> a2 | c -> a2 | a2 -> a3").tex(r"\operatorname{diag}(#0)").is(&[Linear])
        .means("diag(x)[i,i] = x[i], and 0 elsewhere, n rows and n columns; of filters, diag(x)[i,i,j] = x[i,j]").shows("diag([1, 2])").eg("for x, y : [n]. diag(x) @ y = x .* y"),
    row(Op::Outer, Matrices, "outer", "a a -> a2 | z z -> z2 | c c -> c2").tex(r"\operatorname{outer}(#0,#1)").is(&[Linear, Linear])
        .means("outer(u,v)[i,j] = u[i] v[j]").shows("outer([1, 2], [3, 4])").eg("for u : [m], v : [n]. transpose(outer(u, v)) = outer(v, u)"),
    row(Op::Kron, Matrices, "kron", "a2 a2 -> a2").tex(r"@0 \otimes @1").is(&[Linear, Linear])
        .means("kron(A,B)[p i + k, q j + l] = A[i,j] B[k,l] for B of p rows and q columns").shows("kron([[1, 2]], [[1, 10]])").eg("for A : [m, n], B : [p, q]. transpose(kron(A, B)) = kron(transpose(A), transpose(B))"),
    row(Op::Ravel, Matrices, "ravel", "a2 -> a | c2 -> a | a3 -> a").tex(r"\operatorname{ravel}(#0)").is(&[Linear])
        .means("ravel(x)[n i + j] = x[i,j] for rows of n entries: the rows one after the other; of three axes the matrices one after the other").shows("ravel([[1, 2], [3, 4]])").eg("for u : [m], v : [n]. sum(ravel(outer(u, v))) = sum(u) * sum(v)"),
    row(Op::Toeplitz, Matrices, "toeplitz", "a int -> a2 | a3 int -> a2").tex(r"T_{#1}(#0)").is(&[Linear, Parameter])
        .means("toeplitz(w,n)[i,j] = w[i-j], and 0 where w has no such entry, n+k-1 rows and n columns, n >= 1; of filters in blocks, toeplitz(w,n)[(n+k-1) o + i, n c + j] = w[o,c,i-j]").shows("toeplitz([1, 2], 2)").eg("for w : [k], x : [n]. toeplitz(w, n) @ x = convfull(x, w)"),
    row(Op::Circ, Matrices, "circ", "c -> a2 | s3 -> a2 | d4 -> a2").tex(r"\operatorname{circ}(#0)").is(&[Linear])
        .means("circ(h)[i,j] = h[i-j], indices modulo n, n rows and n columns; on a group h[i j^(-1)] for its i-th and j-th element").shows("circ([1, 2, 3])").eg("for h, x : Z/n -> any. circ(h) @ x = h * x"),
    row(Op::DbToeplitz, Matrices, "dbtoeplitz", "a2 int int -> a2").tex(r"T_{#1,#2}(#0)").is(&[Linear, Parameter, Parameter])
        .means("dbtoeplitz(w,h,k)[(k+q-1) a + b, k c + d] = w[a-c, b-d], and 0 where w has no such entry, for w of p rows and q columns; 0 <= a < h+p-1, 0 <= b < k+q-1, 0 <= c < h, 0 <= d < k; h, k >= 1").shows("dbtoeplitz([[1, 2]], 1, 2)").eg("for w : [p, q], x : [h, k]. dbtoeplitz(w, h, k) @ ravel(x) = ravel(convfull(x, w))"),
    row(Op::Bccb, Matrices, "bccb", "c2 -> a2").tex(r"\operatorname{bccb}(#0)").is(&[Linear])
        .means("bccb(w)[n a + b, n c + d] = w[a-c, b-d], indices modulo m and n, for w on Z/m × Z/n; m n rows and columns").shows("bccb([[1, 2, 3]])").eg("for w, x : Z/m x Z/n -> any. bccb(w) @ ravel(x) = ravel(w * x)"),

    row(Op::MConv, Layers, "mconv", "a2 a3 -> a2").tex(r"\operatorname{mconv}(#0,#1)").is(&[Linear, Linear])
        .means("mconv(x,w)[o,i] = Σ_c Σ_j x[c,i+j] w[o,c,j], a layer from c channels to o, no flip and no conjugate, n-k+1 places, n >= k").shows("mconv([[1, 2, 3], [4, 5, 6]], [[[1, 1], [0, 1]]])").eg("for x : [c, n], w : [o, c, k], A : [p, o]. A @ mconv(x, w) = mconv(x, A @ w)"),
    row(Op::GConv, Layers, "gconv", "int a2 a3 -> a2").tex(r"\operatorname{gconv}_{#0}(#1,#2)").is(&[Parameter, Linear, Linear])
        .means("gconv(g,x,w): mconv in g >= 1 groups, the channels of x and the outputs of w cut into g equal parts, each part of w applied to its part of x; for w : [o, c, k] the channels are g c, and g divides o").shows("gconv(2, [[1, 2], [3, 4]], [[[1, 1]], [[1, 10]]])").eg("for x : [c, n], w : [o, c, k]. gconv(1, x, w) = mconv(x, w)"),
    row(Op::LocalConv, Layers, "localconv", "a a2 -> a").tex(r"\operatorname{localconv}(#0,#1)").is(&[Linear, Linear])
        .means("localconv(x,w)[i] = Σ_j x[i+j] w[i,j], weights of its own at each of the n-k+1 places, for w : [n-k+1, k]").shows("localconv([1, 2, 3], [[1, 1], [1, 10]])").eg("for x : [n], w : [m, k]. localconv(x, w) = rowsum(im2col(k, x) .* w)"),
    row(Op::TiledConv, Layers, "tiledconv", "a a2 -> a").tex(r"\operatorname{tiledconv}(#0,#1)").is(&[Linear, Linear])
        .means("tiledconv(x,w)[i] = Σ_j x[i+j] w[i mod t, j], t kernels in turn, for w : [t, k]; n-k+1 places, n >= k").shows("tiledconv([1, 2, 3, 4], [[1, 1], [1, 10]])").eg("for x : [n], w : [k]. tiledconv(x, outer([1], w)) = corrvalid(x, w)"),
    row(Op::Repeat, Layers, "repeat", "int a -> a").tex(r"\operatorname{repeat}_{#0}(#1)").is(&[Parameter, Linear])
        .means("repeat(m,x)[i] = x[floor(i/m)], every entry m times, m >= 1").shows("repeat(2, [1, 2, 3])").eg("for x : [n], m : Nat. given m >= 1. sum(repeat(m, x)) = m * sum(x)"),

    row(Op::MaxPool, Pooling, "maxpool", POOL_KINDS).tex(r"\operatorname{maxpool}_{#0,#1}(#2)").is(&[Parameter, Parameter, Monotone]).asks(Asks::Order)
        .means("maxpool(k,s,x)[i] = max_{0<=j<k} x[s i + j], along every axis, but of three along the last two; k, s >= 1; floor((n-k)/s)+1 entries of an array of n >= k; from Z/n to Z/(n/s), where s divides n").shows("maxpool(2, 2, [3, 1, 4, 1])").eg("for x : [n], k : Nat. maxpool(k, 1, -x) = -minpool(k, 1, x)"),
    row(Op::MinPool, Pooling, "minpool", POOL_KINDS).tex(r"\operatorname{minpool}_{#0,#1}(#2)").is(&[Parameter, Parameter, Monotone]).asks(Asks::Order)
        .means("minpool(k,s,x)[i] = min_{0<=j<k} x[s i + j], for the axes, k, s and n of maxpool").shows("minpool(2, 2, [3, 1, 4, 1])").eg("for x : [n]. minpool(2, 1, x) <= maxpool(2, 1, x)"),
    row(Op::AvgPool, Pooling, "avgpool", POOL_KINDS).tex(r"\operatorname{avgpool}_{#0,#1}(#2)").is(&[Parameter, Parameter, Linear]).asks(Asks::Inverse)
        .means("avgpool(k,s,x)[i] = (1/k) Σ_{0<=j<k} x[s i + j], for the axes, k, s and n of maxpool").shows("avgpool(2, 2, [3, 1, 4, 1])").eg("for x : [n] -> R. avgpool(2, 1, x) <= maxpool(2, 1, x)"),
    row(Op::GlobalMax, Pooling, "globalmax", "c -> k | c2 -> k | r -> k | s3 -> k | d4 -> k").also(&["maxall"]).tex(r"\max @0").is(&[Monotone]).asks(Asks::Order)
        .means("globalmax(x): the largest entry, on a cycle or a group or of an array").shows("globalmax([3, 1, 4])").eg("for x : Z/n -> R, a : Int. globalmax(shift(a, x)) = globalmax(x)"),
    row(Op::Dilate, Pooling, "dilate", "int z -> z | int c -> c").tex(r"\operatorname{dilate}_{#0}(#1)").is(&[Parameter, Monotone]).asks(Asks::Order)
        .means("dilate(k,x)[i] = max_{0<=j<k} x[i-j], k >= 1").shows("dilate(2, [3, 0, 0, 1])").eg("for x : Z -> R, a : Int. dilate(3, shift(a, x)) = shift(a, dilate(3, x))"),
    row(Op::Erode, Pooling, "erode", "int z -> z | int c -> c").tex(r"\operatorname{erode}_{#0}(#1)").is(&[Parameter, Monotone]).asks(Asks::Order)
        .means("erode(k,x)[i] = min_{0<=j<k} x[i+j], k >= 1").shows("erode(2, [3, 2, 4])").eg("for x : Z -> R. erode(2, dilate(2, x)) >= x"),
    row(Op::Median, Pooling, "median", "int a -> a | int c -> c").tex(r"\operatorname{median}_{#0}(#1)").is(&[Parameter, Monotone]).asks(Asks::Order)
        .means("median(k,x)[i]: the middle one of x[i], …, x[i+k-1] in order, for odd k; n-k+1 entries of an array of n >= k, n on Z/n").shows("median(3, [3, 1, 4, 1])").eg("for x : [n] -> R. median(3, -x) = -median(3, x)"),

    row(Op::OutSize, Sizes, "outsize", "int int int int int -> int").tex(r"\operatorname{outsize}(#0,#1,#2,#3,#4)").is(&[Parameter, Parameter, Parameter, Parameter, Parameter])
        .means("outsize(n,k,s,p,d) = floor((n + 2p - d(k-1) - 1)/s) + 1, for k, s, d >= 1 and p >= 0, where the window fits").shows("outsize(7, 3, 2, 1, 1)").eg("for n, k : Nat. given n >= k, k >= 1. outsize(n, k, 1, 0, 1) = n - k + 1"),
    row(Op::Receptive, Sizes, "receptive", "int int int… -> int").tex(r"\operatorname{receptive}(#*)").is(&[Parameter, Parameter])
        .means("receptive(k1,s1,k2,s2,…) = 1 + (k1-1) + (k2-1)s1 + (k3-1)s1 s2 + …, the receptive field of stacked layers").shows("receptive(3, 2, 3, 1)").eg("for k : Nat. given k >= 1. receptive(k, 1, k, 1) = 2*k - 1"),
]};
