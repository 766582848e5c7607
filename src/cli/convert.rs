//! An array in another type: exactly, or with a note, or not at all.

use super::{operand::Operand, output::Failure};
use faltung::io::Data;
use ndarray::ArrayD;
use num_complex::{Complex32, Complex64};

/// As float64: integers exactly or not at all.
pub fn to_f64(operand: &Operand, notes: &mut Vec<String>) -> Result<ArrayD<f64>, Failure> {
    match &operand.data {
        Data::F64(a) => Ok(a.clone()),
        Data::F32(a) => {
            notes.push(format!("{} is float32 and is computed with in float64", operand.source));
            Ok(a.mapv(f64::from))
        }
        Data::Int(a, kind) => {
            // Exact up to 2^53, and beyond where enough low bits are zero.
            if let Some(v) = a.iter().find(|v| **v as f64 as i128 != **v as i128) {
                let problem = format!(
                    "{}: expected integers that float64 holds, in which this is computed, found {v}",
                    operand.source
                );
                return Err(Failure::input(
                    problem,
                    "convert it yourself, as you mean it: a.astype(\"float64\")",
                ));
            }
            if !operand.adaptable {
                notes.push(format!(
                    "{} is {kind} and is computed with in float64, exactly converted",
                    operand.source
                ));
            }
            Ok(a.mapv(|v| v as f64))
        }
        Data::C32(_) | Data::C64(_) => Err(Failure::input(
            format!("{} is complex, expected real entries", operand.source),
            "this is a fault of faltung: please report it",
        )),
    }
}

/// As float32: rounded, and that is noted.
pub fn to_f32(operand: &Operand, notes: &mut Vec<String>) -> Result<ArrayD<f32>, Failure> {
    if let Data::F32(a) = &operand.data {
        return Ok(a.clone());
    }
    let wide = to_f64(operand, &mut Vec::new())?;
    let short = wide.mapv(|v| v as f32);
    if wide.iter().zip(&short).any(|(wide, short)| !wide.is_nan() && *wide != f64::from(*short)) {
        notes.push(format!("{} is rounded to float32, the type of the other array", operand.source));
    }
    Ok(short)
}

/// As complex64: as [`to_f32`] where it is real.
pub fn to_c32(operand: &Operand, notes: &mut Vec<String>) -> Result<ArrayD<Complex32>, Failure> {
    match &operand.data {
        Data::C32(a) => Ok(a.clone()),
        _ => Ok(to_f32(operand, notes)?.mapv(Complex32::from)),
    }
}

/// As complex128: as [`to_f64`] where it is real.
pub fn to_c64(operand: &Operand, notes: &mut Vec<String>) -> Result<ArrayD<Complex64>, Failure> {
    match &operand.data {
        Data::C64(a) => Ok(a.clone()),
        Data::C32(a) => {
            notes.push(format!("{} is complex64 and is computed with in complex128", operand.source));
            Ok(a.mapv(|v| Complex64::new(v.re.into(), v.im.into())))
        }
        _ => Ok(to_f64(operand, notes)?.mapv(Complex64::from)),
    }
}
