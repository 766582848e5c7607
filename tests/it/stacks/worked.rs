//! Every worked number of the notes, and the tables of LeNet-5, AlexNet, VGG-16 and ResNet-18.

use super::{counted, preset};
use faltung::layer::{
    Conv, Layer, Sharing, Sliding, Transposed,
    pool::{Average, Max, Regions},
    stack::{Account, LayerAccount, PRESETS, Stack},
};
use ndarray::ArrayD;

/// Its last layer.
fn last(account: &Account) -> &LayerAccount {
    account.layers.last().unwrap()
}

/// Where receptive fields are the same along both axes: size, jump, start.
fn field(layer: &LayerAccount) -> (u128, u128, i128) {
    assert!(layer.fields.iter().all(|field| field == &layer.fields[0]), "{layer:?}");
    let (jump, 1) = layer.fields[0].jump.unwrap() else { panic!("{layer:?}") };
    (layer.fields[0].size, jump, layer.fields[0].start)
}

#[test]
fn a_neuron_of_a_layer_and_a_neuron_that_sees_everything() {
    // 6 x 6 windows on 64 x 64 x 3: 108 weights a neuron; a dense neuron has 12,288
    let windows = counted("input 3 64 64\nconv 1 6x6 bias no");
    assert_eq!(last(&windows).parameters(), 108);
    let dense = counted("input 3 64 64\ndense 1 bias no");
    assert_eq!(last(&dense).parameters(), 12_288);
    assert_eq!(dense.layers[0].output, [1]);
}

#[test]
fn ten_filters_of_5x5x3() {
    let account = counted("input 3 32 32\nconv 10 5x5 stride 1 pad 2");
    let layer = last(&account);
    assert_eq!((layer.output.as_slice(), layer.parameters()), ([10, 32, 32].as_slice(), 760));
    assert_eq!(layer.counts.weights / 10, 75);
    assert_eq!(counted("input 3 32 32\nconv 1 5x5").total.parameters(), 76);
    // one plane: 25 + 1
    assert_eq!(counted("input 1 32 32\nconv 1 5x5").total.parameters(), 26);
    // six filters without padding: 28 x 28 x 6, every map 1 x 28 x 28
    let six = counted("input 3 32 32\nconv 6 5x5");
    assert_eq!((last(&six).output.as_slice(), last(&six).counts.neurons), ([6, 28, 28].as_slice(), 4704));
    // a dense connection of M x N with H x J has M·N·H·J weights
    let dense = counted("input 1 7 9\nconv 1 3x3 bias no");
    assert_eq!(dense.total.dense, 7 * 9 * 5 * 7);
}

/// The notes give 31 x 31 x 4 and the filters, not the input; 65 x 65 x 8 with stride 2 leads there, as does 35 x 35 x 5.
#[test]
fn slices_filtered_in_three_dimensions() {
    for input in ["1 65 65 8\nconv 1 5x5x2 stride 2", "1 35 35 5\nconv 1 5x5x2"] {
        let account = counted(&format!("input {input}"));
        let layer = last(&account);
        assert_eq!((layer.output.as_slice(), layer.counts.neurons), ([1, 31, 31, 4].as_slice(), 3844));
        assert_eq!(layer.parameters(), 51);
    }
    let n = 7;
    let account = counted(&format!("input 1 35 35 5\nconv {n} 5x5x2\nconv 1 3x3x2 stride 2"));
    assert_eq!(account.layers[0].counts.neurons, 3844 * n);
    assert_eq!(account.layers[0].parameters(), 51 * n);
    // the first map of the second layer: 15 x 15 x 2 neurons, each over all maps
    let second = &account.layers[1];
    assert_eq!((second.output.as_slice(), second.counts.neurons), ([1, 15, 15, 2].as_slice(), 450));
    assert_eq!(second.parameters(), 3 * 3 * 2 * n + 1);
}

/// The example of two 3 x 3 x 3 filters on 5 x 5 x 3, stride 2, padding 1; and the pooling layer with four neurons.
#[test]
fn five_by_five_in_three_planes() {
    let account = counted("input 3 5 5\nconv 2 3x3 stride 2 pad 1\nrelu");
    assert_eq!(
        (account.layers[0].output.as_slice(), account.layers[0].parameters()),
        ([2, 3, 3].as_slice(), 56)
    );
    assert_eq!(field(&account.layers[0]), (3, 2, -1));
    assert_eq!(counted("input 1 4 4\nmaxpool 2").total.neurons, 4);
    assert_eq!(counted("input 1 4 4\nmaxpool 2").total.parameters(), 0);
}

