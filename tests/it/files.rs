//! Files: what others wrote is read right, what we write reads back, and bad bytes give one clear message.

use faltung::io::{self, Channels, Data, Fault, Form, Format, IntType, Loaded, Range, Samples};
use ndarray::{ArrayD, IxDyn, arr1};
use num_complex::Complex;
use std::path::PathBuf;

fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/files").join(name)
}

fn read(name: &str) -> Loaded {
    io::read(&data(name)).unwrap_or_else(|e| panic!("{e}"))
}

/// 0, 1, 2, … in a shape.
fn counted<T: Clone>(shape: &[usize], entry: impl Fn(usize) -> T) -> ArrayD<T> {
    let entries = (0..shape.iter().product()).map(entry).collect();
    ArrayD::from_shape_vec(IxDyn(shape), entries).unwrap()
}

#[test]
fn every_entry_type_that_numpy_writes_is_read() {
    for kind in IntType::ALL {
        let code = format!("{}{}", if kind.is_signed() { 'i' } else { 'u' }, kind.size());
        let names =
            if kind.size() == 1 { vec![code] } else { vec![format!("little-{code}"), format!("big-{code}")] };
        for name in names {
            assert_eq!(
                read(&format!("{name}.npy")).data,
                Data::Int(counted(&[2, 3], |k| k as i64), kind),
                "{name}"
            );
        }
    }
    for order in ["little", "big"] {
        let file = |code: &str| read(&format!("{order}-{code}.npy")).data;
        assert_eq!(file("f4"), Data::F32(counted(&[2, 3], |k| k as f32)));
        assert_eq!(file("f8"), Data::F64(counted(&[2, 3], |k| k as f64)));
        assert_eq!(file("c8"), Data::C32(counted(&[2, 3], |k| Complex::new(k as f32, 0.0))));
        assert_eq!(file("c16"), Data::C64(counted(&[2, 3], |k| Complex::new(k as f64, 0.0))));
    }
    assert_eq!(read("bool.npy").data, Data::Int(arr1(&[1, 0, 1]).into_dyn(), IntType::U8));
}

#[test]
fn every_shape_order_and_version_that_numpy_writes_is_read() {
    assert_eq!(read("fortran.npy").data, Data::F64(counted(&[2, 3, 4], |k| k as f64)));
    assert_eq!(read("fortran-big.npy").data, Data::Int(counted(&[2, 3], |k| k as i64), IntType::I32));
    assert_eq!(read("scalar.npy").data, Data::F64(ndarray::arr0(7.0).into_dyn()));
    assert_eq!(read("empty.npy").data, Data::F64(ArrayD::zeros(IxDyn(&[3, 0, 2]))));
    assert_eq!(read("five.npy").data, Data::F32(counted(&[2, 3, 2, 2, 2], |k| k as f32)));
    for version in [2, 3] {
        assert_eq!(read(&format!("version-{version}.npy")).data, Data::F64(counted(&[3], |k| k as f64)));
    }
}

#[test]
fn what_numpy_wrote_in_our_order_is_written_byte_for_byte() {
    for name in
        ["i1", "little-i2", "little-u4", "little-f4", "little-f8", "little-c16", "scalar", "empty", "five"]
    {
        let path = data(&format!("{name}.npy"));
        let ours =
            io::encode(&io::read(&path).unwrap().data, &Form::Plain, Format::Npy, Range::Clip).unwrap().0;
        assert!(ours == std::fs::read(path).unwrap(), "{name}");
    }
}

#[test]
fn entry_types_that_are_not_numbers_of_ours_are_refused_with_advice() {
    for (name, word) in [
        ("half", "half precision"),
        ("extended", "extended precision"),
        ("text", "text"),
        ("object", "Python objects"),
        ("structured", "structured"),
        ("dates", "dates"),
        ("large", "9223372036854775808"),
    ] {
        let message = io::read(&data(&format!("refused-{name}.npy"))).unwrap_err().to_string();
        assert!(message.contains(word) && message.contains(';'), "{message}");
    }
}

