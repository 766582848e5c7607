//! The ledger of scattering: what the averages of each order take of the energy of a signal, and what is left.

use super::{Found, Unmet, scattered};
use crate::{
    figure::{number, power},
    theorem::Level,
    wavelet::scattering::{Convention, Ledger, Settings},
};

pub(super) const ID: &str = "energy-is-accounted-for";
const SHOWS: &str = "a tight bank with all paths loses no energy, and other banks do";
/// Of the energy, with room for the rounding of transforms of so few points.
const ROUNDING: f64 = 1e-13;
const NOISES: usize = 6;

pub(super) fn run() -> Result<Found, Unmet> {
    judge(Convention::Parseval, Convention::KymatioFixed)
}

/// The transforms that are tried: shape, J, Q and orders.
const TRIED: [(&[usize], u32, usize, usize); 5] =
    [(&[64], 3, 1, 1), (&[64], 4, 1, 2), (&[64], 3, 2, 3), (&[65], 5, 1, 3), (&[17, 17], 3, 1, 2)];

/// The energies of all signals by the transforms of a convention.
fn ledgers(convention: Convention) -> Result<Vec<(usize, Ledger)>, Unmet> {
    let mut all = vec![];
    for (tried, (shape, scale, q, orders)) in TRIED.into_iter().enumerate() {
        let settings = Settings {
            convention,
            per_octave: vec![q],
            angles: 4,
            orders,
            oversampling: scale,
            ..Settings::of(shape, scale)
        };
        let plan = scattered::plan(ID, &settings)?;
        for x in scattered::signals(shape, NOISES) {
            all.push((tried, scattered::ledger(ID, &plan, &x)?));
        }
    }
    Ok(all)
}

fn judge(tight: Convention, other: Convention) -> Result<Found, Unmet> {
    let (whole, lossy) = (ledgers(tight)?, ledgers(other)?);
    for (tried, ledger) in &whole {
        // written so that NaN is refused
        let balanced = ledger.defect < ROUNDING;
        Unmet::unless(balanced, ID, SHOWS, || {
            let (shape, found) = (TRIED[*tried].0, number(ledger.defect));
            format!("`{tight}` misses the part {found} of the energy of a signal of {shape:?}")
        })?;
    }
    // the signals with edges: of a constant or a slow wave hardly anything is lost
    let lost = lossy.iter().map(|(_, ledger)| ledger.defect).fold(0.0, f64::max);
    Unmet::unless(lost > 0.1, ID, SHOWS, || format!("`{other}` loses at most {}", number(lost)))?;
    let percent = |part: f64, ledger: &Ledger| format!("{} %", number(100.0 * part / ledger.signal));
    // noise of the third transform, which has most orders
    let example = |all: &[(usize, Ledger)]| all.iter().find(|(tried, _)| *tried == 2).map(|(_, l)| l.clone());
    let (Some(a), Some(b)) = (example(&whole), example(&lossy)) else {
        return Err(Unmet { id: ID, shows: SHOWS, found: "the list of transforms is too short".to_owned() });
    };
    let said = |ledger: &Ledger| {
        let orders: Vec<String> = ledger.averages[..3].iter().map(|part| percent(*part, ledger)).collect();
        format!(
            "{} in the averages of the orders 0, 1, 2 and {} in the moduli of order 3",
            orders.join(", "),
            { percent(ledger.rest, ledger) }
        )
    };
    Ok(Found {
        statement: format!(
            "For {} pairs of a transform and a signal, on lines and in the plane and with up to three orders, the energies of all \
             averages before the last order and of the last moduli add up to that of the signal, in the convention `{tight}`, up to \
             {} of it. Of noise of {} samples there are {}. In the convention `{other}`, with the same signals, the sum misses the energy by \
             up to {}; of the same noise, with its padding, there are {}.",
            whole.len(),
            power(ROUNDING, 0),
            TRIED[2].0[0],
            said(&a),
            percent(lost * a.signal, &a),
            said(&b)
        ),
        level: Level::Sampled,
        cases: (whole.len() + lossy.len()) as u64,
        seed: Some(scattered::SEED),
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bank_that_loses_energy_is_caught_and_one_that_does_not_is_missed() {
        assert!(judge(Convention::KymatioFixed, Convention::KymatioFixed).is_err());
        assert!(
            judge(Convention::Parseval, Convention::Parseval).is_err_and(|u| u.found.contains("at most"))
        );
    }
}
