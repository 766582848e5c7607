//! NPZ: archives that NumPy wrote are read, ours are kept whole, and what an archive declares is not believed.

use crate::cli::{Folder, example, ints, ran, refuses};
use faltung::io::{self, Data, Fault, Form, Format, IntType, Range};
use ndarray::{ArrayD, IxDyn, arr1};
use num_complex::Complex;
use std::{fs, path::Path};

fn read(name: &str) -> Result<Data, String> {
    io::read(Path::new(&example(name))).map(|loaded| loaded.data).map_err(|e| e.to_string())
}

fn decoded(bytes: &[u8]) -> Result<io::Loaded, Fault> {
    io::decode(bytes, Format::Npz)
}

#[test]
fn what_numpy_packs_is_read() {
    let two = ArrayD::from_shape_vec(IxDyn(&[2, 3]), vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
    assert_eq!(read("two.npz:a"), Ok(Data::F64(two.clone())));
    assert_eq!(read("two.npz:b"), Ok(Data::Int(arr1(&[0, 1, 2]).into_dyn(), IntType::I16)));
    assert_eq!(read("packed.npz:a"), Ok(Data::F32(two.mapv(|v| v as f32))));
    let imaginary = arr1(&[0.0, 1.0, 2.0]).mapv(|v| Complex::new(0.0, v));
    assert_eq!(read("packed.npz:b"), Ok(Data::C64(imaginary.into_dyn())));
    assert_eq!(read("unnamed.npz"), Ok(ints(&[0, 1, 2, 3])));
    assert_eq!(read("unnamed.npz:arr_0"), Ok(ints(&[0, 1, 2, 3])));
}

#[test]
fn names_that_are_missing_wrong_or_ways_through_folders_are_refused_with_the_names_there_are() {
    for (name, words) in [
        ("two.npz", &["2 arrays", "\"a\", \"b\"", "file.npz:a"][..]),
        ("two.npz:c", &["no array \"c\"", "\"a\", \"b\""]),
        ("two.npz:", &["no array \"\""]),
        ("refused-nested.npz", &["without folders", "\"a/b\""]),
        ("refused-half.npz", &["\"x\"", "half precision"]),
    ] {
        let message = read(name).unwrap_err();
        assert!(words.iter().all(|word| message.contains(word)), "{name}: {message}");
    }
}

/// Replaces every occurrence; there has to be one.
fn patched(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> =
        bytes.windows(from.len()).enumerate().filter(|(_, w)| *w == from).map(|(k, _)| k).collect();
    assert!(!places.is_empty() && from.len() == to.len());
    for place in places {
        bytes[place..place + to.len()].copy_from_slice(to);
    }
    bytes
}

/// Sets bytes at an offset from the signature of every local (`PK\3\4`) or central (`PK\1\2`) header.
fn at_header(bytes: &[u8], signature: &[u8; 4], offset: usize, value: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> =
        bytes.windows(4).enumerate().filter(|(_, w)| *w == signature).map(|(k, _)| k).collect();
    assert!(!places.is_empty());
    for place in places {
        bytes[place + offset..place + offset + value.len()].copy_from_slice(value);
    }
    bytes
}

fn ours(data: &Data) -> Vec<u8> {
    io::encode(data, &Form::Plain, Format::Npz, Range::Clip).unwrap().0
}

#[test]
fn archives_that_are_double_encrypted_cut_off_or_lie_are_refused() {
    let two = fs::read(example("two.npz")).unwrap();
    let one = ours(&ints(&[1, 2, 3]));
    assert_eq!(decoded(&one).unwrap().data, ints(&[1, 2, 3]));
    let locked = at_header(&at_header(&one, b"PK\x03\x04", 6, &[1]), b"PK\x01\x02", 8, &[1]);
    let size = |n: u32| {
        at_header(&at_header(&one, b"PK\x03\x04", 22, &n.to_le_bytes()), b"PK\x01\x02", 24, &n.to_le_bytes())
    };
    let mut damaged = one.clone();
    damaged[60] ^= 1;
    for (bytes, words) in [
        (patched(&two, b"b.npy", b"a.npy"), "same name"),
        (locked, "encrypted"),
        (one[..one.len() - 30].to_vec(), "ZIP archive"),
        (
            at_header(&at_header(&one, b"PK\x03\x04", 8, &[12]), b"PK\x01\x02", 10, &[12]),
            "which NumPy does not use",
        ),
        (size(8), "larger than its declared"),
        (size(u32::MAX - 1), "declares 4294967294"),
        (size(1 << 29), "packed bytes cannot hold"),
        (damaged, "cannot be unpacked"),
        (b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec(), "no array"),
        (Vec::new(), "ZIP archive"),
    ] {
        let fault = decoded(&bytes).expect_err(words);
        assert!(fault.problem.contains(words) && !fault.advice.is_empty(), "{words}: {fault}");
    }
}

/// A megabyte of zeros in a kilobyte is honest; it is read, and no more than it says.
#[test]
fn what_is_packed_tightly_is_read() {
    let folder = Folder::new();
    let zeros =
        io::encode(&Data::F64(ArrayD::zeros(IxDyn(&[1 << 17]))), &Form::Plain, Format::Npy, Range::Clip);
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    writer.start_file("x.npy", options).unwrap();
    std::io::Write::write_all(&mut writer, &zeros.unwrap().0).unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    assert!(bytes.len() < 5000);
    let path = folder.with("x.npz", &bytes);
    assert_eq!(io::read(Path::new(&path)).unwrap().data, Data::F64(ArrayD::zeros(IxDyn(&[1 << 17]))));
}

/// A byte becomes eight: one entry more than fits is refused before anything is widened.
#[test]
fn what_widens_beyond_the_limit_is_refused() {
    let entries = io::MAX_BYTES as usize / 8 + 1;
    for descr in ["|i1", "|b1"] {
        let header =
            format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({entries},), }}\n").into_bytes();
        let start = [&b"\x93NUMPY\x01\x00"[..], &(header.len() as u16).to_le_bytes(), &header].concat();
        // zeros that nobody touches take no memory
        let mut bytes = vec![0; start.len() + entries];
        bytes[..start.len()].copy_from_slice(&start);
        let fault = io::decode(&bytes, Format::Npy).expect_err(descr);
        assert!(fault.problem.contains("1073741832 once it is widened"), "{fault}");
    }
}

