//! The claim language: what parses, how it is read, what is refused and in which words.

use faltung::expr::{Claim, TABLE, parse};

fn read(text: &str) -> String {
    parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).read_as()
}

#[track_caller]
fn round_trips(claim: &Claim) {
    let printed = claim.to_string();
    assert_eq!(parse(&printed).as_ref(), Ok(claim), "{printed}");
    let in_full = parse(&claim.read_as()).unwrap_or_else(|error| panic!("{}: {error}", claim.read_as()));
    assert_eq!(in_full.read_as(), claim.read_as());
    assert!(in_full.binders.iter().all(|binder| binder.explicit));
    assert_eq!(in_full.statement, claim.statement);
}

#[test]
fn every_example_of_the_table_parses_and_prints_back() {
    for row in TABLE {
        let claim = parse(row.example).unwrap_or_else(|error| panic!("{}: {error}", row.example));
        round_trips(&claim);
    }
}

#[test]
fn what_is_open_is_read_as_a_signal_on_z_over_any_ring() {
    assert_eq!(read("x * w = w * x"), "for x, w : Z -> any. x * w = w * x");
    assert_eq!(read("shift(a, x) = x"), "for a : Int, x : Z -> any. shift(a, x) = x");
    let cyclic = "for n : Nat, x, w : Z/n -> any. dft(x * w) = dft(x) .* dft(w)";
    assert_eq!(read("dft(x * w) = dft(x) .* dft(w)"), cyclic);
}