/// 320 x 280 pixels, each minus its neighbour (Goodfellow, Bengio & Courville 2016, example 9.1).
#[test]
fn edges_by_two_entries_or_by_a_matrix() {
    let account = counted("input 1 280 320\nconv 1 1x2 bias no");
    let layer = last(&account);
    assert_eq!(layer.output, [1, 280, 319]);
    let (counts, products) = (layer.counts, layer.counts.multiply_adds);
    assert_eq!(counts.weights, 2);
    // two products and one sum a pixel
    assert_eq!(2 * products - counts.neurons, 267_960);
    assert_eq!(counts.dense, 320 * 280 * 319 * 280);
    assert!(counts.dense > 8_000_000_000 && 2 * counts.dense > 16_000_000_000);
    // "four billion times" in storage and "roughly 60,000 times" in operations
    assert_eq!(counts.dense / counts.weights, 4_001_536_000);
    assert_eq!(2 * counts.dense / 267_960, 59_733);
}

/// LeCun et al. 1998, section II.B. The connections of C3 are 1,516 numbers at each of 100 places; 156,000, which is
/// also found, does not come out.
#[test]
fn lenets_table() {
    let account = preset("lenet");
    for (name, output, parameters, connections) in [
        ("C1", &[6, 28, 28][..], 156, 122_304),
        ("S2", &[6, 14, 14], 12, 5_880),
        ("C3", &[16, 10, 10], 1_516, 151_600),
        ("S4", &[16, 5, 5], 32, 2_000),
        ("C5", &[120, 1, 1], 48_120, 48_120),
        ("F6", &[84], 10_164, 10_164),
        ("OUTPUT", &[10], 0, 840),
    ] {
        let layer = account.layer(name).unwrap();
        let found = (&layer.output[..], layer.parameters(), layer.counts.connections);
        assert_eq!(found, (output, parameters, connections), "{name}");
    }
    assert_eq!((account.total.parameters(), account.total.fixed), (60_000, 840));
    assert_eq!(account.total.connections, 340_908);
    // the total that the paper has is that of 156,000 connections of C3
    assert_eq!(account.total.connections + (156_000 - 151_600), 345_308);
    let fields: Vec<_> =
        ["C1", "S2", "C3", "S4", "C5"].map(|name| field(account.layer(name).unwrap())).to_vec();
    assert_eq!(fields, [(5, 1, 0), (6, 2, 0), (14, 2, 0), (16, 4, 0), (32, 4, 0)]);
}

#[test]
fn the_small_network_of_the_courses() {
    let account = preset("cifar");
    let outputs: Vec<&[usize]> = account.layers.iter().map(|layer| &layer.output[..]).collect();
    assert_eq!(outputs, [&[12, 32, 32][..], &[12, 32, 32], &[12, 16, 16], &[10]]);
}

/// As published, in two groups; one tower with 64, 192, 384, 256, 256 maps has 61,100,840 (Krizhevsky 2014, torchvision).
#[test]
fn alexnet() {
    let account = preset("alexnet");
    assert_eq!(account.total.parameters(), 60_965_224);
    let outputs = ["conv1", "conv2", "conv3", "conv4", "conv5", "pool5"]
        .map(|name| account.layer(name).unwrap().output[1]);
    assert_eq!(outputs, [55, 27, 13, 13, 13, 6]);
    // the paper's 253,440 neurons of conv1 do not come out: 55 · 55 · 96 = 290,400; the others do
    let neurons = |name| account.layer(name).unwrap().counts.neurons;
    assert_eq!(
        ["conv1", "conv2", "conv3", "conv4", "conv5"].map(neurons),
        [290_400, 186_624, 64_896, 64_896, 43_264]
    );
    assert_eq!(field(account.layer("pool5").unwrap()), (195, 32, -64));
    let one = "input 3 224 224
        conv 64 11x11 stride 4 pad 2
        maxpool 3 stride 2
        conv 192 5x5 pad 2
        maxpool 3 stride 2
        conv 384 3x3 pad 1
        conv 256 3x3 pad 1
        conv 256 3x3 pad 1
        maxpool 3 stride 2
        avgpool adaptive 6x6
        dense 4096
        dense 4096
        dense 1000";
    assert_eq!(counted(one).total.parameters(), 61_100_840);
    // with the 224 pixels that the paper says, 54.25 + 1 outputs
    let said = counted("input 3 224 224\nconv 96 11x11 stride 4");
    let misfit = &last(&said).misfits[0];
    assert_eq!((misfit.left, misfit.dropped, last(&said).output[1]), (1, 1, 54));
    assert_eq!((&misfit.strides[..], &misfit.paddings[..]), (&[3, 71][..], &[(1, 2)][..]));
}

