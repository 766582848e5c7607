//! One convolution per channel, over whichever scalars the two arrays have.

use super::{
    convert::{to_c32, to_c64, to_f32, to_f64},
    exactly,
    operand::Operand,
    output::Failure,
    peak::Peak,
};
use dashu_int::IBig;
use faltung::{
    conv::{self, Candidate, Facts, Plan, PlanError, Scalar, Spec, plan},
    io::{Data, Form, IntType},
};
use ndarray::{ArrayD, ArrayViewD};

/// The most entries that are computed with as integers of any size.
pub const MAX_WIDE: usize = 1 << 26;

/// What is wanted of every channel.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// Which convolution.
    pub spec: Spec,
    /// The algorithm, if one was asked for by name.
    pub algorithm: Option<&'a str>,
    /// Whether floats are to be computed exactly and rounded once.
    pub exact: bool,
}

/// The result, and how it was reached.
#[derive(Debug)]
pub struct Outcome {
    /// All channels together.
    pub data: Data,
    /// The algorithm and why it was chosen: of the first channel, all have the same shapes.
    pub why: String,
    /// Every algorithm that was considered; none where that is not known here.
    pub candidates: Vec<Candidate>,
    /// Scalar multiplications, over all channels; `None` where they are not counted.
    pub operations: Option<u128>,
    /// How far entries can be from the exact ones.
    pub accuracy: Accuracy,
    /// For each channel its peak. Of a correlation only.
    pub peaks: Vec<Peak>,
    /// What was converted on the way.
    pub notes: Vec<String>,
}

/// How far the entries of a result can be from the exact ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Accuracy {
    /// Not at all: integers.
    Exact,
    /// Each is the float nearest to the exact one.
    RoundedOnce,
    /// At most so far, a priori; infinite where a sum may overflow or meets NaN or infinity.
    Within(f64),
}

/// The exact convolution of floats, rounded once.
type Exactly<S> = fn(ArrayViewD<S>, ArrayViewD<S>, Spec) -> Result<ArrayD<S>, Failure>;

/// Runs the task on every channel of x and w, in the type that holds both.
pub fn convolve(x: &Operand, w: &Operand, task: Task) -> Result<Outcome, Failure> {
    let mut notes = Vec::new();
    if let (Data::Int(x_entries, a), Data::Int(w_entries, b)) = (&x.data, &w.data) {
        // The depth of an image says nothing about what is computed from it.
        let is_image = [x, w].into_iter().any(|o| matches!(o.form, Form::Image { .. }));
        let kind = if is_image { IntType::I64 } else { a.promoted(*b) };
        return integers(&Planes::of(x, x_entries), &Planes::of(w, w_entries), kind, task);
    }
    let mut outcome = match common(&[x, w]) {
        Common::F32 => floats(x, w, task, Some(exactly::real), |o| to_f32(o, &mut notes), Data::F32)?,
        Common::F64 => floats(x, w, task, Some(exactly::real), |o| to_f64(o, &mut notes), Data::F64)?,
        Common::C32 => floats(x, w, task, Some(exactly::complex), |o| to_c32(o, &mut notes), Data::C32)?,
        Common::C64 => floats(x, w, task, Some(exactly::complex), |o| to_c64(o, &mut notes), Data::C64)?,
    };
    outcome.notes.extend(notes);
    Ok(outcome)
}

/// The type in which arrays meet that are not all of integers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Common {
    /// float32.
    F32,
    /// float64.
    F64,
    /// complex64.
    C32,
    /// complex128.
    C64,
}

/// 32 bits stay 32 where nothing from a file has more; integers from a file are computed with in 64.
pub fn common(all: &[&Operand]) -> Common {
    let is_short = |o: &&Operand| matches!(o.data, Data::F32(_) | Data::C32(_));
    let short = all.iter().all(|o| is_short(o) || o.adaptable) && all.iter().any(is_short);
    match (all.iter().any(|o| matches!(o.data, Data::C32(_) | Data::C64(_))), short) {
        (false, true) => Common::F32,
        (false, false) => Common::F64,
        (true, true) => Common::C32,
        (true, false) => Common::C64,
    }
}

/// The channels of an array, each contiguous: interleaved entries would make every later pass slow.
struct Planes<S> {
    filtered: Vec<ArrayD<S>>,
    opacity: Option<ArrayD<S>>,
}

