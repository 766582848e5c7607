//! Built-in kernels by name: `sobel-x`, `gaussian:1.5`, `box:5` and their like.
//!
//! **Convention.** Every kernel is meant for true convolution, which flips. So `sobel-x` is
//! `[[1, 0, -1], [2, 0, -2], [1, 0, -1]]`: convolved with an image that gets brighter to the right it is
//! positive, where the same table under correlation would be negative; `sobel-y` is positive where an image
//! gets brighter downwards, and `diff` = `[1, -1]` gives x\[n\] − x\[n−1\]. Books that correlate print them
//! turned by 180°.

use super::{Data, IntType};
use ndarray::{ArrayD, Dimension, IxDyn};

/// A kernel that has a name.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    /// The name, without its parameter.
    pub name: &'static str,
    /// The parameter after the colon, if it has one.
    pub parameter: Option<&'static str>,
    /// In how many dimensions it exists, in words.
    pub dimensions: &'static str,
    /// What it does, in a line.
    pub about: &'static str,
}

/// Why there is no such kernel.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KernelError {
    /// No kernel is called so.
    #[error("no kernel is called {name:?}{}; there are {known}", nearest.map_or(String::new(), |n| format!(" (did you mean {n}?)")))]
    Unknown {
        /// What was asked for.
        name: String,
        /// A name that is close to it.
        nearest: Option<&'static str>,
        /// All of them.
        known: String,
    },
    /// The part after the colon is wrong.
    #[error("the kernel {name} expects {expected}, got {found:?}; try {example}")]
    Parameter {
        /// The kernel.
        name: &'static str,
        /// What it expects.
        expected: &'static str,
        /// What came.
        found: String,
        /// One that works.
        example: &'static str,
    },
    /// The data has another dimension.
    #[error("the kernel {name} exists in {dimensions}, the data has {rank}; there, use {instead}")]
    Dimension {
        /// The kernel.
        name: &'static str,
        /// Where it exists.
        dimensions: &'static str,
        /// What was asked for.
        rank: usize,
        /// Names that exist there.
        instead: String,
    },
}

const ANY: &str = "any dimension";
const PLANE: &str = "two dimensions";
const LINE: &str = "one dimension";
const BOTH: &str = "one or two dimensions";

const fn named(name: &'static str, dimensions: &'static str, about: &'static str) -> Named {
    Named { name, parameter: None, dimensions, about }
}

const fn with(mut kernel: Named, parameter: &'static str) -> Named {
    kernel.parameter = Some(parameter);
    kernel
}

/// All of them.
pub const LIST: [Named; 14] = [
    named("identity", ANY, "1: changes nothing"),
    with(named("box", ANY, "the mean over N entries along each axis"), "N"),
    with(
        named("gaussian", ANY, "the Gaussian of standard deviation SIGMA, cut at 3 SIGMA, of sum 1"),
        "SIGMA",
    ),
    named("diff", LINE, "the difference of neighbours, x[n] - x[n-1]"),
    named("smooth", LINE, "[1, 2, 1] / 4"),
    named("laplacian", BOTH, "the second difference, along both axes in two dimensions"),
    named("sharpen", BOTH, "identity minus laplacian"),
    named("sobel-x", PLANE, "the derivative to the right, smoothed by [1, 2, 1]"),
    named("sobel-y", PLANE, "the derivative downwards, smoothed by [1, 2, 1]"),
    named("prewitt-x", PLANE, "the derivative to the right, smoothed by [1, 1, 1]"),
    named("prewitt-y", PLANE, "the derivative downwards, smoothed by [1, 1, 1]"),
    named("scharr-x", PLANE, "the derivative to the right, smoothed by [3, 10, 3]"),
    named("emboss", PLANE, "relief lit from the top left"),
    with(named("motion", PLANE, "the mean over N entries of a row"), "N"),
];

/// The largest kernel that is built.
const MAX_ENTRIES: usize = 1 << 24;

/// Whether the part before the colon is the name of a kernel.
pub fn is_name(text: &str) -> bool {
    let name = text.split(':').next().unwrap_or_default();
    LIST.iter().any(|kernel| kernel.name == name)
}

