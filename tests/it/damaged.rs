//! Damaged files and round trips: whatever bytes come, every reader answers in words, within the memory that the bytes
//! justify; and what is written reads back the same, type and all.

use crate::{
    cli::{Folder, example},
    files::jpeg_with_orientation,
    wav::{FLOATS, INTEGERS, chunk, extensible, fmt, riff},
};
use faltung::io::{self, Channels, Data, Form, Format, IntType, Range, Samples, Sound};
use ndarray::{ArrayD, IxDyn};
use num_complex::Complex;
use proptest::{prelude::*, sample::Index};
use std::{hint::black_box, path::Path, process::Command};

/// Valid files of every format.
fn specimens() -> Vec<(Format, Vec<u8>)> {
    let file = |name: &str| std::fs::read(example(name)).unwrap();
    vec![
        (Format::Npy, file("fortran-big.npy")),
        (Format::Npy, file("version-2.npy")),
        (Format::Npz, file("unnamed.npz")),
        (Format::Npz, file("packed.npz")),
        (Format::Csv, b"# t, x\na;b\n1;-2.5e3\n\"3\";nan\n".to_vec()),
        (Format::Csv, b"1+2j,(3-4j)\n-5,6j\n".to_vec()),
        (Format::Png, file("palette.png")),
        (Format::Png, file("gray16.png")),
        (Format::Jpeg, jpeg_with_orientation(&[77; 17 * 9 * 3], 17, 9, 5)),
        (Format::Wav, file("int24.wav")),
        (Format::Wav, file("int8.wav")),
    ]
}

/// Sounds of every kind, small enough that each byte of their headers can be tried: the bytes before the samples, and all.
fn sounds() -> Vec<(usize, Vec<u8>)> {
    let sound = |format: Vec<u8>| {
        let head = riff(&[chunk(b"JUNK", b"odd"), chunk(b"fmt ", &format), chunk(b"data", &[])]);
        (head.len(), riff(&[chunk(b"JUNK", b"odd"), chunk(b"fmt ", &format), chunk(b"data", &[64; 48])]))
    };
    let mut all = vec![
        sound(fmt(INTEGERS, 1, 8000, 1, 8)),
        sound(fmt(INTEGERS, 2, 44_100, 2, 16)),
        sound(fmt(FLOATS, 2, 1, 8, 64)),
        sound(extensible(INTEGERS, 3, 8000, 4, 24)),
        sound(extensible(FLOATS, 1, 8000, 4, 32)),
    ];
    let (head, mut streamed) = sound(fmt(INTEGERS, 1, 8000, 3, 24));
    streamed[head - 4..head].copy_from_slice(&u32::MAX.to_le_bytes());
    all.push((head, streamed));
    all
}

/// What can happen to a file.
#[derive(Clone, Debug)]
enum Damage {
    Set(Index, u8),
    Flip(Index, u8),
    Cut(Index),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    use Damage::*;
    let index = any::<Index>;
    prop_oneof![
        4 => (index(), any::<u8>()).prop_map(|(place, byte)| Set(place, byte)),
        4 => (index(), 0..8_u8).prop_map(|(place, bit)| Flip(place, bit)),
        1 => index().prop_map(Cut),
        1 => (index(), prop::collection::vec(any::<u8>(), 1..9)).prop_map(|(place, bytes)| Insert(place, bytes)),
        1 => (index(), 1..9_usize).prop_map(|(place, count)| Remove(place, count)),
    ]
}

impl Damage {
    fn done(&self, bytes: &mut Vec<u8>) {
        let length = bytes.len();
        if length == 0 {
            return;
        }
        match self {
            Damage::Set(place, byte) => bytes[place.index(length)] = *byte,
            Damage::Flip(place, bit) => bytes[place.index(length)] ^= 1 << bit,
            Damage::Cut(place) => bytes.truncate(place.index(length)),
            Damage::Insert(place, more) => {
                let place = place.index(length);
                bytes.splice(place..place, more.iter().copied());
            }
            Damage::Remove(place, count) => {
                let place = place.index(length);
                bytes.drain(place..(place + count).min(length));
            }
        }
    }
}

/// Reads, and where that succeeds writes in every format: an answer is all that is asked for, and one with advice.
fn answered(bytes: &[u8], format: Format) {
    match io::decode(bytes, format) {
        Ok(loaded) => {
            for format in Format::ALL {
                let _ = io::encode(&loaded.data, &loaded.form, format, Range::Stretch);
            }
        }
        Err(fault) => assert!(!fault.problem.is_empty() && !fault.advice.is_empty(), "{fault:?}"),
    }
}

