//! What PyTorch and the node tests of ONNX say (`peers.py` asked them), against what we compute.

use super::{array, input, kernel, pattern};
use faltung::{
    layer::{
        BatchNorm, Bias, Conv, Fill, Fold, Gradients, Layer, LeakyRelu, Pad, Padding, Quantised, Relu,
        Sharing, Sigmoid, Sliding, Softmax, Tanh, Transposed, Unfold,
        pool::{Average, Max, Norm, Regions, Unpool},
    },
    signal::Boundary,
};
use ndarray::{ArrayD, Dimension};
use serde_json::Value;

fn numbers(value: &Value) -> Vec<usize> {
    value.as_array().into_iter().flatten().map(|n| n.as_u64().expect("a size") as usize).collect()
}

fn floats(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|n| n.as_f64().expect("a number")).collect()
}

fn close(name: &str, got: &ArrayD<f64>, shape: &[usize], expected: &[f64]) {
    assert_eq!(got.shape(), shape, "{name}");
    for (place, (got, expected)) in got.iter().zip(expected).enumerate() {
        assert!(
            (got - expected).abs() <= 2e-8 * (1.0 + expected.abs()),
            "{name}, entry {place}: {got}, not {expected}"
        );
    }
}

fn sliding(case: &Value, taps: &[usize]) -> Sliding {
    let mut sliding = Sliding::of(taps);
    for (axis, window) in sliding.windows.iter_mut().enumerate() {
        let of = |key: &str, default: u64| case[key][axis].as_u64().unwrap_or(default) as usize;
        (window.stride, window.dilation) = (of("stride", 1), of("dilation", 1));
        (window.before, window.after) = (of("padding", 0), of("padding", 0));
        window.ceil = case["ceil"].as_bool().unwrap_or(false);
    }
    sliding
}

/// Forward and, where PyTorch gave gradients, backward.
fn both(case: &Value, layer: &dyn Layer<f64>, x: &ArrayD<f64>) {
    let name = case.to_string();
    let (shape, y) =
        (numbers(&case["shape"]), layer.forward(x.view()).unwrap_or_else(|error| panic!("{name}: {error}")));
    close(&name, &y, &shape, &floats(&case["y"]));
    assert_eq!(layer.output_shape(x.shape()).expect("a shape"), shape);
    if case["dx"].is_null() {
        return;
    }
    let dy = pattern(&shape, [3, 2, 5]).mapv(|n| n as f64);
    let Gradients { input, parameters } = layer.backward(x.view(), dy.view()).expect("gradients");
    close(&name, &input, x.shape(), &floats(&case["dx"]));
    for (gradient, key) in parameters.iter().zip(["dw", "db"]) {
        close(&name, gradient, gradient.shape(), &floats(&case[key]));
        assert_eq!(gradient.len(), floats(&case[key]).len());
    }
}

