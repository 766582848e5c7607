//! scratch
fn main() {
    for text in std::env::args().skip(1) {
        let t = std::time::Instant::now();
        match faltung::expr::parse(&text) {
            Err(e) => println!("{text}\n   ERROR {e}"),
            Ok(claim) => {
                println!("{}", claim.read_as());
                let o = faltung::theorem::prove(&claim, &Default::default());
                println!(
                    "   {} {:?} {:?} | {} | {:?} {} | {:?}",
                    o.verdict,
                    o.level,
                    o.method,
                    o.scope.map(|s| s.to_string()).unwrap_or_default(),
                    o.counterexample.map(|c| (c.values, c.left, c.right, c.pasteable)),
                    o.reached,
                    t.elapsed()
                );
                println!("   {:?}", o.evidence);
            }
        }
    }
}
