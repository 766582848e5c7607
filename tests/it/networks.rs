//! `faltung compute layer`, `pool` and `shape`, as a person runs them.

use crate::cli::{Folder, ints, ran, refuses};
use faltung::{
    io::{Data, Form, IntType},
    layer::stack::PRESETS,
};
use ndarray::ArrayD;
use num_complex::Complex32;
use serde_json::json;

/// An array of this shape.
fn shaped<S>(shape: &[usize], entries: Vec<S>) -> ArrayD<S> {
    ArrayD::from_shape_vec(shape, entries).unwrap()
}

fn counting(shape: &[usize], kind: IntType) -> Data {
    Data::Int(shaped(shape, (0..shape.iter().product::<usize>() as i64).collect()), kind)
}

#[test]
fn layers_on_the_command_line() {
    let x = "[[[1, 2, 3, 4, 5]]]";
    let values = |arguments: &[&str]| {
        let done = ran(&[&["compute", "layer", x], arguments, &["--json"]].concat());
        assert_eq!(done.code, 0, "{arguments:?} {}{}", done.err, done.text());
        (done.json()["shape"].clone(), done.json()["values"].clone())
    };
    let w = "[[[1, 0, -1]]]";
    assert_eq!(values(&[w]), (json!([1, 1, 3]), json!([-2, -2, -2])));
    assert_eq!(values(&[w, "--stride", "2", "--padding", "1"]), (json!([1, 1, 3]), json!([-2, -2, 4])));
    assert_eq!(values(&[w, "--padding", "2,0"]), (json!([1, 1, 5]), json!([-1, -2, -2, -2, -2])));
    assert_eq!(values(&[w, "--dilation", "2"]).1, json!([-4]));
    assert_eq!(values(&["[[[1, 1]]]", "--auto-pad", "same-lower"]).1, json!([1, 3, 5, 7, 9]));
    assert_eq!(
        values(&["[[[1]], [[2]]]", "--bias", "[10, 20]"]).1,
        json!([11, 12, 13, 14, 15, 22, 24, 26, 28, 30])
    );
    let up = values(&["[[[1, 1, 1]]]", "--transposed", "--stride", "2"]);
    assert_eq!(up, (json!([1, 1, 11]), json!([1, 1, 3, 2, 5, 3, 7, 4, 9, 5, 5])));
    let more = ["[[[1, 1, 1]]]", "--transposed", "--stride", "2", "--padding", "1", "--output-padding", "1"];
    assert_eq!(values(&more), (json!([1, 1, 10]), json!([1, 3, 2, 5, 3, 7, 4, 9, 5, 5])));
    let sized = ["[[[1, 1, 1]]]", "--transposed", "--stride", "2", "--output-shape", "10"];
    assert_eq!(values(&sized).0, json!([1, 1, 10]));
    let two =
        ran(&["compute", "layer", "[[[1, 2], [3, 4]]]", "[[[10]], [[100]]]", "--groups", "2", "--json"])
            .json();
    assert_eq!(two["values"], json!([10, 20, 300, 400]));
    let said = ran(&["compute", "layer", x, w]).err;
    for word in
        ["windows", "stride 1", "direct sum", "9 multiplications", "integers are exact", "1 x 1 x 3 int64"]
    {
        assert!(said.contains(word), "{word} is not in {said}");
    }
}