fn torch(case: &Value) {
    let op = case["op"].as_str().expect("a name");
    let shape = numbers(&case["input"]);
    let x = input(&shape).mapv(|n| n as f64);
    let weights = || kernel(&numbers(&case["weights"])).mapv(|n| n as f64);
    let bias = |n: usize| (0..n).map(|i| i as f64 - 1.0).collect::<Vec<f64>>();
    let groups = case["groups"].as_u64().unwrap_or(1) as usize;
    let taps = numbers(&case["kernel"]);
    let include_pad = case["include"].as_bool().unwrap_or(false);
    match op {
        "Conv" => {
            let w = weights();
            let (n, sliding) = (w.shape()[0], sliding(case, &w.shape()[2..]));
            both(case, &Conv::new(sliding, w).groups(groups).bias(&bias(n)), &x);
        }
        "ConvTranspose" => {
            let w = weights();
            let (n, sliding) = (w.shape()[1] * groups, sliding(case, &w.shape()[2..]));
            let layer = Transposed::new(sliding, w).groups(groups).extra(&numbers(&case["output_padding"]));
            both(case, &layer.bias(&bias(n)), &x);
        }
        "AveragePool" => {
            both(case, &Average { regions: Regions::Sliding(sliding(case, &taps)), include_pad }, &x)
        }
        "MaxPool" => {
            let max = Max { regions: Regions::Sliding(sliding(case, &taps)) };
            both(case, &max, &x);
            // PyTorch's indices start anew in every channel
            let size: usize = shape[2..].iter().product();
            let found = max.select(x.view()).expect("maxima").1;
            assert_eq!(
                found.iter().map(|i| i % size).collect::<Vec<_>>(),
                numbers(&case["indices"]),
                "{case}"
            );
        }
        "AdaptiveAvgPool" => {
            both(
                case,
                &Average { regions: Regions::Adaptive(numbers(&case["output"])), include_pad: false },
                &x,
            );
        }
        "AdaptiveMaxPool" => both(case, &Max { regions: Regions::Adaptive(numbers(&case["output"])) }, &x),
        "Unfold" => both(case, &Unfold { sliding: sliding(case, &taps) }, &x),
        "Fold" => both(case, &Fold { sliding: sliding(case, &taps), image: numbers(&case["image"]) }, &x),
        "Pad" => {
            let boundary = match case["mode"].as_str() {
                Some("reflect") => Boundary::Reflect,
                Some("replicate") => Boundary::Replicate,
                _ => Boundary::Wrap,
            };
            let amounts = |key: &str| numbers(&case[key]).into_iter().map(|n| n as isize).collect();
            let layer =
                Pad { before: amounts("before"), after: amounts("after"), fill: Fill::Boundary(boundary) };
            both(case, &layer, &x);
        }
        "Sigmoid" => both(case, &Sigmoid, &x),
        "Tanh" => both(case, &Tanh, &x),
        "Softmax" => both(case, &Softmax { axis: 1 }, &x),
        "Relu" => both(case, &Relu, &x),
        "LeakyRelu" => both(case, &LeakyRelu { slope: 0.25 }, &x),
        "LpPool" => {
            let p = case["p"].as_u64().expect("an exponent") as u32;
            both(
                case,
                &Norm { regions: Regions::Sliding(sliding(case, &taps)), p },
                &x.mapv(|x| x.abs() + 1.0),
            );
        }
        "BatchNorm" => {
            let vector = |entries: [f64; 3]| array(&[3], entries);
            let (gamma, beta) = (vector([2.0, -1.0, 3.0]), vector([1.0, 2.0, 0.0]));
            let layer = BatchNorm::of_variance(gamma, beta, vec![1.0, 0.0, -2.0], &[3.0, 0.25, 8.0], 1.0);
            both(case, &layer.expect("positive variances"), &x);
        }
        op => panic!("nobody tests {op}"),
    }
}

/// The geometry of an ONNX node.
fn geometry(attrs: &Value, taps: &[usize]) -> Sliding {
    let mut sliding = Sliding::of(taps);
    let d = taps.len();
    for (axis, window) in sliding.windows.iter_mut().enumerate() {
        let of =
            |key: &str, place: usize, default: u64| attrs[key][place].as_u64().unwrap_or(default) as usize;
        (window.stride, window.dilation) = (of("strides", axis, 1), of("dilations", axis, 1));
        (window.before, window.after) = (of("pads", axis, 0), of("pads", d + axis, 0));
        window.ceil = attrs["ceil_mode"] == 1;
    }
    sliding.padding(match attrs["auto_pad"].as_str() {
        Some("SAME_UPPER") => Padding::SameUpper,
        Some("SAME_LOWER") => Padding::SameLower,
        Some("VALID") => Padding::Valid,
        _ => Padding::Explicit,
    })
}