/// The kernel called `text` for data of `rank` dimensions: int64 where its entries are integers, else float64.
///
/// # Errors
/// An unknown name, a parameter that is missing, wrong or too large, a dimension in which it does not exist.
///
/// ```
/// use faltung::io::{Data, IntType, kernels};
/// let diff = kernels::kernel("diff", 1)?;
/// assert_eq!(diff, Data::Int(ndarray::arr1(&[1, -1]).into_dyn(), IntType::I64));
/// assert_eq!(kernels::kernel("gaussian:1.5", 2)?.shape(), [11, 11]);
/// # Ok::<(), kernels::KernelError>(())
/// ```
pub fn kernel(text: &str, rank: usize) -> Result<Data, KernelError> {
    let (name, parameter) = match text.split_once(':') {
        Some((name, parameter)) => (name, Some(parameter)),
        None => (text, None),
    };
    let named = LIST.iter().find(|k| k.name == name).ok_or_else(|| KernelError::Unknown {
        name: name.into(),
        nearest: nearest(name),
        known: LIST.map(|k| k.parameter.map_or(k.name.into(), |p| format!("{}:{p}", k.name))).join(", "),
    })?;
    if named.parameter.is_none() && parameter.is_some() {
        return Err(wrong_parameter(named, parameter));
    }
    let exists = rank >= 1
        && match named.dimensions {
            PLANE => rank == 2,
            LINE => rank == 1,
            BOTH => rank <= 2,
            _ => true,
        };
    if !exists {
        let there = |k: &&Named| k.dimensions == ANY || rank == 1 && k.dimensions != PLANE;
        let instead = LIST.iter().filter(there).map(|k| k.name).collect::<Vec<_>>().join(", ");
        return Err(KernelError::Dimension { name: named.name, dimensions: named.dimensions, rank, instead });
    }
    Ok(match (named.name, rank) {
        ("box", _) => power(&mean(length(named, parameter, rank)?), rank),
        ("gaussian", _) => power(&gaussian(named, parameter, rank)?, rank),
        ("motion", _) => {
            let row = mean(length(named, parameter, 1)?);
            Data::F64(ArrayD::from_shape_vec(IxDyn(&[1, row.len()]), row).expect("one row"))
        }
        ("smooth", _) => Data::F64(ndarray::arr1(&[0.25, 0.5, 0.25]).into_dyn()),
        ("diff", _) => integers(&[2], &[1, -1]),
        ("laplacian", 1) => integers(&[3], &[1, -2, 1]),
        ("sharpen", 1) => integers(&[3], &[-1, 3, -1]),
        ("laplacian", _) => integers(&[3, 3], &[0, 1, 0, 1, -4, 1, 0, 1, 0]),
        ("sharpen", _) => integers(&[3, 3], &[0, -1, 0, -1, 5, -1, 0, -1, 0]),
        ("sobel-x", _) => integers(&[3, 3], &[1, 0, -1, 2, 0, -2, 1, 0, -1]),
        ("sobel-y", _) => integers(&[3, 3], &[1, 2, 1, 0, 0, 0, -1, -2, -1]),
        ("prewitt-x", _) => integers(&[3, 3], &[1, 0, -1, 1, 0, -1, 1, 0, -1]),
        ("prewitt-y", _) => integers(&[3, 3], &[1, 1, 1, 0, 0, 0, -1, -1, -1]),
        ("scharr-x", _) => integers(&[3, 3], &[3, 0, -3, 10, 0, -10, 3, 0, -3]),
        ("emboss", _) => integers(&[3, 3], &[2, 1, 0, 1, 1, -1, 0, -1, -2]),
        _ => Data::Int(ArrayD::ones(IxDyn(&vec![1; rank])), IntType::I64),
    })
}

fn integers(shape: &[usize], entries: &[i64]) -> Data {
    let array = ArrayD::from_shape_vec(IxDyn(shape), entries.to_vec()).expect("a table fills its shape");
    Data::Int(array, IntType::I64)
}

fn mean(n: usize) -> Vec<f64> {
    vec![1.0 / n as f64; n]
}

/// The product of the same kernel along every axis.
fn power(line: &[f64], rank: usize) -> Data {
    let shape = vec![line.len(); rank];
    Data::F64(ArrayD::from_shape_fn(IxDyn(&shape), |k| k.as_array_view().iter().map(|k| line[*k]).product()))
}

fn wrong_parameter(named: &Named, found: Option<&str>) -> KernelError {
    let (expected, example) = match named.name {
        "gaussian" => {
            ("a standard deviation: a number above 0 for which the kernel is not too large", "gaussian:1.5")
        }
        "box" => ("a length of at least 1 for which the kernel is not too large", "box:5"),
        "motion" => ("a length of at least 1 for which the kernel is not too large", "motion:9"),
        name => ("no parameter", name),
    };
    KernelError::Parameter { name: named.name, expected, found: found.unwrap_or_default().into(), example }
}