#[test]
fn types_are_kept_and_integers_are_exact() {
    let folder = Folder::new();
    let hold = |name: &str, data: Data| folder.holding(name, &data, &Form::Plain);
    let x8 = hold("x8.npy", counting(&[1, 2, 3], IntType::I8));
    let w8 = hold("w8.npy", counting(&[1, 2, 2], IntType::I8));
    let large = hold("large.npy", Data::Int(shaped(&[1, 1, 2], vec![i64::MAX, i64::MAX]), IntType::I64));
    let f4 = hold("f4.npy", Data::F32(shaped(&[1, 2, 2], vec![0.1, 0.2, 0.3, 0.4])));
    let f8 = hold("f8.npy", Data::F64(shaped(&[1, 2, 3], vec![0.5; 6])));
    let c8 = hold("c8.npy", Data::C32(shaped(&[1, 2, 2], vec![Complex32::new(0.0, 1.0); 4])));
    let y = folder.path("y.npy");
    for (w, kind, told) in
        [(&w8, "int8", ""), (&f4, "float64", "computed with in float64"), (&c8, "complex128", "")]
    {
        let done = ran(&["compute", "layer", &x8, w, "-o", &y, "--json"]);
        assert_eq!((done.code, done.json()["type"].as_str()), (0, Some(kind)), "{w} {}", done.err);
        assert!(done.json()["notes"].to_string().contains(told));
    }
    assert_eq!(folder.read("y.npy").shape(), [1, 1, 2]);
    let done = ran(&["compute", "layer", &f8, &f4, "--json"]).json();
    assert_eq!(done["accuracy"], "bounded");
    let bound = done["error_bound"].as_f64().unwrap();
    assert!(bound > 0.0 && bound < 1e-14, "{bound}");
    // (1 + u)² − (1 + 2u): nothing is left of two roundings, and u² of one
    let near = hold("near.npy", Data::F64(shaped(&[1, 2, 1], vec![1.0, 1.0 + f64::EPSILON])));
    let less = -1.0 - 2.0 * f64::EPSILON;
    let w = hold("w.npy", Data::F64(shaped(&[1, 2, 1], vec![less, 1.0 + f64::EPSILON])));
    for (flags, left) in [(&[][..], 0.0), (&["--fused"][..], f64::EPSILON * f64::EPSILON)] {
        let done = ran(&[&["compute", "layer", &near, &w, "--json"], flags].concat()).json();
        assert_eq!(done["values"], json!([left]));
        assert!(done["error_bound"].as_f64().is_some_and(|bound| bound > left));
    }
    refuses(&folder, &["compute", "layer", &x8, &w8, "--fused"], &["--fused is for floats", "leave it out"]);
    refuses(&folder, &["compute", "layer", &c8, &c8, "--fused"], &["real floats", "complex"]);
    // 0 · 0 + 1 · 1 + 3 · 2 + 4 · 3 = 19, and 25 next to it; sums that leave the type say so, and where
    assert_eq!(ran(&["compute", "layer", &x8, &w8, "-q"]).text(), "19,25\n");
    refuses(
        &folder,
        &["compute", "layer", &large, "[[[1, 1]]]"],
        &["18446744073709551614", "int64", "[0, 0, 0]"],
    );
    assert_eq!(ran(&["compute", "layer", &large, "[[[1, -1]]]", "--json"]).json()["values"], json!([0]));
    let hundred = hold("hundred.npy", Data::Int(shaped(&[1, 1, 1], vec![100]), IntType::I8));
    refuses(&folder, &["compute", "layer", &hundred, &hundred], &["10000", "int8", "[0, 0, 0]"]);
    assert_eq!(
        ran(&["compute", "layer", &hundred, &hundred, "--bias", "[1]", "--json"]).json()["type"],
        "int64"
    );
    // NaN goes where a window meets it, and nowhere else
    let nan = hold("nan.npy", Data::F64(shaped(&[1, 1, 4], vec![f64::NAN, 1.0, 1.0, f64::INFINITY])));
    let y = ran(&["compute", "layer", &nan, "[[[1, 1]]]", "--json"]).json();
    assert_eq!((&y["values"], &y["error_bound"]), (&json!(["NaN", 2.0, "inf"]), &json!(null)));
}