impl<S: Clone> Planes<S> {
    fn of(operand: &Operand, array: &ArrayD<S>) -> Self {
        let Some(channels) = operand.channels() else {
            return Planes { filtered: vec![array.clone()], opacity: None };
        };
        let interleaved = array.as_standard_layout();
        let interleaved = interleaved.as_slice().expect("standard layout");
        let plane = |c| {
            let entries = interleaved.iter().skip(c).step_by(channels).cloned().collect();
            ArrayD::from_shape_vec(operand.plane(), entries).expect("every channel fills its shape")
        };
        let mut filtered: Vec<_> = (0..channels).map(plane).collect();
        let opacity = if operand.filtered() < channels { filtered.pop() } else { None };
        Planes { filtered, opacity }
    }

    fn map<T>(&self, entry: impl Fn(&S) -> T) -> Planes<T> {
        Planes {
            filtered: self.filtered.iter().map(|plane| plane.map(&entry)).collect(),
            opacity: self.opacity.as_ref().map(|plane| plane.map(&entry)),
        }
    }
}

/// One array whose last axis is that of the planes, which are of one shape.
fn interleaved<S: Clone>(planes: &[ArrayD<S>]) -> ArrayD<S> {
    let shape = [planes[0].shape(), &[planes.len()]].concat();
    let planes: Vec<_> = planes.iter().map(|plane| plane.as_standard_layout()).collect();
    let slices: Vec<_> = planes.iter().map(|plane| plane.as_slice().expect("standard layout")).collect();
    let entries = (0..slices[0].len()).flat_map(|k| slices.iter().map(move |slice| slice[k].clone()));
    let mut together = Vec::with_capacity(slices[0].len() * slices.len());
    together.extend(entries);
    ArrayD::from_shape_vec(shape, together).expect("as many entries as the planes have")
}

fn floats<S: Scalar>(
    x: &Operand,
    w: &Operand,
    task: Task,
    exactly: Option<Exactly<S>>,
    mut convert: impl FnMut(&Operand) -> Result<ArrayD<S>, Failure>,
    data: impl Fn(ArrayD<S>) -> Data,
) -> Result<Outcome, Failure> {
    let (x_entries, w_entries) = (convert(x)?, convert(w)?);
    let (x, w) = (Planes::of(x, &x_entries), Planes::of(w, &w_entries));
    let (array, outcome) = each(&x, &w, task, exactly)?;
    Ok(Outcome { data: data(array), ..outcome })
}

/// Within 64 bits where no sum can leave them, else over integers of any size, held against the type afterwards.
fn integers(x: &Planes<i64>, w: &Planes<i64>, kind: IntType, task: Task) -> Result<Outcome, Failure> {
    let task = Task { exact: false, ..task }; // they are exact as they are
    let pairs = || pairs(x, w);
    let fits = pairs().all(|(x, w)| i64::sums_fit(x.view(), w.view()));
    let (array, outcome) = if fits {
        each(x, w, task, None)?
    } else {
        let entries: usize = x.filtered.iter().chain(&w.filtered).map(|plane| plane.len()).sum();
        if entries > MAX_WIDE {
            let problem =
                format!("sums may leave 64 bits, and {entries} integers of any size take too much memory");
            return Err(Failure::input(problem, "save the inputs as float64, or cut them into parts"));
        }
        let (x, w) = (x.map(|v| IBig::from(*v)), w.map(|v| IBig::from(*v)));
        let (array, outcome) = each(&x, &w, task, None)?;
        if let Some(place) = array.iter().position(|v| i64::try_from(v).is_err()) {
            return Err(overflow(&array, place, kind));
        }
        (array.mapv(|v| i64::try_from(&v).unwrap_or_default()), outcome)
    };
    let (least, greatest) = kind.range();
    if let Some(place) = array.iter().position(|v| !(least..=greatest).contains(v)) {
        return Err(overflow(&array.mapv(IBig::from), place, kind));
    }
    Ok(Outcome { data: Data::Int(array, kind), ..outcome })
}

/// An entry that the type cannot hold, and the narrowest type that holds them all.
pub fn overflow(array: &ArrayD<IBig>, place: usize, kind: IntType) -> Failure {
    let ((least, greatest), index) = (kind.range(), index_at(array.shape(), place));
    let value = &array[&index[..]];
    let problem = format!("entry {index:?} of the result is {value}, {kind} ends at {least} and {greatest}");
    let holds = |wider: &IntType| {
        let (least, greatest) = wider.range();
        array.iter().all(|v| (least.into()..=greatest.into()).contains(v))
    };
    let advice = match IntType::ALL.into_iter().filter(holds).min_by_key(|wider| wider.size()) {
        Some(wider) => format!("save one input as {wider}, which holds every entry: a.astype(\"{wider}\") in NumPy"),
        None => "no integer type here holds it: save one input as float64, by a.astype(\"float64\") in NumPy, or give \
                 an array with a point in it: \"[1.0, 2, 3]\""
            .into(),
    };
    Failure::input(problem, advice)
}

