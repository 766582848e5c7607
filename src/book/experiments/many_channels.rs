//! Banks of M channels that keep every M-th output, exactly: lazy ones, Fourier's, and one that is symmetric and orthonormal.

use super::{Found, Unmet};
use crate::{
    scalar::{
        Semiring,
        exact::{Element, Lacks, Ring, judge},
    },
    theorem::Level,
    wavelet::discrete::{Multirate, Taps},
};

pub(super) const ID: &str = "banks-of-many-channels";

const SHOWS: &str = "the banks reconstruct with their delays, and none does without one of its channels";
/// The most channels of the lazy banks and of Fourier's.
const MOST: usize = 8;
/// Ten times the taps of four orthonormal filters, each the same from both ends up to the sign.
const LAPPED: [[i64; 8]; 4] = [
    [6, 2, 3, -1, -1, 3, 2, 6],
    [2, -6, 1, 3, 3, 1, -6, 2],
    [6, 2, 3, -1, 1, -3, -2, -6],
    [2, -6, 1, 3, -3, -1, 6, -2],
];

type Channel = (Taps<Element>, Taps<Element>);

/// The channels of the lazy bank of M, of Fourier's bank of M, and of the one made of so many rows of taps.
struct Makers {
    lazy: fn(usize) -> Result<Vec<Channel>, Lacks>,
    fourier: fn(usize) -> Result<Vec<Channel>, Lacks>,
    lapped: [[i64; 8]; 4],
}

pub(super) fn run() -> Result<Found, Unmet> {
    judge(&Makers { lazy, fourier, lapped: LAPPED })
}

fn unmet(found: impl ToString) -> Unmet {
    Unmet { id: ID, shows: SHOWS, found: found.to_string() }
}

/// Channel c keeps the entries at Mk + c, and puts them back: the polyphase components.
fn lazy(m: usize) -> Result<Vec<Channel>, Lacks> {
    let impulse = |start: isize| Taps { start, taps: vec![Element::one()] };
    Ok((0..m as isize).map(|c| (impulse(-c), impulse(c))).collect())
}

/// The Fourier transform of M successive entries, and the inverse one.
fn fourier(m: usize) -> Result<Vec<Channel>, Lacks> {
    let ring = Ring::Cyclotomic;
    let (zeta, share) = (ring.root_of_unity(m as u64)?, ring.inverse(&Element::from(m as i64))?);
    let power = |k: usize| (0..k % m).fold(Element::one(), |power, _| power.times(&zeta));
    let channel = |c: usize| {
        let back: Vec<Element> = (0..m).map(|j| power(c * j)).collect();
        // the entry j after the first meets the conjugate of the power j c, and a filter reads backwards
        let forth = back.iter().rev().map(|power| ring.conj(power)).collect();
        let back = back.iter().map(|power| power.times(&share)).collect();
        (Taps { start: 1 - m as isize, taps: forth }, Taps { start: 0, taps: back })
    };
    Ok((0..m).map(channel).collect())
}

/// Filters whose mirror images analyse and that put together again themselves.
fn lapped(rows: &[[i64; 8]]) -> Result<Vec<Channel>, Lacks> {
    let tenth = Ring::Rationals.inverse(&Element::from(10))?;
    let channel = |row: &[i64; 8]| {
        let taps: Vec<Element> = row.iter().map(|tap| Element::from(*tap).times(&tenth)).collect();
        let mirrored = taps.iter().rev().cloned().collect();
        (Taps { start: 1 - taps.len() as isize, taps: mirrored }, Taps { start: 0, taps })
    };
    Ok(rows.iter().map(channel).collect())
}