#[test]
fn vgg16() {
    let account = preset("vgg16");
    assert_eq!(account.total.parameters(), 138_357_544);
    assert_eq!(field(account.layer("pool5").unwrap()).0, 212);
    assert_eq!(field(account.layer("conv5-3").unwrap()), (196, 16, -90));
    assert_eq!(account.layer("pool5").unwrap().output, [512, 7, 7]);
    // 15.5 thousand million products, as profilers have it
    assert_eq!(account.total.multiply_adds, 15_470_264_320);
}

#[test]
fn resnet18() {
    let account = preset("resnet18");
    assert_eq!(account.total.parameters(), 11_689_512);
    assert_eq!(field(account.layer("conv5-2").unwrap()), (435, 32, -217));
    assert_eq!(account.layer("conv5-2").unwrap().output, [512, 7, 7]);
    let windows = |layer: &&LayerAccount| layer.text.starts_with("conv") || layer.text.starts_with("dense");
    let products =
        account.layers.iter().filter(windows).map(|layer| layer.counts.multiply_adds).sum::<u128>();
    assert_eq!(products, 1_814_073_344);
    // means and variances of batch normalisation are no parameters, as many as there are gains and shifts
    assert_eq!(account.total.fixed, 9_600);
}

/// Locally connected, tiled and shared: the number of weights that each has, held to the library's layers.
#[test]
fn without_sharing() {
    let text = |layer: &str| format!("input 2 9 8\n{layer}");
    let local = counted(&text("local 4 3x3 stride 2 pad 1"));
    let shared = counted(&text("conv 4 3x3 stride 2 pad 1"));
    let tiled = counted(&text("tiled 4 3x3 period 2x3 stride 2 pad 1"));
    assert_eq!(shared.total.parameters(), 4 * 2 * 9 + 4);
    assert_eq!(local.total.parameters(), shared.total.unshared);
    assert_eq!(local.total.unshared, 5 * 4 * 4 * (2 * 9) + 5 * 4 * 4);
    assert_eq!(tiled.total.parameters(), 6 * shared.total.parameters());
    for account in [&local, &shared, &tiled] {
        assert_eq!((account.total.dense, account.total.multiply_adds), ((2 * 72 + 1) * 80, 5 * 4 * 4 * 18));
    }
    let per_output = counted(&text("conv 4 3x3 stride 2 pad 1 bias output"));
    assert_eq!(per_output.total.biases, 80);
    let weights = ArrayD::<i64>::zeros(vec![4, 2, 3, 3]);
    let conv = Conv::new(Sliding::of(&[3, 3]).stride(2).pad(1, 1), weights).bias(&[0; 4]);
    assert_eq!(conv.connections(&[1, 2, 9, 8]).unwrap() + 80, shared.total.connections);
    let untied = conv.untied(&[1, 2, 9, 8]).unwrap();
    assert_eq!(untied.weights.len() as u128, local.total.weights);
    let tied = Conv::<faltung::scalar::Modular<7>>::new(
        Sliding::of(&[3, 3]).stride(2).pad(1, 1),
        ArrayD::from_elem(vec![4, 2, 3, 3], faltung::scalar::Semiring::one()),
    );
    let tied = tied.tied(Sharing::Tiled(vec![2, 3]), &[1, 2, 9, 8]).unwrap();
    assert_eq!(tied.weights.len() as u128, tiled.total.weights);
}