fn npy(shape: &str, body: usize) -> Result<Loaded, Fault> {
    let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(vec![0; body]);
    io::decode(&bytes, Format::Npy)
}

#[test]
fn a_declared_shape_is_held_against_the_bytes() {
    assert!(npy("(2, 3)", 48).is_ok());
    assert!(npy("(0, 9223372036854775807)", 0).is_ok());
    for (shape, body) in
        [("(2, 3)", 47), ("(2, 3)", 49), ("(1000000000000,)", 8), ("(2305843009213693952,)", 0)]
    {
        let problem = npy(shape, body).unwrap_err().problem;
        assert!(problem.contains("asks for") && problem.contains("follow the header"), "{problem}");
    }
    for shape in [
        "(4294967296, 4294967296, 4294967296)",
        "(18446744073709551615, 18446744073709551615, 0)",
        "(0, 9223372036854775807, 3)",
    ] {
        let problem = npy(shape, 0).unwrap_err().problem;
        assert!(problem.contains("whose product") && !problem.contains("asks for"), "{problem}");
    }
    assert!(npy(&format!("({})", "1, ".repeat(40)), 8).unwrap_err().problem.contains("axes"));
}

#[test]
fn an_entry_type_is_a_letter_and_digits() {
    let of = |descr: &str| {
        let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': (1,), }}\n");
        let length = (header.len() as u16).to_le_bytes();
        io::decode(&[&b"\x93NUMPY\x01\x00"[..], &length, header.as_bytes(), &[0; 8]].concat(), Format::Npy)
    };
    assert!(of("<f8").is_ok());
    for descr in ["<f+8", "<i+8", "<f-8", "<f 8", "<f8 ", "<f"] {
        assert!(of(descr).unwrap_err().problem.contains(&format!("{descr:?}")), "{descr}");
    }
}

#[test]
fn images_of_every_depth_and_kind_are_read() {
    let ramp = |step: i64| move |k: usize| k as i64 * step;
    let image = |name: &str| (read(name).data, read(name).form);
    let form = |channels, bits| Form::Image { channels, bits };
    assert_eq!(
        image("gray8.png"),
        (Data::Int(counted(&[3, 4], ramp(20)), IntType::U8), form(Channels::Gray, 8))
    );
    assert_eq!(
        image("gray16.png"),
        (Data::Int(counted(&[3, 4], ramp(5000)), IntType::U16), form(Channels::Gray, 16))
    );
    let bilevel = counted(&[3, 4], |k| if k % 2 == 0 { 255 } else { 0 });
    assert_eq!(image("bilevel.png"), (Data::Int(bilevel, IntType::U8), form(Channels::Gray, 8)));
    let palette = counted(&[3, 4, 3], |k| if k / 3 % 3 == k % 3 { 255 } else { 0 });
    assert_eq!(image("palette.png"), (Data::Int(palette, IntType::U8), form(Channels::Rgb, 8)));
    let rgba =
        counted(&[3, 4, 4], |k| [20, 10, 5, -1][k % 4] * (k / 4) as i64 + if k % 4 == 3 { 255 } else { 0 });
    assert_eq!(image("rgba8.png"), (Data::Int(rgba, IntType::U8), form(Channels::Rgba, 8)));
    assert_eq!(image("rgb8.png").0.shape(), [3, 4, 3]);
    assert_eq!(image("graya8.png").0.shape(), [3, 4, 2]);
}

#[test]
fn png_files_round_trip() {
    for name in ["gray8", "gray16", "rgb8", "rgba8", "graya8"] {
        let Loaded { data, form, .. } = read(&format!("{name}.png"));
        let (bytes, rendering) = io::encode(&data, &form, Format::Png, Range::Clip).unwrap();
        assert_eq!(rendering.clipped, 0);
        let back = io::decode(&bytes, Format::Png).unwrap();
        assert_eq!((back.data, back.form), (data, form), "{name}");
    }
}