fn onnx(case: &Value) {
    let (op, attrs) = (case["op"].as_str().expect("a name"), &case["attrs"]);
    let arrays = |key: &str| -> Vec<ArrayD<f64>> {
        let all = case[key].as_array().expect("a list").iter();
        all.map(|a| array(&numbers(&a["shape"]), floats(&a["y"]))).collect()
    };
    let (inputs, outputs) = (arrays("inputs"), arrays("outputs"));
    let x = &inputs[0];
    let sizes = |a: &ArrayD<f64>| a.iter().map(|n| *n as usize).collect::<Vec<usize>>();
    let pooled = || Regions::Sliding(geometry(attrs, &numbers(&attrs["kernel_shape"])));
    let layer: Box<dyn Layer<f64>> = match op {
        "Conv" => Box::new(Conv::new(geometry(attrs, &inputs[1].shape()[2..]), inputs[1].clone())),
        "ConvInteger" => {
            let (_, zeros) =
                (&inputs[0], |at: usize| inputs.get(at).map_or(vec![0.0], |a| a.iter().copied().collect()));
            let conv = Conv::new(geometry(attrs, &inputs[1].shape()[2..]), inputs[1].clone());
            Box::new(Quantised { conv, input_zero: zeros(2)[0], weight_zero: zeros(3) })
        }
        "ConvTranspose" => {
            let w = inputs[1].clone();
            let mut layer = Transposed::new(geometry(attrs, &inputs[1].shape()[2..]), w)
                .groups(attrs["group"].as_u64().unwrap_or(1) as usize)
                .extra(&numbers(&attrs["output_padding"]));
            layer.output = attrs["output_shape"].is_array().then(|| numbers(&attrs["output_shape"]));
            Box::new(layer)
        }
        "AveragePool" => {
            Box::new(Average { regions: pooled(), include_pad: attrs["count_include_pad"] == 1 })
        }
        "MaxPool" => Box::new(Max { regions: pooled() }),
        "GlobalAveragePool" => Box::new(Average { regions: Regions::Global, include_pad: false }),
        "GlobalMaxPool" => Box::new(Max { regions: Regions::Global }),
        "MaxUnpool" => Box::new(Unpool {
            sliding: geometry(attrs, &numbers(&attrs["kernel_shape"])),
            indices: inputs[1].mapv(|i| i as usize),
            output: inputs.get(2).map(|shape| sizes(shape)[2..].to_vec()),
        }),
        "Col2Im" => Box::new(Fold { sliding: geometry(attrs, &sizes(&inputs[2])), image: sizes(&inputs[1]) }),
        "Pad" => {
            let amounts: Vec<isize> = inputs[1].iter().map(|n| *n as isize).collect();
            let boundary = match attrs["mode"].as_str() {
                Some("edge") => Boundary::Replicate,
                Some("reflect") => Boundary::Reflect,
                Some("wrap") => Boundary::Wrap,
                mode => panic!("{mode:?}"),
            };
            let half = amounts.len() / 2;
            assert!(
                amounts[..2] == [0, 0] && amounts[half..half + 2] == [0, 0],
                "N and C are not padded here"
            );
            Box::new(Pad {
                before: amounts[2..half].to_vec(),
                after: amounts[half + 2..].to_vec(),
                fill: Fill::Boundary(boundary),
            })
        }
        op => panic!("nobody tests {op}"),
    };
    let name = case["onnx"].as_str().expect("a name");
    let y = layer.forward(x.view()).unwrap_or_else(|error| panic!("{name}: {error}"));
    // one of their tests rounds to a byte
    close(name, &y, outputs[0].shape(), outputs[0].as_slice().expect("standard layout"));
    if let (Some(indices), "MaxPool") = (outputs.get(1), op) {
        let found = Max { regions: pooled() }.select(x.view()).expect("maxima").1;
        // storage order 1 counts the last two axes by columns
        let by_columns = |(index, flat): (ndarray::IxDyn, &usize)| {
            let (h, w) = (x.shape()[2], x.shape()[3]);
            let here = flat % (h * w);
            assert_eq!(index.slice()[..2], [0, 0]);
            (here % w * h + here / w) as f64
        };
        let found: Vec<f64> = match attrs["storage_order"].as_u64() {
            Some(1) => found.indexed_iter().map(by_columns).collect(),
            _ => found.iter().map(|i| *i as f64).collect(),
        };
        assert_eq!(found, indices.iter().copied().collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn the_layers_compute_what_other_engines_do() {
    let cases: Value = serde_json::from_str(include_str!("peers.json")).expect("JSON");
    let (mut from_torch, mut from_onnx) = (0, 0);
    for case in cases.as_array().expect("a list") {
        if case["onnx"].is_string() {
            onnx(case);
            from_onnx += 1;
        } else {
            torch(case);
            from_torch += 1;
        }
    }
    assert!(from_torch > 700 && from_onnx > 40, "{from_torch} {from_onnx}");
}

/// A bias is one thing, however it is shared, where all its values agree.
#[test]
fn a_bias_per_output_that_is_constant_is_one_per_channel() {
    let conv = Conv::new(Sliding::of(&[2]), kernel(&[2, 2, 2])).bias(&[3, -1]);
    let values = array(&[3, 2], [3, -1, 3, -1, 3, -1]);
    let other = Conv { bias: Some(Bias { sharing: Sharing::Unshared, values }), ..conv.clone() };
    let x = input(&[2, 2, 4]);
    assert_eq!(conv.forward(x.view()), other.forward(x.view()));
}
