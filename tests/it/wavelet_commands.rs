//! `faltung compute dwt` and `faltung compute scatter`.

use crate::cli::{Folder, ran, refuses};
use faltung::io::{Data, Form};
use ndarray::ArrayD;

#[test]
fn a_wavelet_transform_and_its_inverse() {
    let there = ["compute", "dwt", "[1, 3, 2, 2, 5]", "--json"];
    let y = ran(&there).json();
    assert_eq!(y["lengths"], serde_json::json!([3, 3]));
    let root = 2.0_f64.sqrt();
    let expected = [4.0 / root, 4.0 / root, 10.0 / root, -2.0 / root, 0.0, 0.0];
    let values = y["values"].as_array().expect("a list");
    for (value, expected) in values.iter().zip(expected) {
        assert!((value.as_f64().expect("a number") - expected).abs() < 1e-14, "{y}");
    }
    let banks = [
        ("db2", "symmetric"),
        ("bior2.2", "periodised"),
        ("haar", "zero"),
        ("db4", "periodised"),
        ("db10", "periodised"),
    ];
    for (wavelet, extension) in banks {
        let how = ["--wavelet", wavelet, "--extension", extension, "--levels", "2"];
        let folder = Folder::new();
        let parts = folder.path("parts.npy");
        ran(&[&["compute", "dwt", "[1.5, 3, -2, 2, 5, 0, 7]"], &how[..], &["-o", &parts]].concat());
        let x = ran(&[&["compute", "dwt", &parts], &how[..], &["--inverse", "7", "--json"]].concat()).json();
        let back = x["values"].as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number"));
        for (got, x) in back.zip([1.5, 3.0, -2.0, 2.0, 5.0, 0.0, 7.0]) {
            assert!((got - x).abs() < 1e-13, "{wavelet}: {got} {x}");
        }
        refuses(
            &folder,
            &[&["compute", "dwt", &parts], &how[..], &["--inverse", "40"]].concat(),
            &["of 2 levels of a signal of 40 entries"],
        );
    }
    let folder = Folder::new();
    refuses(
        &folder,
        &["compute", "dwt", "[1, 2]", "--levels", "65"],
        &["after 1 the averages, 1 of them along axis 0, get no fewer"],
    );
}

#[test]
fn a_wavelet_transform_of_a_picture_has_its_bands_in_tiles() {
    let y = ran(&["compute", "dwt", "[[1, 3], [1, 3]]", "--json"]).json();
    assert_eq!(y["lengths"], serde_json::json!([[1, 1], [1, 1]]));
    let values = numbers(&y["values"]);
    assert_eq!((values.len(), &y["shape"]), (4, &serde_json::json!([2, 2])));
    for (value, expected) in values.iter().zip([4.0, -2.0, 0.0, 0.0]) {
        assert!((value - expected).abs() < 1e-14, "{y}");
    }
    let folder = Folder::new();
    let colours = ArrayD::from_shape_fn(vec![5, 6, 4], |t| (t[0] * t[0] + 7 * t[1] + t[2]) as f64 / 8.0);
    let x = folder.holding("x.npy", &Data::F64(colours.clone()), &Form::Plain);
    let parts = folder.path("parts.npy");
    let how = ["--wavelet", "db2", "--extension", "symmetric"];
    let said = ran(&[&["compute", "dwt", &x], &how[..], &["-o", &parts]].concat()).err;
    assert!(said.contains("aad, ada, add") && said.contains("8 x 8 x 6"), "{said}");
    let back =
        ran(&[&["compute", "dwt", &parts], &how[..], &["--inverse", "5,6,4", "--json"]].concat()).json();
    let values = numbers(&back["values"]);
    assert_eq!(values.len(), colours.len());
    let far = values.iter().zip(&colours).map(|(got, x)| (got - x).abs()).fold(0.0, f64::max);
    assert!(far < 1e-12, "{far:e}");
    refuses(&folder, &["compute", "dwt", &parts, "--inverse", "5,6"], &["expected 6 x 6 x 6"]);
    refuses(&folder, &["compute", "dwt", &parts, "--inverse", "5,6,3,1"], &["expected 4 axes or more"]);
    // a gap: averages of both levels are longer than the band beside them
    let said = ran(&[
        "compute",
        "dwt",
        "[[1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1]]",
        "--levels",
        "2",
    ]);
    assert!(said.err.contains("filled with zeros"), "{}", said.err);
}

