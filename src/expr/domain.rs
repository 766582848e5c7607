//! What a binder says of a name: `Z -> any`, `Z/n x Z/m -> C`, `S3 -> any`, `[h, w]`, `Nat`, `field`, and how that is read.

use super::error::{ClaimError, Problem};
use super::op::precedence::{JOIN, SUM};
use super::parse::{Parser, shortened};
use super::token::Lexeme;
use super::{Class, Expr, Head, Kind, Span};

/// Moduli are smaller.
const LARGEST: u64 = 1 << 31;

/// What a name stands for, as far as a claim says it.
#[derive(Clone, Debug)]
pub(super) struct Domain {
    pub kind: Kind,
    pub nat: bool,
    pub sizes: Vec<Expr>,
    /// None where an array's class is left to be inferred, and for integers and elements of groups.
    pub class: Option<Class>,
}

impl Domain {
    fn of(kind: Kind, sizes: Vec<Expr>, class: Option<Class>) -> Self {
        Self { kind, nat: false, sizes, class }
    }
}

type Parsed<T> = Result<T, ClaimError>;

impl Parser<'_> {
    pub(super) fn domain(&mut self) -> Parsed<Domain> {
        match (self.peek(), self.after()) {
            (Lexeme::Name("Int"), _) => {
                self.advance();
                Ok(Domain::of(Kind::Int, Vec::new(), None))
            }
            (Lexeme::Name("Nat"), _) => {
                self.advance();
                Ok(Domain { nat: true, ..Domain::of(Kind::Int, Vec::new(), None) })
            }
            (Lexeme::Name("Z"), Lexeme::Sign("->" | "+" | "^" | "/")) => self.signals(),
            (Lexeme::Sign("["), _) => self.arrays(),
            (Lexeme::Name(group @ ("S3" | "D4")), _) => self.on_group(group == "S3"),
            _ => Ok(Domain::of(Kind::Scalar, Vec::new(), Some(self.class()?))),
        }
    }

    fn signals(&mut self) -> Parsed<Domain> {
        self.advance();
        let (kind, sizes) = if self.takes("+") {
            (Kind::Left, Vec::new())
        } else if self.takes("^") {
            if self.peek() != Lexeme::Numeral("2") {
                return Err(self.unexpected("`2`: signals are on Z or Z^2"));
            }
            self.advance();
            (Kind::Plane, Vec::new())
        } else if self.takes("/") {
            let first = self.size(SUM)?;
            if self.takes_word("x") || self.takes("×") {
                if !self.takes_word("Z") {
                    return Err(self.unexpected("`Z/m`"));
                }
                self.expect("/", "`/m`")?;
                (Kind::Torus, vec![first, self.size(SUM)?])
            } else {
                if let (Head::Numeral(_), false) = (&first.head, self.peek() == Lexeme::Sign("->")) {
                    // `c : Z/6` is a scalar, as `x : Z/6 -> K` is a signal
                    let m = modulus(&first.to_string(), first.span)?;
                    return Ok(Domain::of(Kind::Scalar, Vec::new(), Some(Class::Residues(m))));
                }
                (Kind::Circle, vec![first])
            }
        } else {
            (Kind::Line, Vec::new())
        };
        self.expect("->", "`->` and a class, as in `Z -> any`")?;
        Ok(Domain::of(kind, sizes, Some(self.class()?)))
    }

    /// `S3 -> any`, or an element: `S3`.
    fn on_group(&mut self, s3: bool) -> Parsed<Domain> {
        self.advance();
        if !self.takes("->") {
            return Ok(Domain::of(if s3 { Kind::InS3 } else { Kind::InD4 }, Vec::new(), None));
        }
        let class = self.class()?;
        Ok(Domain::of(if s3 { Kind::OnS3 } else { Kind::OnD4 }, Vec::new(), Some(class)))
    }

    fn arrays(&mut self) -> Parsed<Domain> {
        let start = self.span();
        self.advance();
        let mut sizes = vec![self.size(JOIN)?];
        while self.takes(",") {
            sizes.push(self.size(JOIN)?);
        }
        self.expect("]", "`,` or `]`")?;
        let kind = match sizes.len() {
            1 => Kind::Array,
            2 => Kind::Array2,
            3 => Kind::Array3,
            axes => {
                let problem = Problem::Binder(format!("an array has one to three axes, not {axes}"));
                return Err(ClaimError::at(problem, start, "this array"));
            }
        };
        let class = if self.takes("->") { Some(self.class()?) } else { None };
        Ok(Domain::of(kind, sizes, class))
    }

    fn size(&mut self, loosest: u8) -> Parsed<Expr> {
        self.expression(loosest).map(|(size, _)| size)
    }

    fn modulus(&mut self) -> Parsed<u64> {
        let (Lexeme::Numeral(digits), span) = (self.peek(), self.span()) else {
            return Err(self.unexpected("a modulus, as in `Z/6`"));
        };
        self.advance();
        modulus(digits, span)
    }

    fn class(&mut self) -> Parsed<Class> {
        let Lexeme::Name(name) = self.peek() else {
            return Err(self.unexpected(
                "one of Int, Nat, Z Q R C any semiring field ordered F(p) Z/m, or a group: S3 D4",
            ));
        };
        let span = self.span();
        self.advance();
        Ok(match name {
            "any" => Class::Any,
            "semiring" => Class::Semiring,
            "field" => Class::Field,
            "ordered" => Class::Ordered,
            "Z" if self.takes("/") => Class::Residues(self.modulus()?),
            "Z" => Class::Z,
            "Q" => Class::Q,
            "R" => Class::R,
            "C" => Class::C,
            "F" => {
                self.expect("(", "`(` and a prime, as in `F(97)`")?;
                let (Lexeme::Numeral(digits), span) = (self.peek(), self.span()) else {
                    return Err(self.unexpected("a prime"));
                };
                self.advance();
                self.expect(")", "`)`")?;
                let prime = digits.parse().ok().filter(|p| is_prime(*p));
                let why = if digits.parse::<u64>().is_ok_and(|p| p < LARGEST) {
                    format!("{} is no prime", shortened(digits))
                } else {
                    "a product of two residues must fit into 64 bits".into()
                };
                let problem = || {
                    Problem::Class(format!("F(p) is the field of p elements for a prime p below 2^31: {why}"))
                };
                Class::Residues(prime.ok_or_else(|| ClaimError::at(problem(), span, "not such a prime"))?)
            }
            "Nat" | "Int" => return Err(ClaimError::at(Problem::Entries(name.into()), span, "no class")),
            _ => {
                let problem = Problem::Class(format!(
                    "`{}` is no class of scalars, nor Int or Nat, nor a group: S3 D4",
                    shortened(name)
                ));
                return Err(ClaimError::at(problem, span, "unknown"));
            }
        })
    }
}

/// Whether p is a prime below 2^31.
pub(super) fn is_prime(p: u64) -> bool {
    (2..LARGEST).contains(&p) && (2..).take_while(|d| d * d <= p).all(|d| !p.is_multiple_of(d))
}

fn modulus(digits: &str, span: Span) -> Parsed<u64> {
    let why = match digits.parse::<u64>() {
        Ok(0) => "modulo 0 nothing is the same, and the ring is Z itself",
        Ok(1) => "modulo 1 everything is the same, and 0 = 1",
        Ok(m) if m < LARGEST => return Ok(m),
        _ => "a product of two residues must fit into 64 bits",
    };
    let problem = Problem::Class(format!("Z/m is the ring of integers modulo m for 2 <= m < 2^31: {why}"));
    Err(ClaimError::at(problem, span, "not such a modulus"))
}