#[test]
fn levels_are_rounded_half_to_even_clipped_and_counted() {
    let levels = |entries: &[f64], range| {
        let x = Data::F64(ArrayD::from_shape_vec(IxDyn(&[1, entries.len()]), entries.to_vec()).unwrap());
        let (bytes, rendering) = io::encode(&x, &Form::Plain, Format::Png, range).unwrap();
        let Data::Int(a, _) = io::decode(&bytes, Format::Png).unwrap().data else {
            panic!("levels are integers")
        };
        (a.into_raw_vec_and_offset().0, rendering.clipped)
    };
    assert_eq!(
        levels(&[0.5, 1.5, 2.5, -0.4, -7.0, 255.4, 256.0, f64::INFINITY], Range::Clip),
        (vec![0, 2, 2, 0, 0, 255, 255, 255], 3)
    );
    assert_eq!(levels(&[-10.0, 0.0, 5.0], Range::Centre), (vec![1, 128, 192], 0));
    assert_eq!(levels(&[-10.0, 0.0, 10.0], Range::Stretch), (vec![0, 128, 255], 0));
    assert_eq!(levels(&[3.0, 3.0], Range::Stretch), (vec![0, 0], 0));
    for (entry, range) in
        [(f64::NAN, Range::Clip), (f64::INFINITY, Range::Centre), (f64::INFINITY, Range::Stretch)]
    {
        let x = Data::F64(ArrayD::from_elem(IxDyn(&[1, 1]), entry));
        assert!(io::encode(&x, &Form::Plain, Format::Png, range).is_err());
    }
}

/// A JPEG with the EXIF orientation `orientation` in its first segment, as a camera writes it.
pub fn jpeg_with_orientation(rgb: &[u8], width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 95)
        .encode(rgb, width, height, image::ExtendedColorType::Rgb8)
        .unwrap();
    // Big-endian TIFF, one directory of one entry: tag 0x112, SHORT, once.
    let exif =
        [b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", &[orientation][..], &[0; 6]].concat();
    let mut out = jpeg[..2].to_vec();
    out.extend([0xff, 0xe1]);
    out.extend((exif.len() as u16 + 2).to_be_bytes());
    out.extend(exif);
    out.extend(&jpeg[2..]);
    out
}

#[test]
fn the_orientation_of_a_jpeg_is_applied() {
    // 32 × 16, left half white: turned by 90° clockwise (6) the white half is on top.
    let rgb: Vec<u8> = (0..16 * 32).flat_map(|k| [if k % 32 < 16 { 255 } else { 0 }; 3]).collect();
    let upright = io::decode(&jpeg_with_orientation(&rgb, 32, 16, 1), Format::Jpeg).unwrap();
    assert_eq!((upright.data.shape(), upright.notes.len()), (&[16, 32, 3][..], 0));
    let turned = io::decode(&jpeg_with_orientation(&rgb, 32, 16, 6), Format::Jpeg).unwrap();
    assert_eq!((turned.data.shape(), turned.notes.len()), (&[32, 16, 3][..], 1));
    let Data::Int(a, IntType::U8) = turned.data else { panic!("levels are uint8") };
    assert!(a[[4, 8, 0]] > 250 && a[[28, 8, 0]] < 5);
}

#[test]
fn a_jpeg_that_is_cut_off_is_refused() {
    let whole = jpeg_with_orientation(&[90; 48 * 48 * 3], 48, 48, 1);
    assert!(io::decode(&whole, Format::Jpeg).is_ok());
    for length in [0, 2, 100, whole.len() - 20, whole.len() - 2] {
        assert!(io::decode(&whole[..length], Format::Jpeg).is_err(), "{length}");
    }
}