fn numbers(list: &serde_json::Value) -> Vec<f64> {
    list.as_array().expect("a list").iter().map(|value| value.as_f64().expect("a number")).collect()
}

#[test]
fn scattering_of_a_body() {
    let folder = Folder::new();
    let body = ArrayD::from_shape_fn(vec![8, 8, 8], |t| ((t[0] + 2 * t[1] * t[2]) % 5) as f64);
    let x = folder.holding("x.npy", &Data::F64(body), &Form::Plain);
    let y =
        ran(&["compute", "scatter", &x, "--scale", "1", "--degree", "2", "--powers", "1,2", "--json"]).json();
    assert_eq!((&y["convention"], &y["L"]), (&"kymatio-fixed".into(), &2.into()));
    assert_eq!(y["shape"], serde_json::json!([10, 2]));
    assert_eq!(y["paths"][9], serde_json::json!({ "order": 2, "j": [0, 1], "l": 2 }));
    refuses(
        &folder,
        &["compute", "scatter", &x, "--convention", "parseval"],
        &["kymatio-0.3.0 or kymatio-fixed"],
    );
    refuses(&folder, &["compute", "scatter", &x, "--angles", "4"], &["solid harmonics", "leave out"]);
    refuses(
        &folder,
        &["compute", "scatter", "[1, 2, 3, 4]", "--degree", "2"],
        &["--powers are of three axes"],
    );
}

#[test]
fn scattering_names_its_convention_and_its_bounds() {
    let folder = Folder::new();
    let wave = ArrayD::from_shape_fn(vec![64], |t| (t[0] as f64 / 3.0).sin() + 0.25);
    let x = folder.holding("x.npy", &Data::F64(wave), &Form::Plain);
    let scatter = |arguments: &[&str]| {
        ran(&[&["compute", "scatter", &x, "--scale", "3", "--json"], arguments].concat()).json()
    };
    let y = scatter(&["--convention", "kymatio-0.3.0", "--per-octave", "2,1"]);
    assert_eq!((&y["convention"], &y["shape"][1]), (&"kymatio-0.3.0".into(), &8.into()));
    assert_eq!(
        y["paths"].as_array().expect("a list").len(),
        y["shape"][0].as_u64().expect("a size") as usize
    );
    assert_eq!((&y["paths"][0]["order"], &y["paths"][1]["n"]), (&0.into(), &serde_json::json!([0])));
    assert_eq!(y["contractive"], false);
    let y = scatter(&["--convention", "parseval"]);
    assert_eq!((&y["convention"], &y["contractive"]), (&"parseval".into(), &true.into()));
    assert!(y["frame_bounds"]["B"][1].as_f64().expect("a bound") <= 1.0);
    assert!(y["aliasing"].is_null());
    // what is not subsampled has no aliases, and the bounds are those of the paths in their order
    for (more, some) in [(&["--aliasing"][..], true), (&["--aliasing", "--oversampling", "3"], false)] {
        let y = scatter(more);
        let bounds = y["aliasing"].as_array().unwrap();
        assert_eq!(bounds.len(), y["paths"].as_array().unwrap().len());
        assert_eq!(bounds.iter().any(|bound| bound.as_f64().unwrap() > 0.0), some, "{bounds:?}");
    }
    let said =
        ran(&["compute", "scatter", &x, "--scale", "3", "--aliasing", "-o", &folder.path("a.npy")]).err;
    assert!(said.contains("aliasing") && said.contains("by at most"), "{said}");
    let said = ran(&["compute", "scatter", &x, "-o", &folder.path("y.npy")]).err;
    assert!(
        said.contains("scattering, kymatio-fixed, J = 4") && said.contains("not called contractive"),
        "{said}"
    );
    refuses(&folder, &["compute", "scatter", &x, "--scale", "7"], &["a number from 1 to 6"]);
    refuses(&folder, &["compute", "scatter", "[[[[1, 2]]]]"], &["one axis to three"]);
    refuses(&folder, &["compute", "scatter", "[]"], &["none empty"]);
}