/// The pairs of channels that are convolved: one channel on either side serves all of the other.
fn pairs<'a, S>(
    x: &'a Planes<S>,
    w: &'a Planes<S>,
) -> impl Iterator<Item = (ArrayViewD<'a, S>, ArrayViewD<'a, S>)> {
    let plane = |planes: &'a Planes<S>, c: usize| planes.filtered[c % planes.filtered.len()].view();
    (0..x.filtered.len().max(w.filtered.len())).map(move |c| (plane(x, c), plane(w, c)))
}

fn each<S: Scalar>(
    x: &Planes<S>,
    w: &Planes<S>,
    task: Task,
    exactly: Option<Exactly<S>>,
) -> Result<(ArrayD<S>, Outcome), Failure> {
    let mut results = Vec::new();
    let mut outcome: Option<Outcome> = None;
    for (x, w) in pairs(x, w) {
        let (result, this) = if task.exact { exact_one(x, w, task, exactly)? } else { one(x, w, task)? };
        results.push(result);
        match &mut outcome {
            Some(outcome) => outcome.join(this),
            None => outcome = Some(this),
        }
    }
    let outcome = outcome.ok_or_else(|| PlanError::None("there is no channel".into()))?;
    results.extend(x.opacity.clone());
    match &results[..] {
        [_] => Ok((results.swap_remove(0), outcome)),
        [first, .., last] if first.shape() != last.shape() => {
            let advice = "use --mode same or circular, or save the image without alpha";
            Err(Failure::input("the opacity of the image fits only a result of its shape", advice))
        }
        planes => Ok((interleaved(planes), outcome)),
    }
}

fn one<S: Scalar>(x: ArrayViewD<S>, w: ArrayViewD<S>, task: Task) -> Result<(ArrayD<S>, Outcome), Failure> {
    let facts = Facts::of(x.view(), w.view());
    let plan = plan::<S>(x.shape(), w.shape(), facts, task.spec, task.algorithm)?;
    let accuracy = match S::ROUNDING {
        None => Accuracy::Exact,
        Some(_) => Accuracy::Within(conv::worst(x.view(), w.view(), task.spec, plan.algorithm)?),
    };
    let result = plan.run(x, w);
    let outcome = Outcome::of(plan, accuracy, task.spec.correlate.then(|| Peak::of(&result)));
    Ok((result, outcome))
}

fn exact_one<S: Scalar>(
    x: ArrayViewD<S>,
    w: ArrayViewD<S>,
    task: Task,
    exactly: Option<Exactly<S>>,
) -> Result<(ArrayD<S>, Outcome), Failure> {
    let exactly = exactly.expect("integers are exact without being asked to");
    let result = exactly(x, w, task.spec)?;
    let parts = if S::ROUNDING.is_some_and(|rounding| rounding.complex) {
        ", four times for the real and imaginary parts"
    } else {
        ""
    };
    // The library chooses an algorithm by the integers that the floats become, and does not tell which: nothing is
    // said of it here, for a plan without these integers may be another.
    let outcome = Outcome {
        data: Data::F64(ArrayD::zeros(vec![0])),
        why: format!("exact, by integers times a power of two{parts}"),
        candidates: Vec::new(),
        operations: None,
        accuracy: Accuracy::RoundedOnce,
        peaks: task.spec.correlate.then(|| Peak::of(&result)).into_iter().collect(),
        notes: Vec::new(),
    };
    Ok((result, outcome))
}

impl Outcome {
    /// Of a channel that is computed; its entries come when all channels are.
    fn of<S: Scalar>(plan: Plan<S>, accuracy: Accuracy, peak: Option<Peak>) -> Outcome {
        Outcome {
            data: Data::F64(ArrayD::zeros(vec![0])),
            operations: Some(plan.algorithm.cost(&plan.problem)),
            why: plan.why,
            candidates: plan.candidates,
            accuracy,
            peaks: peak.into_iter().collect(),
            notes: Vec::new(),
        }
    }

    /// With another channel.
    fn join(&mut self, other: Outcome) {
        self.operations = self.operations.zip(other.operations).map(|(own, other)| own + other);
        self.peaks.extend(other.peaks);
        if let (Accuracy::Within(a), Accuracy::Within(b)) = (&mut self.accuracy, other.accuracy) {
            *a = a.max(b);
        }
        if self.why != other.why {
            self.notes.push(format!("another channel was computed otherwise: {}", other.why));
        }
    }
}

/// The index of the entry that is at `place` in row-major order.
pub fn index_at(shape: &[usize], mut place: usize) -> Vec<usize> {
    let mut index = vec![0; shape.len()];
    for (axis, n) in shape.iter().enumerate().rev() {
        index[axis] = place % n;
        place /= n;
    }
    index
}
