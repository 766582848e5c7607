//! The effective receptive field: the number of ways, against counts by hand and against the nominal field.

use super::counted;
use dashu_int::IBig;
use dashu_ratio::RBig;
use faltung::layer::stack::{Effective, Stack};

fn measured(text: &str) -> Effective {
    Stack::read(text).unwrap().effective(None).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn two_windows_of_three_make_the_binomial_like_pyramid() {
    let effective = measured("input 2 15\nconv 3 3\nrelu\nconv 4 3");
    let ways: Vec<IBig> = [1, 2, 3, 2, 1].map(IBig::from).to_vec();
    assert_eq!(effective.axes[0].profile[5..10], ways);
    assert_eq!((effective.output.as_slice(), effective.axes[0].nominal.size), ([5].as_slice(), 5));
    assert_eq!(effective.axes[0].half(), 2);
}

/// In the interior the variances of the windows add up, each stretched by the jump in front of it: Σ j²(k² − 1)/12; and
/// every entry of the nominal field is reached, and no other.
#[test]
fn variances_add_up() {
    for (text, parts) in [
        ("conv 1 3\nconv 1 5\nconv 1 2", vec![(3, 1), (5, 1), (2, 1)]),
        ("conv 1 3 stride 2\nmaxpool 2\nlocal 1 4", vec![(3, 1), (2, 2), (4, 4)]),
        ("subsample 3\ntiled 1 3 period 2\navgpool 2 stride 1", vec![(3, 1), (3, 3), (2, 3)]),
        ("depthwise 3\nbatchnorm\nmaxpool 3 stride 1\navgpool global\nconv 1 1", vec![(3, 1), (3, 1)]),
    ] {
        let text = format!("input 1 60\n{text}");
        let effective = measured(&text);
        let sum = parts
            .iter()
            .fold(RBig::ZERO, |sum, (k, jump)| sum + RBig::from(jump * jump * (k * k - 1)) / RBig::from(12));
        let spread = &effective.axes[0];
        assert_eq!(spread.variance, sum, "{text}");
        let reached = spread.profile.iter().filter(|ways| **ways != IBig::ZERO).count() as u128;
        assert_eq!(reached, spread.nominal.size, "{text}");
        let (jump, _) = spread.nominal.jump.unwrap();
        let first = spread.nominal.start + effective.output[0] as i128 * jump as i128;
        assert_eq!(
            spread.profile.iter().position(|ways| *ways != IBig::ZERO),
            Some(first as usize),
            "{text}"
        );
    }
}

/// Two ways round: the branch's windows and the input itself, whose field lies inside.
#[test]
fn a_block_adds_its_ways() {
    let effective = measured("input 1 9\nresidual\nconv 1 3 pad 1\nconv 1 3 pad 1\nend");
    let ways: Vec<IBig> = [0, 0, 1, 2, 4, 2, 1, 0, 0].map(IBig::from).to_vec();
    assert_eq!(effective.axes[0].profile, ways);
    assert_eq!(effective.axes[0].nominal.size, 5);
    let skip = measured("input 1 9\nskip\nconv 4 3 pad 1\nend\nconv 1 3");
    let ways: Vec<IBig> = [0, 0, 1, 3, 4, 3, 1, 0, 0].map(IBig::from).to_vec();
    // 3 outputs of the last layer in front of the middle one, 3 ways inside and 1 round
    assert_eq!(skip.axes[0].profile.iter().sum::<IBig>(), IBig::from(12));
    assert_eq!(skip.axes[0].profile, ways);
    let up = measured("input 1 8\nupsample 2\nconv 1 3");
    assert_eq!(up.axes[0].profile.iter().sum::<IBig>(), IBig::from(3));
}

/// Of a deep network only a part of the field counts for much.
#[test]
fn vgg_looks_at_less_than_its_field() {
    let stack = Stack::preset("vgg16").unwrap();
    let effective = stack.effective(Some("conv3-3")).unwrap();
    let spread = &effective.axes[0];
    assert_eq!(spread.nominal.size, 40);
    // 2·8/12 + 3/12 · 1 + 2·4·8/12 + 4·3/12 + 3·16·8/12
    assert_eq!(spread.variance, RBig::from(16 + 3 + 64 + 12 + 384) / RBig::from(12));
    assert!(spread.half() < 10 && spread.deviation() < 6.4, "{} {}", spread.half(), spread.deviation());
    assert_eq!(effective.axes[0], effective.axes[1]);
}

#[test]
fn what_cannot_be_measured_says_why() {
    for (text, name, words) in [
        ("input 1 8\ndense 4", None, "every entry"),
        ("input 1 8\nA: conv 1 3\nB: avgpool global", Some("B"), "`B`"),
        ("input 1 8\nA: conv 1 3", Some("C"), "no layer has the name `C`"),
        ("input 1 4000 4000\nconv 1 5x5", None, "smaller input"),
        ("input 1 100000000000\nconv 1 1", None, "products"),
        ("input 1 100 100\nup: transposed 1 1 stride 1000000", Some("up"), "products"),
    ] {
        let error = Stack::read(text).unwrap().effective(name).unwrap_err().to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
    // sizes are counted all the same
    assert_eq!(counted("input 1 100000000000\nconv 1 1 bias no").total.connections, 100_000_000_000);
}