#[test]
fn pools_on_the_command_line() {
    let x = "[[[1, 5, 2, 8, 3, 6, 7]]]";
    let values = |arguments: &[&str]| {
        let done = ran(&[&["compute", "pool", x, "--kind"], arguments, &["--json"]].concat());
        assert_eq!(done.code, 0, "{arguments:?} {}{}", done.err, done.text());
        done.json()["values"].clone()
    };
    assert_eq!(values(&["max", "--window", "2"]), json!([5, 8, 6]));
    assert_eq!(values(&["max", "--window", "2", "--ceil"]), json!([5, 8, 6, 7]));
    assert_eq!(values(&["max", "--window", "3", "--stride", "2", "--padding", "1"]), json!([5, 8, 8, 7]));
    assert_eq!(values(&["global-max"]), json!([8]));
    assert_eq!(values(&["adaptive-max", "--output-shape", "3"]), json!([5, 8, 7]));
    let floats = "[[[1.0, 5.0, 2.0, 8.0]]]";
    let means = |arguments: &[&str]| {
        ran(&[&["compute", "pool", floats, "--kind"], arguments, &["--json"]].concat()).json()
    };
    assert_eq!(means(&["avg", "--window", "2"])["values"], json!([3.0, 5.0]));
    assert_eq!(
        means(&["avg", "--window", "3", "--stride", "3", "--padding", "1"])["values"],
        json!([3.0, 5.0])
    );
    let padded = ["avg", "--window", "2", "--padding", "1", "--count-include-pad"];
    assert_eq!(means(&padded)["values"], json!([0.5, 3.5, 4.0]));
    assert_eq!(means(&["global-avg"])["values"], json!([4.0]));
    assert_eq!(means(&["lp", "--p", "1", "--window", "2"])["values"], json!([6.0, 10.0]));
    assert_eq!(means(&["adaptive-avg", "--output-shape", "1"])["accuracy"], "bounded");
    let folder = Folder::new();
    let (y, where_) = (folder.path("y.npy"), folder.path("i.npy"));
    let done = ran(&["compute", "pool", x, "--kind", "max", "--window", "2", "-o", &y, "--indices", &where_]);
    assert_eq!(done.code, 0, "{}", done.err);
    let indices = Data::Int(shaped(&[1, 1, 3], vec![1, 3, 5]), IntType::I64);
    assert_eq!(folder.read("i.npy"), indices);
    // integers stay integers, or say why not
    assert_eq!(
        ran(&["compute", "pool", "[[[1, 3, 5, 7]]]", "--kind", "avg", "--window", "2", "--json"]).json()["values"],
        json!([2, 6])
    );
    refuses(
        &folder,
        &["compute", "pool", x, "--kind", "avg", "--window", "3"],
        &["8/3", "[0, 0, 0]", "float64"],
    );
    let large = folder.holding(
        "l.npy",
        &Data::Int(shaped(&[1, 1, 2], vec![i64::MAX, i64::MAX]), IntType::I64),
        &Form::Plain,
    );
    let mean = ran(&["compute", "pool", &large, "--kind", "global-avg", "--json"]).json();
    assert_eq!(mean["values"], json!([i64::MAX]));
}