/// The shapes are those of the layers themselves.
#[test]
fn the_sizes_are_those_of_the_layers() {
    let w = |shape: &[usize]| ArrayD::<f64>::zeros(shape.to_vec());
    let sliding = |taps: &[usize]| Sliding::of(taps);
    let layers: [(&str, Box<dyn Layer<f64>>); 9] = [
        ("conv 4 3x2 stride 2 pad 1:0 groups 2", {
            let sliding = sliding(&[3, 2]).stride(2).pad(1, 0);
            Box::new(Conv::new(sliding, w(&[4, 3, 3, 2])).groups(2))
        }),
        ("depthwise 3x3 dilation 2 times 2", {
            Box::new(Conv::new(sliding(&[3, 3]).dilation(2), w(&[12, 1, 3, 3])).groups(6))
        }),
        ("conv 1 4 pad same-upper stride 3", {
            let sliding = sliding(&[4, 4]).stride(3).padding(faltung::layer::Padding::SameUpper);
            Box::new(Conv::new(sliding, w(&[1, 6, 4, 4])))
        }),
        ("transposed 5 3 stride 2 pad 1 output-padding 1", {
            Box::new(Transposed::new(sliding(&[3, 3]).stride(2).pad(1, 1), w(&[6, 5, 3, 3])).extra(&[1, 1]))
        }),
        ("maxpool 3 stride 2 ceil pad 1", {
            Box::new(Max { regions: Regions::Sliding(sliding(&[3, 3]).stride(2).pad(1, 1).ceil()) })
        }),
        (
            "avgpool 2",
            Box::new(Average { regions: Regions::Sliding(sliding(&[2, 2]).stride(2)), include_pad: false }),
        ),
        ("avgpool global", Box::new(Average { regions: Regions::Global, include_pad: false })),
        ("maxpool adaptive 4x5", Box::new(Max { regions: Regions::Adaptive(vec![4, 5]) })),
        ("upsample 2x3", Box::new(faltung::layer::Upsample { factors: vec![2, 3] })),
    ];
    for (text, layer) in layers {
        let account = counted(&format!("input 6 11 14\n{text}"));
        assert_eq!(layer.output_shape(&[1, 6, 11, 14]).unwrap()[1..], last(&account).output, "{text}");
    }
}

/// Receptive fields held to what a gradient of ones reaches, windows of every kind one behind the other.
#[test]
fn blocks_and_upsampling() {
    let account = counted(
        "input 3 32 32
         down: conv 8 3x3 stride 2 pad 1
         unet: skip
           conv 8 3x3 pad 1
           maxpool 2
           conv 16 3x3 pad 1
           transposed 8 2 stride 2
         end
         up: upsample 2
         out: conv 1 1x1",
    );
    assert_eq!(account.layer("unet").unwrap().output, [16, 16, 16]);
    assert_eq!(account.layer("out").unwrap().output, [1, 32, 32]);
    assert_eq!(account.layer("unet").unwrap().fields[0].jump, Some((2, 1)));
    assert_eq!(account.layer("up").unwrap().fields[0].jump, Some((1, 1)));
    let half = counted("input 1 8\ntransposed 1 4 stride 2 pad 1");
    assert_eq!((half.layers[0].fields[0].jump, half.layers[0].fields[0].size), (Some((1, 2)), 2));
    assert_eq!(half.layers[0].counts.connections, 30 + 16);
}

#[test]
fn the_presets_are_their_own_texts() {
    for (name, text) in PRESETS {
        let stack = Stack::preset(name).unwrap();
        assert_eq!(stack, Stack::read(text).unwrap(), "{name}");
        // nothing of a preset is left over, but where a projection of ResNet skips every second entry
        let account = stack.account().unwrap();
        let dropping = account.layers.iter().filter(|layer| layer.dropped.iter().any(|entries| *entries > 0));
        let texts: Vec<&str> = dropping.map(|layer| layer.text.as_str()).collect();
        assert_eq!(texts.len(), if name == "resnet18" { 3 } else { 0 }, "{name}");
        assert!(texts.iter().all(|text| text.ends_with("1x1 stride 2 bias no")), "{texts:?}");
    }
    assert!(Stack::preset("lenot").unwrap_err().to_string().contains("lenet"));
}