#[test]
fn one_array_is_written_and_the_others_stay() {
    let folder = Folder::new();
    let path = folder.with("z.npz", &fs::read(example("packed.npz")).unwrap());
    let array = |name: &str| io::read(Path::new(&format!("{path}:{name}"))).unwrap().data;
    let (a, b) = (array("a"), array("b"));
    for (name, entries) in [("c", [1, 2]), ("c", [3, 4]), ("d", [5, 6])] {
        let address = format!("{path}:{name}");
        io::write(Path::new(&address), &ints(&entries), &Form::Plain, Range::Clip).unwrap();
    }
    assert_eq!((array("a"), array("b"), array("c"), array("d")), (a, b, ints(&[3, 4]), ints(&[5, 6])));
    // Without a name, the file is what was written and nothing else; twice the same is the same bytes.
    io::write(Path::new(&path), &ints(&[7]), &Form::Plain, Range::Clip).unwrap();
    assert_eq!((array("arr_0"), fs::read(&path).unwrap()), (ints(&[7]), ours(&ints(&[7]))));
    // What is no archive is not written over.
    let other = folder.with("no.npz", b"precious");
    assert!(io::write(Path::new(&format!("{other}:a")), &ints(&[1]), &Form::Plain, Range::Clip).is_err());
    assert_eq!(fs::read(other).unwrap(), b"precious");
    for name in ["a/b", "", ".."] {
        let written = io::write(Path::new(&format!("{path}:{name}")), &ints(&[1]), &Form::Plain, Range::Clip);
        assert_eq!(written.is_ok(), name == "..", "{name}"); // a name is a name: nothing is ever unpacked to a path
    }
}

#[test]
fn the_program_takes_arrays_from_archives_and_puts_them_there() {
    let folder = Folder::new();
    let z = folder.path("z.npz");
    let two = example("two.npz");
    assert_eq!(ran(&["compute", "conv", &format!("{two}:b"), "[1, 1]", "-o", &format!("{z}:y")]).code, 0);
    assert_eq!(
        io::read(Path::new(&z)).unwrap().data,
        Data::Int(arr1(&[0, 1, 3, 2]).into_dyn(), IntType::I64)
    );
    refuses(&folder, &["compute", "conv", &two, "[1]"], &["2 arrays", "file.npz:a"]);
    // Beside the array that is read there is room for another; over it there is not.
    let (y, twice) = (format!("{z}:y"), format!("{z}:twice"));
    let done = ran(&["compute", "conv", &y, "[2]", "-o", &twice]);
    assert_eq!(done.code, 0, "{}", done.err);
    let array = |address: &str| io::read(Path::new(address)).unwrap().data;
    assert_eq!(array(&y), Data::Int(arr1(&[0, 1, 3, 2]).into_dyn(), IntType::I64));
    assert_eq!(array(&twice), Data::Int(arr1(&[0, 2, 6, 4]).into_dyn(), IntType::I64));
    refuses(&folder, &["compute", "conv", &y, "[1]", "-o", &y], &["written over"]);
    refuses(&folder, &["compute", "conv", "[1]", &y, "-o", &z], &["written over"]);
    refuses(&folder, &["compute", "dft", &z, "-o", &twice], &["might be written over", "name the array"]);
    refuses(&folder, &["compute", "conv", "[1]", "[1]", "-o", &format!("{z}:a/b")], &["without folders"]);
}
