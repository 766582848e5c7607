//! A conjecture goes in; a proof in a box, or the smallest counterexample, comes out.
//!
//! Run it: `cargo run --example prove`.

use faltung::{
    expr::{self, ClaimError},
    theorem::{Effort, Verdict, prove},
};

fn main() -> Result<(), ClaimError> {
    for text in [
        "x * w = w * x",
        "corr(x, w) = corr(w, x)",
        "corr(w, x) = rev(conj(corr(x, w)))",
        "for x, w : Z/n -> C. dft(x * w) = dft(x) .* dft(w)",
        "for x : Z -> Q. norm0(x * x) >= norm0(x)",
    ] {
        let outcome = prove(&expr::parse(text)?, &Effort::default());
        println!("{text}");
        match outcome.verdict {
            Verdict::Holds | Verdict::HoldsFor => {
                println!("  holds {}", outcome.scope.expect("a proof has a scope"))
            }
            Verdict::Refuted => {
                let witness = outcome.counterexample.expect("a refutation has its counterexample");
                println!("  refuted: {}; {}", assignments(&witness.values), witness.difference);
            }
            Verdict::Undecided => println!("  undecided: {}", outcome.reached),
        }
    }
    Ok(())
}

fn assignments(values: &[(String, String)]) -> String {
    values.iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>().join(", ")
}