/// The bank reconstructs without delay, and without any one channel not at all.
fn needed(name: &str, channels: Vec<Channel>) -> Result<u64, Unmet> {
    let m = channels.len();
    let delay = |channels: Vec<Channel>| {
        Multirate::new(m, channels).map(|bank| bank.delay(judge::same)).map_err(unmet)
    };
    let found = delay(channels.clone())?;
    Unmet::unless(found == Some(0), ID, SHOWS, || {
        format!("the delay of the {name} bank of {m} is {found:?}")
    })?;
    for gone in 0..m {
        let mut rest = channels.clone();
        rest.remove(gone);
        let found = delay(rest)?;
        Unmet::unless(found.is_none(), ID, SHOWS, || {
            format!("the {name} bank of {m} reconstructs without channel {gone}")
        })?;
    }
    Ok(1 + m as u64)
}

fn judge(makers: &Makers) -> Result<Found, Unmet> {
    let mut cases = 0;
    for m in 1..=MOST {
        cases += needed("lazy", (makers.lazy)(m).map_err(unmet)?)?;
        cases += needed("Fourier", (makers.fourier)(m).map_err(unmet)?)?;
    }
    let symmetric = |sign: i64| {
        let mirrored = |row: &&[i64; 8]| row.iter().zip(row.iter().rev()).all(|(a, b)| *a == sign * b);
        makers.lapped.iter().filter(mirrored).count()
    };
    let (even, odd) = (symmetric(1), symmetric(-1));
    Unmet::unless((even, odd) == (2, 2), ID, SHOWS, || {
        format!("{even} of the filters are symmetric and {odd} antisymmetric")
    })?;
    let full = makers.lapped.iter().flatten().all(|tap| *tap != 0);
    Unmet::unless(full, ID, SHOWS, || "a tap is 0".to_owned())?;
    cases += needed("symmetric", lapped(&makers.lapped).map_err(unmet)?)?;
    Ok(Found {
        statement: format!(
            "Exactly, and for every signal on the line and on the circles that M divides: the lazy banks of M channels, each of \
             which keeps one of the M phases of a signal, and those of the Fourier transform of M successive entries give back \
             their input, for M from 1 to {MOST}. So does a bank of {} channels with {} taps each, none of them 0, that is put together again by the mirror \
             images of the filters that take the signal apart, and so is orthonormal; {even} of its filters are symmetric and {odd} antisymmetric. \
             Without any one of its channels, none of these banks reconstructs.",
            LAPPED.len(),
            LAPPED[0].len()
        ),
        level: Level::Formal,
        cases,
        seed: None,
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_unconjugated_and_lopsided_banks_are_caught() {
        let right = || Makers { lazy, fourier, lapped: LAPPED };
        let said = |makers: Makers, words: &str| {
            let unmet = judge(&makers).expect_err("it is wrong");
            assert!(unmet.found.contains(words), "{unmet}");
        };
        let late = |m: usize| {
            let mut channels = lazy(m)?;
            channels.iter_mut().for_each(|(_, g)| g.start += 1);
            Ok(channels)
        };
        said(Makers { lazy: late, ..right() }, "the delay of the lazy bank of 1");
        let forwards = |m: usize| {
            let mut channels = fourier(m)?;
            channels.iter_mut().for_each(|(h, _)| h.taps.reverse());
            Ok(channels)
        };
        said(Makers { fourier: forwards, ..right() }, "the delay of the Fourier bank of 2");
        let mut lopsided = LAPPED;
        lopsided[0].swap(0, 1);
        said(Makers { lapped: lopsided, ..right() }, "are symmetric");
        // symmetric, but not orthonormal
        let mut skew = LAPPED;
        skew[1] = [2, 6, 1, 3, 3, 1, 6, 2];
        said(Makers { lapped: skew, ..right() }, "the delay of the symmetric bank");
        let haars = [[1, 0, 0, 0, 0, 0, 0, 1]; 4];
        said(Makers { lapped: haars, ..right() }, "0 antisymmetric");
        // one channel more than is needed
        let more = |m: usize| {
            let mut channels = lazy(m)?;
            channels.extend(lazy(m)?.into_iter().map(|(h, _)| (h, Taps { start: 0, taps: vec![] })));
            Ok(channels)
        };
        assert!(judge(&Makers { lazy: more, ..right() }).is_err());
    }
}