#[test]
fn layers_and_pools_that_cannot_be() {
    let folder = Folder::new();
    let (x, w) = ("[[[1, 2, 3, 4, 5]]]", "[[[1, 0, -1]]]");
    let layer = |arguments: &[&str], words: &[&str]| {
        refuses(&folder, &[&["compute", "layer"], arguments].concat(), words);
    };
    layer(&[x, w, "--stride", "0"], &["the stride is 0", "divides by it"]);
    layer(&[x, w, "--dilation", "3"], &["(3 − 1) · 3 + 1 = 7", "0 + 5 + 0 = 5", "pad with 2 more"]);
    layer(&[x, w, "--groups", "2"], &["2 groups do not divide the 1 input channels"]);
    layer(&[x, "[[[[1]]]]"], &["spatial axes"]);
    layer(&["[1, 2, 3]", w], &["N × C"]);
    layer(&[x, "[[[1], [1]]]"], &["the array of weights", "[1, 2, 1]"]);
    layer(&[x, w, "--bias", "[1, 2]"], &["the bias", "[2]"]);
    layer(&[x, w, "--stride", "1,1"], &["--stride has 2 numbers", "1 spatial axes"]);
    layer(&[x, w, "--padding", "1,2,3"], &["--padding has 3 numbers"]);
    layer(&[x, w, "--padding", "100000000000"], &["bytes of memory"]);
    layer(&[x, w, "--padding", "9000000000000000000"], &["more than the"]);
    layer(&[x, w, "--transposed", "--output-padding", "1"], &["output padding is 1"]);
    layer(&[x, w, "--transposed", "--output-shape", "99"], &["99"]);
    layer(&[x, w, "--output-shape", "9"], &["--transposed"]);
    layer(&["-", w, "--bias", "-"], &["several arrays"]);
    let picture = Form::Image { channels: faltung::io::Channels::Gray, bits: 8 };
    let png = folder.holding("p.png", &Data::Int(shaped(&[2, 2], vec![1, 2, 3, 4]), IntType::U8), &picture);
    layer(&[&png, w], &["a picture", "N x C"]);
    let pool = |arguments: &[&str], words: &[&str]| {
        refuses(&folder, &[&["compute", "pool", x, "--kind"], arguments].concat(), words);
    };
    pool(&["max"], &["needs --window"]);
    pool(&["max", "--window", "0"], &["the kernel's size is 0"]);
    pool(&["max", "--window", "2", "--stride", "0"], &["the stride is 0"]);
    pool(&["max", "--window", "9"], &["does not fit", "9"]);
    pool(&["max", "--window", "2,2"], &["--window has 2 numbers"]);
    pool(&["max", "--window", "1", "--padding", "3"], &["no maximum"]);
    pool(&["global-max", "--window", "2"], &["--window says nothing about --kind global-max"]);
    pool(&["avg", "--window", "2", "--indices", "i.npy"], &["--indices says nothing"]);
    pool(&["max", "--window", "2", "--indices", "i.csv"], &[".npy"]);
    pool(&["adaptive-avg"], &["needs --output-shape"]);
    pool(&["lp", "--window", "2", "--p", "0"], &["exponent"]);
    pool(&["max", "--window", "2", "--p", "2"], &["--p says nothing about --kind max"]);
    let complex = folder.holding(
        "c.npy",
        &Data::C32(shaped(&[1, 1, 2], vec![Complex32::new(0.0, 1.0); 2])),
        &Form::Plain,
    );
    refuses(&folder, &["compute", "pool", &complex, "--kind", "max", "--window", "2"], &["is complex"]);
    let same = folder.path("same.npy");
    let both = ["compute", "pool", x, "--kind", "max", "--window", "2", "-o", &same, "--indices", &same];
    refuses(&folder, &both, &["both the result and the indices"]);
    // no result without its indices
    let nowhere = folder.path("nowhere/i.npy");
    let lost = ["compute", "pool", x, "--kind", "max", "--window", "2", "--indices", &nowhere];
    refuses(&folder, &lost, &["i.npy"]);
    let own = folder.holding("own.npy", &ints(&[1]), &Form::Plain);
    let over = ["compute", "pool", &own, "--kind", "max", "--window", "2", "--indices", &own];
    refuses(&folder, &over, &["written over"]);
}

