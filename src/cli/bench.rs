//! `faltung bench`: our times on the fixed workloads.

use super::output::{Failure, Voice};
use clap::Args;
use faltung::{
    conv::workload::{self, Prepared},
    layer,
    wavelet::{self, scattering},
};
use serde_json::json;
use std::time::{Duration, Instant};

/// One workload is repeated for so long, once it has been done three times.
const BUDGET: Duration = Duration::from_secs(4);

/// And at most so often.
const MOST: usize = 50;

/// Time the fixed workloads on this machine
///
/// Once to warm up, then at least 3 times, and up to 50 times within 4 seconds. With --json one object a line:
/// {"id", "peer", "algorithm", "median_s", "min_s"}. Build with --release for times that mean something.
#[derive(Args)]
pub struct Bench {
    /// Only workloads whose ids begin so, such as conv1d/; all where none is given
    #[arg(value_name = "ID-PREFIX")]
    prefixes: Vec<String>,
}

impl Bench {
    pub fn run(&self, voice: &Voice) -> Result<(), Failure> {
        let all: Vec<_> = workload::all()
            .into_iter()
            .chain(layer::workload::all())
            .chain(wavelet::workload::all())
            .chain(scattering::workload::all())
            .collect();
        let wanted = |id: &str, prefix: &String| id.starts_with(prefix.as_str());
        for prefix in &self.prefixes {
            if !all.iter().any(|workload| wanted(&workload.id, prefix)) {
                let ids: Vec<&str> = all.iter().map(|workload| workload.id.as_str()).collect();
                let problem = format!("no workload has an id that begins with {prefix:?}");
                return Err(Failure::input(problem, format!("there are {}", ids.join("; "))));
            }
        }
        let width = all.iter().map(|workload| workload.id.len()).max().unwrap_or(0);
        if cfg!(debug_assertions) {
            voice.say("note", "this program is not optimised: its times say little");
        }
        if !voice.json {
            voice.print(
                format!("{:<width$}  {:>12}  {:>12}  algorithm\n", "id", "median s", "min s").as_bytes(),
            )?;
        }
        let chosen =
            |id: &str| self.prefixes.is_empty() || self.prefixes.iter().any(|prefix| wanted(id, prefix));
        for workload in all.iter().filter(|workload| chosen(&workload.id)) {
            let mut prepared = workload.prepare()?;
            let times = times(&mut prepared);
            let (median, least) = (median(&times), times[0]);
            let line = if voice.json {
                json!({
                    "id": workload.id, "peer": "faltung", "algorithm": prepared.algorithm,
                    "median_s": median, "min_s": least,
                })
                .to_string()
            } else {
                format!("{:<width$}  {median:>12.6}  {least:>12.6}  {}", workload.id, prepared.algorithm)
            };
            voice.print(format!("{line}\n").as_bytes())?;
        }
        Ok(())
    }
}

/// Seconds of each repetition, the shortest first.
fn times(prepared: &mut Prepared) -> Vec<f64> {
    prepared.run();
    let (start, mut times) = (Instant::now(), Vec::new());
    while times.len() < 3 || (start.elapsed() < BUDGET && times.len() < MOST) {
        let before = Instant::now();
        prepared.run();
        times.push(before.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    times
}

/// Of a list in order: the one in the middle, or the mean of the two there.
fn median(times: &[f64]) -> f64 {
    let middle = times.len() / 2;
    if times.len() % 2 == 1 { times[middle] } else { (times[middle - 1] + times[middle]) / 2.0 }
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&[1.0, 2.0, 9.0]), 2.0);
        assert_eq!(median(&[1.0, 2.0, 4.0, 9.0]), 3.0);
    }
}
