//! WAV files that other programs write, built byte by byte, and those that cannot be.

use crate::cli::Folder;
use faltung::io::{self, Data, Form, Format, IntType, Loaded, MAX_BYTES, Range, Samples, Sound};
use ndarray::{ArrayD, arr1};
use std::path::Path;

pub const INTEGERS: u16 = 1;
pub const FLOATS: u16 = 3;

pub fn chunk(name: &[u8; 4], bytes: &[u8]) -> Vec<u8> {
    let mut chunk = [&name[..], &(bytes.len() as u32).to_le_bytes(), bytes].concat();
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

pub fn fmt(tag: u16, channels: u16, rate: u32, width: u16, bits: u16) -> Vec<u8> {
    let block = channels.wrapping_mul(width);
    let words = |words: [u16; 2]| words.map(u16::to_le_bytes).concat();
    let second = rate.wrapping_mul(block.into());
    [words([tag, channels]), [rate, second].map(u32::to_le_bytes).concat(), words([block, bits])].concat()
}

/// What says in 24 more bytes how many bits of a sample are valid.
pub fn extensible(tag: u16, channels: u16, rate: u32, width: u16, valid: u16) -> Vec<u8> {
    let mut told = fmt(0xFFFE, channels, rate, width, 8 * width);
    [22, valid, 0, 0, tag].iter().for_each(|word| told.extend_from_slice(&word.to_le_bytes()));
    told.extend_from_slice(b"\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71");
    told
}

pub fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    let rest = [b"WAVE".to_vec(), chunks.concat()].concat();
    [b"RIFF".to_vec(), (rest.len() as u32).to_le_bytes().to_vec(), rest].concat()
}

fn read(bytes: &[u8]) -> Loaded {
    io::decode(bytes, Format::Wav).unwrap_or_else(|fault| panic!("{fault}"))
}

fn values(bytes: &[u8]) -> Vec<f64> {
    match read(bytes).data {
        Data::F64(a) => a.iter().copied().collect(),
        other => panic!("expected floats, got {}", other.type_name()),
    }
}

/// Samples of 24 bits, alone and as the highest of 32.
fn both_widths(samples: &[i32]) -> [Vec<u8>; 2] {
    let three: Vec<u8> = samples.iter().flat_map(|v| v.to_le_bytes()[..3].to_vec()).collect();
    let four: Vec<u8> = samples.iter().flat_map(|v| (v << 8).to_le_bytes()).collect();
    [
        riff(&[chunk(b"fmt ", &fmt(INTEGERS, 2, 8000, 3, 24)), chunk(b"data", &three)]),
        riff(&[chunk(b"fmt ", &extensible(INTEGERS, 2, 8000, 4, 24)), chunk(b"data", &four)]),
    ]
}

#[test]
fn the_highest_bits_of_a_sample_are_meant() {
    let samples = [1 << 22, -(1 << 23), 1, -1, (1 << 23) - 1, 0];
    let [three, four] = both_widths(&samples).map(|bytes| values(&bytes));
    assert_eq!(three, samples.map(|v| f64::from(v) / f64::from(1 << 23)));
    assert_eq!(three, four);
}

#[test]
fn a_piece_is_a_piece_of_the_whole_whatever_follows() {
    let folder = Folder::new();
    let samples: Vec<i32> = (0..6000).map(|n| n * n % 9001 - 4000).collect();
    for mut bytes in both_widths(&samples) {
        bytes.extend(chunk(b"LIST", &[1; 999]));
        let whole = values(&bytes);
        let mut sound = Sound::open(Path::new(&folder.with("x.wav", &bytes))).unwrap();
        assert_eq!((sound.frames(), sound.channels(), sound.rate()), (3000, 2, 8000));
        for range in [0..3000, 17..18, 1234..2999, 5..5] {
            let piece = sound.piece(range.clone()).unwrap();
            let expected: Vec<f64> = whole[2 * range.start..2 * range.end].to_vec();
            assert_eq!(piece.t().iter().copied().collect::<Vec<_>>(), expected);
        }
    }
}