#[test]
fn shapes_of_stacks() {
    for (name, parameters) in [
        ("cifar", 31_066),
        ("lenet", 60_000),
        ("alexnet", 60_965_224),
        ("vgg16", 138_357_544),
        ("resnet18", 11_689_512),
    ] {
        let done = ran(&["compute", "shape", "--preset", name, "--json"]).json();
        assert_eq!(done["total"]["parameters"], parameters, "{name}");
        let table = ran(&["compute", "shape", "--preset", name]);
        assert!(table.code == 0 && table.text().starts_with("layer "), "{}", table.err);
        let rows: Vec<&str> = table.text().lines().take_while(|line| !line.is_empty()).collect();
        assert_eq!(rows.len(), done["layers"].as_array().unwrap().len() + 3);
        // numbers end below each other
        let ends = rows[0].find("neurons").unwrap() + "neurons".len();
        assert!(
            rows[2..].iter().all(|row| row.chars().nth(ends).is_none_or(|c| c == ' ')),
            "{}",
            table.text()
        );
        assert_eq!(
            ran(&["compute", "shape", "--preset", name, "--text"]).text(),
            PRESETS.iter().find(|p| p.0 == name).unwrap().1
        );
    }
    let lenet = ran(&["compute", "shape", "--preset", "lenet"]);
    for words in ["C1: conv 6 5x5", "6x28x28", "122,304", "151,600", "60,000 learned", "840 fixed", "float32"]
    {
        assert!(lenet.text().contains(words), "{words} is not in {}", lenet.text());
    }
    let folder = Folder::new();
    let own =
        folder.with("own.stack", b"input 3 32 32\nA: conv 6 5x5 stride 2\nrelu\nB: conv 4 3x3\ndense 2\n");
    let table = ran(&["compute", "shape", &own, "--effective"]);
    for words in [
        "axes 0, 1: (n + padding",
        "27/2 is no integer",
        "stride 1 or 3 fits",
        "6x14x14",
        "receptive field of B",
        "deviation",
        "|",
    ] {
        assert!(table.text().contains(words), "{words} is not in {}", table.text());
    }
    let document = ran(&["compute", "shape", &own, "--effective=A", "--json"]).json();
    assert_eq!(
        (&document["schema"], &document["effective"]["layer"]),
        (&json!(1), &json!("conv 6 5x5 stride 2"))
    );
    assert_eq!(
        document["layers"][0]["receptive_field"][0],
        json!({ "size": 5, "jump": [1 + 1, 1], "start": 0 })
    );
    assert_eq!(document["layers"][0]["dropped"], json!([1, 1]));
    assert_eq!(document["parameter_bytes"]["float32"], 4 * (6 * 76 + 4 * 55 + 4 * 144 * 2 + 2));
    assert_eq!(document["effective"]["axes"][0]["variance"], "2");
    let other = ran(&["compute", "shape", &own, "--input", "3,33,33", "--json"]).json();
    assert_eq!(other["layers"][0]["output"], json!([6, 15, 15]));
}

#[test]
fn stacks_that_cannot_be() {
    let folder = Folder::new();
    let refused = |text: &str, words: &[&str]| {
        let file = folder.with("wrong.stack", text.as_bytes());
        let done = ran(&["compute", "shape", &file]);
        assert_eq!((done.code, done.text()), (2, ""), "{text}");
        assert!(words.iter().all(|word| done.err.contains(word)), "{text}: {}", done.err);
        assert_eq!(done.err.matches("error: ").count(), 1, "{}", done.err);
    };
    refused("input 3 32 32\ncnov 6 5x5", &["line 2, column 1", "`cnov`", "did you mean `conv`?"]);
    refused("input 3 32 32\nconv 6 5x5 strid 2", &["column 12", "did you mean `stride`?"]);
    refused("input 3 32 32\nconv 6 5x5 stride 0", &["line 2 (conv 6 5x5 stride 0)", "the stride is 0"]);
    refused("input 3 32 32\nconv 6 5x5 groups 2", &["2 groups do not divide the 3 input channels"]);
    let cases = [
        (&["absent.stack"][..], "absent.stack"),
        (&["--preset", "lenot"], "lenet"),
        (&[], "FILE"),
        (&["--preset", "lenet", "--input", "1,32"], "expected 3 sizes"),
        (&["--preset", "lenet", "--input", "1,8,8"], "does not fit"),
        (&["--preset", "lenet", "--effective=F6"], "`F6`"),
    ];
    for (arguments, word) in cases {
        let done = ran(&[&["compute", "shape"], arguments].concat());
        assert!(done.code == 2 && done.err.contains(word), "{arguments:?} {}", done.err);
    }
    let binary = folder.with("binary.stack", &[0xff, 0xfe, 0]);
    assert!(ran(&["compute", "shape", &binary]).err.contains("UTF-8"));
    assert_eq!(ran(&["compute", "shape", &binary, "--json"]).json()["error"]["code"], "input");
}
