//! The fixed workloads under divan: `cargo bench`, or `cargo bench -- conv1d`.

use divan::Bencher;
use faltung::{
    conv::workload::{self, Workload},
    layer,
    wavelet::{self, scattering},
};

fn main() {
    divan::main();
}

fn all() -> Vec<Workload> {
    let convolutions = workload::all().into_iter().chain(layer::workload::all());
    convolutions.chain(wavelet::workload::all()).chain(scattering::workload::all()).collect()
}

/// The ids, as arguments.
fn ids() -> Vec<String> {
    all().into_iter().map(|workload| workload.id).collect()
}

#[divan::bench(args = ids(), max_time = 4)]
fn workloads(bencher: Bencher, id: &String) {
    let all = all();
    let workload = all.iter().find(|workload| workload.id == *id).expect("an id of the list");
    let mut prepared = workload.prepare().expect("a workload that an algorithm takes");
    bencher.bench_local(|| prepared.run());
}