#[test]
fn formats_that_cannot_hold_an_array_say_so() {
    let plain = |shape: &[usize]| Data::F64(ArrayD::zeros(IxDyn(shape)));
    let refused = |data: &Data, form: Form, format| io::encode(data, &form, format, Range::Clip).is_err();
    let deep = Form::Image { channels: Channels::Gray, bits: 16 };
    let sound = Form::Sound { rate: 8000, channels: 2, samples: Samples::Float };
    assert!(refused(&plain(&[3]), Form::Plain, Format::Png));
    assert!(refused(&plain(&[3, 3, 5]), Form::Plain, Format::Png));
    assert!(refused(&plain(&[3, 3]), deep, Format::Jpeg));
    assert!(refused(&plain(&[3, 2]), sound, Format::Png));
    assert!(refused(&plain(&[3]), Form::Plain, Format::Wav));
    assert!(refused(&plain(&[2, 2, 2]), Form::Plain, Format::Csv));
    for format in [Format::Png, Format::Jpeg] {
        assert!(refused(&Data::C64(ArrayD::zeros(IxDyn(&[3, 3]))), Form::Plain, format));
    }
    assert!(refused(&Data::C64(ArrayD::zeros(IxDyn(&[3, 2]))), sound, Format::Wav));
    assert!(refused(&Data::Int(ArrayD::from_elem(IxDyn(&[1]), 300), IntType::U8), Form::Plain, Format::Npy));
}

#[test]
fn sounds_of_every_depth_are_read_and_round_trip() {
    for bits in [8, 16, 24, 32] {
        let Loaded { data, form, .. } = read(&format!("int{bits}.wav"));
        let top = (1u64 << (bits - 1)) as f64;
        let expected = [-1.0, -1.0 / top, 0.0, 1.0 / top, 0.5, 1.0 - 1.0 / top];
        assert_eq!(
            data,
            Data::F64(ArrayD::from_shape_vec(IxDyn(&[3, 2]), expected.to_vec()).unwrap()),
            "{bits}"
        );
        assert_eq!(form, Form::Sound { rate: 8000, channels: 2, samples: Samples::Int(bits) });
        let (bytes, rendering) = io::encode(&data, &form, Format::Wav, Range::Clip).unwrap();
        assert_eq!((rendering.clipped, rendering.peak), (0, Some(1.0)));
        assert_eq!(io::decode(&bytes, Format::Wav).unwrap().data, data);
    }
    let form = Form::Sound { rate: 44100, channels: 1, samples: Samples::Float };
    let data = Data::F64(arr1(&[0.0, -0.25, 1.5, 0.1_f32 as f64]).into_dyn());
    let (bytes, rendering) = io::encode(&data, &form, Format::Wav, Range::Clip).unwrap();
    assert_eq!((rendering.clipped, rendering.peak), (0, Some(1.5)));
    let back = io::decode(&bytes, Format::Wav).unwrap();
    assert_eq!((back.data, back.form), (data, form));
}