/// Entries of an array, by index modulo their number.
fn filled<T: Clone>(shape: &[usize], entries: &[T]) -> ArrayD<T> {
    let count = shape.iter().product();
    let entries = (0..count).map(|k| entries[k % entries.len()].clone()).collect();
    ArrayD::from_shape_vec(IxDyn(shape), entries).unwrap()
}

/// One array of every entry type, of these bits.
fn of_every_type(shape: &[usize], bits: &[u64]) -> Vec<Data> {
    let of = |k: IntType| {
        let (least, greatest) = k.range();
        Data::Int(filled(shape, bits).mapv(|b| (b as i64).clamp(least, greatest)), k)
    };
    let (f4, f8) = (|b: u64| f32::from_bits(b as u32), f64::from_bits);
    let mut all: Vec<Data> = IntType::ALL.into_iter().map(of).collect();
    all.push(Data::F32(filled(shape, bits).mapv(f4)));
    all.push(Data::F64(filled(shape, bits).mapv(f8)));
    all.push(Data::C32(filled(shape, bits).mapv(|b| Complex::new(f4(b), f4(b >> 32)))));
    all.push(Data::C64(filled(shape, bits).mapv(|b| Complex::new(f8(b), f8(b.rotate_left(17))))));
    all
}

fn encoded(data: &Data, form: &Form, format: Format) -> Vec<u8> {
    io::encode(data, form, format, Range::Clip).unwrap_or_else(|fault| panic!("{format:?}: {fault}")).0
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_never_panic(which in 0..specimens().len(), damage in prop::collection::vec(damage(), 0..7)) {
        let (format, mut bytes) = specimens().swap_remove(which);
        damage.iter().for_each(|damage| damage.done(&mut bytes));
        answered(&bytes, format);
    }

    /// Nothing but noise, or noise after the first bytes of a valid file.
    #[test]
    fn noise_never_panics(
        which in 0..specimens().len(),
        keep in 0..64_usize,
        noise in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let (format, bytes) = specimens().swap_remove(which);
        answered(&noise, format);
        answered(&[&bytes[..keep.min(bytes.len())], &noise[..]].concat(), format);
    }

    #[test]
    fn text_never_panics(text in "[-+0-9a-z.,;#\" \t\n()]{0,60}") {
        answered(text.as_bytes(), Format::Csv);
    }

    #[test]
    fn npy_headers_of_any_text_never_panic(header in "[{}():,'\"a-z0-9<>| ]{0,80}") {
        let length = (header.len() as u16).to_le_bytes();
        answered(&[&b"\x93NUMPY\x01\x00"[..], &length, header.as_bytes()].concat(), Format::Npy);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Bytes are compared, because NaN does not equal itself; and so is the type.
    #[test]
    fn npy_and_npz_keep_every_type_shape_and_bit(
        shape in prop::collection::vec(0..4_usize, 0..5),
        bits in prop::collection::vec(any::<u64>(), 7),
    ) {
        for data in of_every_type(&shape, &bits) {
            for format in [Format::Npy, Format::Npz] {
                let bytes = encoded(&data, &Form::Plain, format);
                let back = io::decode(&bytes, format).unwrap();
                prop_assert_eq!((back.data.shape(), back.data.type_name()), (data.shape(), data.type_name()));
                prop_assert_eq!(encoded(&back.data, &back.form, format), bytes);
            }
        }
    }

    /// Text keeps integers, doubles and complex doubles; narrower types come back as these, with equal values.
    #[test]
    fn csv_keeps_every_value(
        rows in 2..5_usize,
        columns in 2..5_usize,
        bits in prop::collection::vec(any::<u64>(), 7),
    ) {
        for data in of_every_type(&[rows, columns], &bits) {
            let text = encoded(&data, &Form::Plain, Format::Csv);
            let back = io::decode(&text, Format::Csv).unwrap().data;
            let wide = match data {
                Data::Int(a, _) => Data::Int(a, IntType::I64),
                Data::F32(a) => {
                    // its shortest digits say which f32 it is, not which f64
                    let Data::F64(back) = back else { panic!("floats stay floats") };
                    let same = a.iter().zip(&back).all(|(a, b)| *a == *b as f32 || a.is_nan() && b.is_nan());
                    prop_assert!(same);
                    continue;
                }
                Data::C32(_) => {
                    prop_assert_eq!(back.type_name(), "complex128");
                    continue;
                }
                other => other,
            };
            prop_assert_eq!(format!("{back:?}"), format!("{wide:?}"));
        }
    }

    #[test]
    fn png_keeps_every_level(
        rows in 1..5_usize,
        columns in 1..5_usize,
        levels in prop::collection::vec(any::<u16>(), 11),
    ) {
        for channels in [Channels::Gray, Channels::GrayAlpha, Channels::Rgb, Channels::Rgba] {
            for (bits, kind) in [(8_u8, IntType::U8), (16, IntType::U16)] {
                let shape = [rows, columns, channels.count()];
                let shape = if channels == Channels::Gray { &shape[..2] } else { &shape[..] };
                let data = Data::Int(filled(shape, &levels).mapv(|v| i64::from(v) & kind.range().1), kind);
                let form = Form::Image { channels, bits };
                let back = io::decode(&encoded(&data, &form, Format::Png), Format::Png).unwrap();
                prop_assert_eq!((back.data, back.form), (data, form));
            }
        }
    }

    #[test]
    fn wav_keeps_every_sample(
        frames in 0..6_usize,
        channels in 1..4_u16,
        samples in prop::collection::vec(any::<i32>(), 11),
    ) {
        for form in [Samples::Int(8), Samples::Int(16), Samples::Int(24), Samples::Int(32), Samples::Float] {
            let shape = [frames, usize::from(channels)];
            let shape = if channels == 1 { &shape[..1] } else { &shape[..] };
            let sample = |v: i32| match form {
                Samples::Int(bits) => f64::from(v >> (32 - bits)) / f64::from(1_u32 << (bits - 1)),
                Samples::Float => f64::from(v as f32),
            };
            let data = Data::F64(filled(shape, &samples).mapv(sample));
            let form = Form::Sound { rate: 8000, channels, samples: form };
            let back = io::decode(&encoded(&data, &form, Format::Wav), Format::Wav).unwrap();
            prop_assert_eq!((back.data, back.form), (data, form));
        }
    }
}

/// Whether a sound is read; an answer, and no more entries than bytes, of which eight are taken each.
fn is_sound(bytes: &[u8]) -> bool {
    match io::decode(bytes, Format::Wav) {
        Ok(loaded) => {
            assert!(loaded.data.len() <= bytes.len());
            let _ = io::encode(&loaded.data, &loaded.form, Format::Wav, Range::Clip);
            true
        }
        Err(fault) => {
            assert!(!fault.problem.is_empty() && !fault.advice.is_empty(), "{fault:?}");
            false
        }
    }
}

#[test]
fn every_byte_of_the_header_of_a_sound_may_be_any() {
    let mut read = 0;
    for (head, sound) in sounds() {
        assert!(is_sound(&sound));
        for place in 0..head {
            let mut changed = sound.clone();
            for byte in 0..=255 {
                changed[place] = byte;
                read += usize::from(is_sound(&changed));
            }
        }
    }
    // the rate, the speed and other names of other chunks may be anything, and are
    assert!(read > 10_000, "{read}");
}

/// Cut off anywhere, a sound is read in pieces if and only if it is read whole; a stream may end anywhere.
#[test]
fn every_beginning_of_a_sound_has_one_answer() {
    let folder = Folder::new();
    let mut read = vec![];
    for (head, sound) in sounds() {
        for end in 0..=sound.len() {
            let path = folder.with("x.wav", &sound[..end]);
            let pieces = Sound::open(Path::new(&path)).map(|mut sound| {
                let all = 0..sound.frames();
                sound.piece(all).expect("as many as it says").len()
            });
            assert_eq!(pieces.is_ok(), is_sound(&sound[..end]), "{end}");
            assert!(pieces.is_err() || end >= head && pieces.unwrap() <= end - head);
        }
        read.push((head..=sound.len()).filter(|end| is_sound(&sound[..*end])).count());
    }
    assert_eq!(read, [1, 1, 1, 1, 1, 49]);
}

/// Runs tests of this binary again in a process of at most 300 MB: who takes more is ended.
fn within_memory(tests: &[&str]) -> std::process::Output {
    let binary = std::env::current_exe().unwrap();
    let line = format!(
        "ulimit -v 300000; exec \"$0\" --include-ignored --test-threads=1 --exact {}",
        tests.join(" ")
    );
    Command::new("sh").args(["-c", &line]).arg(binary).output().unwrap()
}

#[test]
fn damaged_files_and_noise_take_little_memory() {
    let output = within_memory(&[
        "damaged::damaged_files_never_panic",
        "damaged::noise_never_panics",
        "damaged::every_byte_of_the_header_of_a_sound_may_be_any",
        "damaged::every_beginning_of_a_sound_has_one_answer",
    ]);
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && out.contains("4 passed"),
        "{out} {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The wrong twin: it takes what a header declares. The limit must end it.
#[test]
#[ignore = "it is run by the next test, under a limit that it has to break"]
fn a_reader_that_believes_its_header() {
    let declared = 1 << 30;
    black_box(vec![1_u8; declared]);
}

#[test]
fn a_reader_that_believes_its_header_is_caught() {
    let output = within_memory(&["damaged::a_reader_that_believes_its_header"]);
    assert!(!output.status.success(), "a gigabyte fits into the limit");
}