#[test]
fn odd_chunks_are_followed_by_a_byte() {
    let plain = [chunk(b"fmt ", &fmt(INTEGERS, 1, 8000, 1, 8)), chunk(b"data", &[0, 128, 255])];
    let listed = [plain[0].clone(), chunk(b"LIST", b"odd??"), plain[1].clone()];
    assert_eq!(values(&riff(&plain)), [-1.0, 0.0, 127.0 / 128.0]);
    assert_eq!(values(&riff(&listed)), values(&riff(&plain)));
}

#[test]
fn what_streams_leave_open_is_read_to_the_end_and_said() {
    let mut data = chunk(b"data", &[[0, 64], [0, 192]].concat());
    data[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    let streamed = riff(&[chunk(b"fmt ", &fmt(INTEGERS, 1, 8000, 2, 16)), data]);
    assert_eq!(values(&streamed), [0.5, -0.5]);
    assert!(read(&streamed).notes[0].contains("does not say how long"));
    // an odd byte at the end is of no frame
    let odd = [streamed, vec![7]].concat();
    assert_eq!(values(&odd), [0.5, -0.5]);
    assert!(read(&odd).notes[0].contains("the last 1 bytes"), "{:?}", read(&odd).notes);
}

/// A length of 0 is one that was never filled in where the file's length was not either; else there are no samples.
#[test]
fn a_length_of_zero_is_believed_where_the_file_says_what_follows() {
    let head = [chunk(b"fmt ", &fmt(INTEGERS, 1, 8000, 2, 16)), chunk(b"data", &[])];
    let (samples, empty) = ([0, 64, 0, 192], riff(&head));
    let honest = riff(&[head.concat(), chunk(b"LIST", &samples)]);
    for bytes in [&empty, &honest] {
        assert_eq!((values(bytes), read(bytes).notes.len()), (vec![], 0));
    }
    let folder = Folder::new();
    for length in [0, 36, u32::MAX] {
        let mut bytes = [&empty[..], &samples].concat();
        bytes[4..8].copy_from_slice(&length.to_le_bytes());
        assert_eq!(values(&bytes), [0.5, -0.5], "{length}");
        assert!(read(&bytes).notes[0].contains("does not say how long"));
        let mut sound = Sound::open(Path::new(&folder.with("x.wav", &bytes))).unwrap();
        assert_eq!(sound.piece(1..2).unwrap()[[0, 0]], -0.5);
        assert_eq!(sound.notes(), read(&bytes).notes);
    }
}

#[test]
fn a_file_that_becomes_shorter_while_it_is_read_is_cut_off() {
    let folder = Folder::new();
    let bytes = both_widths(&[5; 6000]).concat();
    let path = folder.with("x.wav", &bytes);
    let mut sound = Sound::open(Path::new(&path)).unwrap();
    assert!(sound.piece(2990..3000).is_ok());
    folder.with("x.wav", &bytes[..9000]);
    assert!(sound.piece(2990..3000).unwrap_err().to_string().contains("cut off"));
}

#[test]
fn floats_of_both_lengths_are_taken_as_they_are() {
    let third = 1.0 / 3.0;
    let double = riff(&[chunk(b"fmt ", &fmt(FLOATS, 1, 1, 8, 64)), chunk(b"data", &f64::to_le_bytes(third))]);
    assert_eq!(values(&double), [third]);
    assert!(read(&double).notes[0].contains("written with 32"));
    let single = extensible(FLOATS, 1, 96_000, 4, 32);
    let single = riff(&[chunk(b"fmt ", &single), chunk(b"data", &f32::to_le_bytes(1.5))]);
    assert_eq!((values(&single), read(&single).notes.len()), (vec![1.5], 0));
}

#[test]
fn headers_that_cannot_be_are_refused() {
    let data = chunk(b"data", &[0; 12]);
    for (format, said) in [
        (fmt(INTEGERS, 1, 0, 2, 16), "0 Hz"),
        (fmt(INTEGERS, 0, 8000, 2, 16), "0 channels"),
        (fmt(INTEGERS, 1, 8000, 2, 24), "24 bits in 2 bytes"),
        (fmt(INTEGERS, 1, 8000, 8, 64), "64 bits in 8 bytes"),
        // which bits are meant nothing says here: other programs took floats for them
        (fmt(INTEGERS, 1, 8000, 4, 24), "24 bits in 4 bytes"),
        (fmt(INTEGERS, 1, 8000, 2, 8), "8 bits in 2 bytes"),
        (fmt(INTEGERS, 1, 8000, 2, 0), "0 bits in 2 bytes"),
        (extensible(INTEGERS, 1, 8000, 2, 24), "24 of 16 bits"),
        (extensible(FLOATS, 1, 8000, 4, 33), "33 of 32 bits"),
        (extensible(FLOATS, 1, 8000, 4, 32)[..24].to_vec(), "the format 65534"),
        (fmt(FLOATS, 1, 8000, 2, 16), "16 bits in 2 bytes"),
        (fmt(7, 1, 8000, 1, 8), "the format 7"),
        (fmt(INTEGERS, 5, 8000, 1, 8), "whole frames of 5 bytes"),
        (fmt(INTEGERS, 1, 8000, 2, 16)[..10].to_vec(), "there are 10"),
        (vec![0; 2000], "`fmt ` of at most"),
    ] {
        let fault = io::decode(&riff(&[chunk(b"fmt ", &format), data.clone()]), Format::Wav).unwrap_err();
        assert!(fault.to_string().contains(said), "{fault}");
    }
    assert!(io::decode(&riff(std::slice::from_ref(&data)), Format::Wav).is_err());
    let file = riff(&[chunk(b"fmt ", &extensible(INTEGERS, 1, 8000, 2, 16)), data]);
    for end in 0..file.len() {
        assert!(io::decode(&file[..end], Format::Wav).is_err(), "{end}");
    }
}

/// What would take more memory as floats than is allowed is refused before it is taken.
#[test]
fn more_samples_than_floats_are_allowed_are_not_read() {
    let many = MAX_BYTES as usize / 8 + 1;
    let mut bytes = riff(&[chunk(b"fmt ", &fmt(INTEGERS, 1, 8000, 1, 8)), chunk(b"data", &[])]);
    let length = bytes.len() - 4;
    bytes[length..].copy_from_slice(&(many as u32).to_le_bytes());
    bytes.resize(bytes.len() + many, 0);
    let fault = io::decode(&bytes, Format::Wav).unwrap_err();
    assert!(fault.to_string().contains("--blocks"), "{fault}");
}

#[test]
fn what_a_file_cannot_hold_is_not_written() {
    let form = |rate, channels, samples| Form::Sound { rate, channels, samples };
    let write = |data: &Data, form: &Form| io::encode(data, form, Format::Wav, Range::Clip);
    let two = Data::F64(arr1(&[0.5, -0.5]).into_dyn());
    for wrong in [
        form(0, 1, Samples::Float),
        form(2_000_000_000, 1, Samples::Float),
        form(8000, 0, Samples::Int(16)),
        form(8000, 3, Samples::Int(16)),
        form(8000, 1, Samples::Int(12)),
    ] {
        assert!(write(&two, &wrong).unwrap_err().to_string().contains("whole frames"), "{wrong:?}");
    }
    let wide = Data::F64(ArrayD::zeros(vec![1, 20_000]));
    assert!(write(&wide, &form(8000, 20_000, Samples::Float)).is_err());
    let huge = Data::F64(arr1(&[1e39]).into_dyn());
    assert!(write(&huge, &form(8000, 1, Samples::Float)).unwrap_err().to_string().contains("1e39"));
    // what is written is read again, of every kind and of an odd number of bytes
    for samples in [8, 16, 24, 32].map(Samples::Int).into_iter().chain([Samples::Float]) {
        for data in [&two, &Data::F64(arr1(&[0.25, 0.5, -1.0]).into_dyn())] {
            let (bytes, rendering) = write(data, &form(44_100, 1, samples)).unwrap();
            assert_eq!((bytes.len() % 2, rendering.clipped), (0, 0));
            let again = read(&bytes);
            assert_eq!((&again.data, again.form), (data, form(44_100, 1, samples)));
        }
    }
    let integers = Data::Int(arr1(&[2, 0]).into_dyn(), IntType::I16);
    assert_eq!(write(&integers, &form(8000, 1, Samples::Int(16))).unwrap().1.clipped, 1);
}