/// Stripes are brightest where their direction is, in the order of both conventions.
#[test]
fn scattering_of_an_image_is_drawn_by_frequency_and_direction() {
    let folder = Folder::new();
    for (axis, direction) in [(0, " at 0°"), (1, " at 90°")] {
        let wave = |t: ndarray::IxDyn| (std::f64::consts::TAU * 0.375 * t[axis] as f64).cos();
        let x = folder.holding("x.npy", &Data::F64(ArrayD::from_shape_fn(vec![32, 32], wave)), &Form::Plain);
        for convention in ["kymatio-fixed", "parseval"] {
            let (svg, png) = (folder.path("y.svg"), folder.path("y.png"));
            let words = ["compute", "scatter", &x, "--scale", "2", "--convention", convention];
            let told = ran(&[&words[..], &["-o", &svg, "--json"]].concat()).json();
            let [first, second] =
                [0, 1].map(|panel| told["display"][panel]["at"].as_str().unwrap().to_owned());
            assert!(
                first.contains(direction) && second.contains(", then "),
                "{convention}: {first}; {second}"
            );
            assert!(convention != "kymatio-fixed" || first.contains("of 0.375 at"), "{first}");
            let drawing = std::fs::read_to_string(&svg).unwrap();
            assert!(drawing.contains("direction of the waves") && drawing.contains("22.5°"));
            ran(&[&words[..], &["-o", &png]].concat());
            let Data::Int(levels, _) = faltung::io::read(std::path::Path::new(&png)).unwrap().data else {
                panic!("levels")
            };
            assert_eq!((levels.iter().max(), levels.ndim()), (Some(&255), 2));
        }
    }
}

#[test]
fn scattering_tells_where_energy_goes_and_takes_signals_line_by_line() {
    let folder = Folder::new();
    let lines =
        ArrayD::from_shape_fn(vec![3, 64], |t| ((7 * t[1] * t[1] + 5 * t[0] + t[1]) % 23) as f64 - 9.5);
    let x = folder.holding("x.npy", &Data::F64(lines.clone()), &Form::Plain);
    let scatter =
        |words: &[&str]| ran(&[&["compute", "scatter"], words, &["--scale", "3", "--json"]].concat()).json();
    let tight = ["--energy", "--convention", "parseval"];
    let all = scatter(&[&[&x[..], "--signals"], &tight[..]].concat());
    assert_eq!(all["shape"], serde_json::json!([3, numbers(&all["values"]).len() / 24, 8]));
    let (mut values, mut signal) = (vec![], 0.0);
    for line in lines.outer_iter() {
        let one = scatter(&[&[&format!("{:?}", line.iter().collect::<Vec<_>>())[..]], &tight[..]].concat());
        values.extend(numbers(&one["values"]));
        signal += one["energy"]["signal"].as_f64().unwrap();
        assert!(one["energy"]["defect"].as_f64().unwrap() < 1e-13);
    }
    assert_eq!(values, numbers(&all["values"]));
    assert!((signal / all["energy"]["signal"].as_f64().unwrap() - 1.0).abs() < 1e-13);
    // a bank that is not tight, whose transform subsamples moduli
    let loose = scatter(&[&x, "--signals", "--energy"]);
    assert!(loose["energy"]["defect"].as_f64().unwrap() > 1e-3);
    let none = ["compute", "scatter", &x, "--signals", "--energy", "--order", "0"];
    refuses(&folder, &none, &["not known where the energy goes"]);
}