fn length(named: &Named, parameter: Option<&str>, rank: usize) -> Result<usize, KernelError> {
    parameter
        .and_then(|text| text.parse::<usize>().ok())
        .filter(|n| *n >= 1 && fits(*n, rank))
        .ok_or_else(|| wrong_parameter(named, parameter))
}

fn fits(n: usize, rank: usize) -> bool {
    u32::try_from(rank)
        .ok()
        .and_then(|rank| n.checked_pow(rank))
        .is_some_and(|entries| entries <= MAX_ENTRIES)
}

fn gaussian(named: &Named, parameter: Option<&str>, rank: usize) -> Result<Vec<f64>, KernelError> {
    let sigma = parameter
        .and_then(|text| text.parse::<f64>().ok())
        .filter(|s| *s > 0.0 && *s < MAX_ENTRIES as f64 && fits(2 * (3.0 * s).ceil() as usize + 1, rank))
        .ok_or_else(|| wrong_parameter(named, parameter))?;
    let radius = (3.0 * sigma).ceil() as i64;
    let bell: Vec<f64> = (-radius..=radius).map(|k| (-0.5 * (k as f64 / sigma).powi(2)).exp()).collect();
    let sum: f64 = bell.iter().sum();
    Ok(bell.into_iter().map(|v| v / sum).collect())
}

/// The known name of least edit distance, if it is near at all.
fn nearest(name: &str) -> Option<&'static str> {
    LIST.iter()
        .map(|k| (distance(name, k.name), k.name))
        .filter(|(d, _)| *d <= 3 && *d < name.len())
        .min()
        .map(|(_, name)| name)
}

/// Levenshtein's distance, row by row.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.chars().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.chars().count()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entry (2, 2) of the convolution of a 5 × 5 image with a 3 × 3 kernel, centred: the sum itself.
    fn on_ramp(name: &str, ramp: impl Fn(usize, usize) -> usize) -> i64 {
        let Ok(Data::Int(w, _)) = kernel(name, 2) else { panic!("{name} has integers") };
        w.indexed_iter().map(|(k, w)| w * ramp(3 - k[0], 3 - k[1]) as i64).sum()
    }

    #[test]
    fn derivatives_are_positive_where_the_image_rises() {
        for name in ["sobel-x", "prewitt-x", "scharr-x", "emboss"] {
            assert!(on_ramp(name, |_, column| column) > 0, "{name}");
        }
        for name in ["sobel-y", "prewitt-y", "emboss"] {
            assert!(on_ramp(name, |row, _| row) > 0, "{name}");
        }
        assert_eq!(on_ramp("sobel-x", |_, column| column), 8);
        assert_eq!(on_ramp("sobel-x", |row, _| row), 0);
        assert_eq!(on_ramp("laplacian", |row, column| row + column), 0);
        assert_eq!(on_ramp("sharpen", |row, column| row + column), 4);
    }

    #[test]
    fn every_kernel_exists_where_it_says() {
        for Named { name, parameter, dimensions, .. } in LIST {
            let text = parameter.map_or(name.to_string(), |_| format!("{name}:3"));
            for rank in 1..=3 {
                let expected = match dimensions {
                    ANY => true,
                    PLANE => rank == 2,
                    LINE => rank == 1,
                    _ => rank <= 2,
                };
                assert_eq!(kernel(&text, rank).is_ok(), expected, "{text} in {rank}");
            }
        }
    }

    #[test]
    fn means_sum_to_one() {
        for text in ["box:5", "gaussian:0.1", "gaussian:2.5"] {
            let Ok(Data::F64(w)) = kernel(text, 2) else { panic!("{text} has floats") };
            assert!((w.sum() - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn wrong_names_and_parameters_are_explained() {
        let Err(KernelError::Unknown { nearest, .. }) = kernel("sobelx", 2) else { panic!("unknown") };
        assert!(nearest.is_some_and(|n| n.starts_with("sobel")));
        for text in [
            "box",
            "box:0",
            "box:-1",
            "box:x",
            "box:99999",
            "gaussian:0",
            "gaussian:nan",
            "gaussian:1e300",
            "sobel-x:3",
        ] {
            assert!(matches!(kernel(text, 2), Err(KernelError::Parameter { .. })), "{text}");
        }
    }
}