#[test]
fn sounds_beyond_full_scale_are_clipped_and_counted() {
    let form = Form::Sound { rate: 8000, channels: 1, samples: Samples::Int(16) };
    let data = Data::F64(arr1(&[0.5, 1.0, -1.0, 2.0, -1.5]).into_dyn());
    let (bytes, rendering) = io::encode(&data, &form, Format::Wav, Range::Clip).unwrap();
    assert_eq!((rendering.clipped, rendering.peak), (3, Some(2.0)));
    let top = 1.0 - 1.0 / 32768.0;
    assert_eq!(
        io::decode(&bytes, Format::Wav).unwrap().data,
        Data::F64(arr1(&[0.5, top, -1.0, top, -1.0]).into_dyn())
    );
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let x = Data::Int(arr1(&[1, 2]).into_dyn(), IntType::I64);
    let path = folder.path().join("x.NPY");
    assert_eq!(io::write(&path, &x, &Form::Plain, Range::Clip).unwrap().bytes, 128 + 16);
    assert_eq!(io::read(&path).unwrap().data, x);
    let absent = folder.path().join("absent/x.npy");
    assert!(io::write(&absent, &x, &Form::Plain, Range::Clip).unwrap_err().to_string().contains("directory"));
    assert!(io::write(&folder.path().join("x.wav"), &x, &Form::Plain, Range::Clip).is_err());
    assert!(io::write(folder.path(), &x, &Form::Plain, Range::Clip).is_err());
    let names =
        || -> Vec<_> { std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect() };
    assert_eq!(names(), ["x.NPY"]);
    // A name as long as names can be has room for no other beside it that contains it.
    std::fs::remove_file(&path).unwrap();
    let long = format!("{}.npy", "x".repeat(251));
    io::write(&folder.path().join(&long), &x, &Form::Plain, Range::Clip).unwrap();
    assert_eq!(names(), [&long[..]]);
    let longer = folder.path().join(format!("{}.npy", "x".repeat(252)));
    assert!(
        io::write(&longer, &x, &Form::Plain, Range::Clip)
            .unwrap_err()
            .to_string()
            .contains("cannot be written")
    );
    assert_eq!(names(), [&long[..]]);
}

#[cfg(unix)]
#[test]
fn through_links_the_file_is_written_that_they_lead_to() {
    use std::{fs, os::unix::fs::symlink};
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let write = |name: &str, entry: i64| {
        let x = Data::Int(arr1(&[entry]).into_dyn(), IntType::I64);
        io::write(&at(name), &x, &Form::Plain, Range::Clip).map(|_| x).map_err(|e| e.to_string())
    };
    fs::create_dir(at("inner")).unwrap();
    // one from its folder to another, and from there on
    symlink("inner/second.npy", at("first.npy")).unwrap();
    symlink("third.npy", at("inner/second.npy")).unwrap();
    symlink(at("first.npy"), at("zeroth.npy")).unwrap();
    // where they lead to nothing it is made, where to a file it is replaced
    for entry in [1, 2] {
        let x = write("zeroth.npy", entry).unwrap();
        for link in ["zeroth.npy", "first.npy", "inner/second.npy"] {
            assert!(fs::symlink_metadata(at(link)).unwrap().is_symlink(), "{link}");
        }
        assert!(fs::symlink_metadata(at("inner/third.npy")).unwrap().is_file());
        assert_eq!(io::read(&at("inner/third.npy")).unwrap().data, x);
        assert_eq!(fs::read_dir(at("inner")).unwrap().count(), 2);
    }
    symlink("absent/x.npy", at("lost.npy")).unwrap();
    assert!(write("lost.npy", 1).unwrap_err().contains("directory does not exist"));
    symlink("circle.npy", at("circle.npy")).unwrap();
    assert!(write("circle.npy", 1).unwrap_err().contains("links in a row"));
    assert!(fs::symlink_metadata(at("circle.npy")).unwrap().is_symlink());
}

#[test]
fn a_file_that_may_not_be_written_to_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    std::fs::write(&path, "1\n").unwrap();
    let with = |readonly: bool| {
        let mut permissions = std::fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(readonly);
        std::fs::set_permissions(&path, permissions).unwrap();
    };
    with(true);
    let x = Data::Int(arr1(&[2]).into_dyn(), IntType::I64);
    let written = io::write(&path, &x, &Form::Plain, Range::Clip);
    if std::fs::File::options().append(true).open(&path).is_ok() {
        println!("skipped: whoever runs this may write to every file");
    } else {
        assert!(written.unwrap_err().to_string().contains("may not be written to"));
        assert_eq!(std::fs::read(&path).unwrap(), b"1\n");
        assert!(io::output_format(&path).is_err());
    }
    with(false);
    assert!(io::write(&path, &x, &Form::Plain, Range::Clip).is_ok());
}
