//! The house rules, held: who may import whom, the size and the first line of files, names, and no orphans.
//! Each rule is a function of a path and a text, and has violations planted against it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};
use syn::{
    UseTree,
    visit::{self, Visit},
};

/// The modules from the ground up, and whom each may import.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("scalar", &[]),
    ("signal", &["scalar"]),
    ("figure", &["scalar", "signal"]),
    ("io", &["scalar", "signal"]),
    ("fourier", &["scalar", "signal"]),
    ("conv", &["scalar", "signal", "fourier"]),
    ("layer", &["scalar", "signal", "conv"]),
    ("wavelet", &["scalar", "signal", "fourier", "conv"]),
    ("expr", &[]),
    ("theorem", &["scalar", "signal", "fourier", "conv", "layer", "wavelet", "expr"]),
    ("book", &["scalar", "signal", "figure", "io", "fourier", "conv", "layer", "wavelet", "expr", "theorem"]),
    ("report", &["scalar", "signal", "figure", "io", "fourier", "conv", "layer", "expr", "theorem", "book"]),
];

/// Every path of a file that starts at the crate's root, from inside a module's `super::` chain too.
#[derive(Default)]
struct Paths {
    /// The module the file is, from the root.
    home: Vec<String>,
    /// How many inline modules deep.
    inside: Vec<String>,
    found: BTreeSet<Vec<String>>,
    /// More `super` than there are modules above.
    lost: bool,
}

impl Paths {
    fn add(&mut self, path: &[String]) {
        let mut own: Vec<String> = self.home.iter().chain(&self.inside).cloned().collect();
        let mut rest = path;
        match rest.first().map(String::as_str) {
            Some("crate" | "faltung") => (own, rest) = (vec![], &rest[1..]),
            Some("self") => rest = &rest[1..],
            Some("super") => {}
            _ => return,
        }
        while rest.first().is_some_and(|word| word == "super") {
            self.lost |= own.pop().is_none();
            rest = &rest[1..];
        }
        own.extend_from_slice(rest);
        self.found.insert(own);
    }

    fn tree(&mut self, tree: &UseTree, before: &[String]) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.tree(&path.tree, &with(&path.ident)),
            UseTree::Name(name) => self.add(&with(&name.ident)),
            UseTree::Rename(name) => self.add(&with(&name.ident)),
            UseTree::Glob(_) => self.add(before),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(tree, before)),
        }
    }
}

impl<'a> Visit<'a> for Paths {
    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        self.tree(&item.tree, &[]);
    }
    fn visit_path(&mut self, path: &'a syn::Path) {
        let words: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        self.add(&words);
        visit::visit_path(self, path);
    }
    fn visit_item_mod(&mut self, module: &'a syn::ItemMod) {
        self.inside.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.inside.pop();
    }
}

/// The module that a path under `src` is: `theorem/meaning/mod.rs` is theorem, meaning.
fn module(path: &str) -> Vec<String> {
    let words = path.trim_end_matches(".rs").split('/').filter(|word| *word != "mod" && *word != "lib");
    words.map(str::to_owned).collect()
}

fn imports(path: &str, text: &str) -> Vec<String> {
    let file = match syn::parse_file(text) {
        Ok(file) => file,
        Err(error) => return vec![format!("{path}: {error}")],
    };
    let home = module(path);
    let mut paths = Paths { home: home.clone(), ..Paths::default() };
    paths.visit_file(&file);
    let mut wrong = vec![];
    if paths.lost {
        wrong.push(format!("{path}: more `super` than there are modules above"));
    }
    let Some(floor) = home.first().filter(|own| !["main", "cli"].contains(&own.as_str())) else {
        return wrong;
    };
    let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| name == floor) else {
        wrong.push(format!("{path}: the module `{floor}` is not in the table"));
        return wrong;
    };
    for found in &paths.found {
        let Some(first) = found.first().filter(|first| *first != floor) else { continue };
        if MAY_IMPORT.iter().any(|(name, _)| name == first) && !allowed.contains(&first.as_str()) {
            wrong.push(format!("{path}: `{floor}` imports `{}`", found.join("::")));
        }
        if ["main", "cli"].contains(&first.as_str()) {
            wrong.push(format!("{path}: the library imports the door"));
        }
    }
    if path.starts_with("theorem/meaning") {
        let judge = |found: &&Vec<String>| found.iter().any(|word| word == "judge");
        wrong.extend(paths.found.iter().filter(judge).map(|_| format!("{path}: `meaning` judges")));
    }
    wrong
}

fn form(path: &str, text: &str) -> Vec<String> {
    let mut wrong = vec![];
    if text.lines().count() > 500 {
        wrong.push(format!("{path}: more than 500 lines"));
    }
    // the library opens with the README, which is its documentation
    let opens = ["//! ", "#![doc = include_str!("].iter().any(|opening| text.starts_with(opening));
    if !opens {
        wrong.push(format!("{path}: does not open with `//!`"));
    }
    let nameless = ["util", "utils", "common", "helper", "helpers", "misc"];
    if module(path).iter().any(|word| nameless.contains(&word.as_str())) {
        wrong.push(format!("{path}: a name that says nothing"));
    }
    wrong
}

/// What is wrong with the form of files, by their path.
fn forms(files: &BTreeMap<String, String>) -> Vec<String> {
    files.iter().flat_map(|(path, text)| form(path, text)).collect()
}

/// Files that no `mod` line leads to, of texts by their path under `src`.
fn orphans(files: &BTreeMap<String, String>) -> Vec<String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<String> = ["lib.rs", "main.rs"].iter().map(|s| s.to_string()).collect();
    while let Some(path) = open.pop() {
        let Some(text) = files.get(&path).filter(|_| reached.insert(path.clone())) else { continue };
        let home = match path.rsplit_once('/') {
            _ if ["lib.rs", "main.rs"].contains(&path.as_str()) => String::new(),
            Some((folder, "mod.rs")) => format!("{folder}/"),
            _ => format!("{}/", path.trim_end_matches(".rs")),
        };
        let Ok(file) = syn::parse_file(text) else { continue };
        for item in file.items {
            if let syn::Item::Mod(own) = item
                && own.content.is_none()
            {
                open.extend([format!("{home}{}.rs", own.ident), format!("{home}{}/mod.rs", own.ident)]);
            }
        }
    }
    files
        .keys()
        .filter(|path| !reached.contains(*path))
        .map(|path| format!("{path}: no `mod` leads here"))
        .collect()
}

/// Modules of a folder that import each other, in a circle, the folder's own `mod.rs` aside.
fn circles(folder: &str, files: &BTreeMap<String, String>) -> Vec<String> {
    let mut above = BTreeMap::<String, BTreeSet<String>>::new();
    for (path, text) in files {
        let home = module(path);
        let ([own, name, ..], Ok(file)) = (&home[..], syn::parse_file(text)) else { continue };
        if own == folder {
            let mut paths = Paths { home: home.clone(), ..Paths::default() };
            paths.visit_file(&file);
            let others = paths.found.iter().filter(|found| found.first() == Some(own));
            let others = others.filter_map(|found| found.get(1)).filter(|other| *other != name);
            above.entry(name.clone()).or_default().extend(others.cloned());
        }
    }
    // whatever imports nothing that is left is no part of a circle
    while let Some(free) =
        above.iter().find(|(_, others)| others.iter().all(|other| !above.contains_key(other)))
    {
        let free = free.0.clone();
        above.remove(&free);
    }
    above.into_keys().collect()
}

fn collect(folder: &Path, root: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, root, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name =
                path.strip_prefix(root).expect("under its root").to_str().expect("UTF-8").replace('\\', "/");
            files.insert(name, fs::read_to_string(&path).expect("a text"));
        }
    }
}

fn sources(folder: &str) -> BTreeMap<String, String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files = BTreeMap::new();
    collect(&root, &root, &mut files);
    files
}

#[test]
fn every_file_keeps_the_rules() {
    let files = sources("src");
    assert!(files.len() > 50, "{} files", files.len());
    let mut wrong = orphans(&files);
    for (path, text) in &files {
        wrong.extend(imports(path, text));
    }
    wrong.extend(forms(&files));
    for folder in [
        "book", "cli", "conv", "expr", "figure", "fourier", "io", "report", "scalar", "signal", "theorem",
        "wavelet",
    ] {
        let round = circles(folder, &files).into_iter();
        wrong.extend(round.map(|name| format!("{folder}/{name}.rs: imports in a circle")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_of_the_tests_has_the_form_too() {
    let files = sources("tests");
    for path in ["book.rs", "it/main.rs", "it/tidy.rs", "page/main.rs"] {
        assert!(files.contains_key(path), "{path}");
    }
    let wrong = forms(&files);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_library_lists_its_modules_from_the_ground_up() {
    let library = &sources("src")["lib.rs"];
    let file = syn::parse_file(library).expect("Rust");
    let listed: Vec<String> = file
        .items
        .iter()
        .filter_map(|item| if let syn::Item::Mod(own) = item { Some(own.ident.to_string()) } else { None })
        .collect();
    let order: Vec<&str> = MAY_IMPORT.iter().map(|(name, _)| *name).collect();
    let places: Vec<usize> = listed
        .iter()
        .map(|own| {
            order.iter().position(|name| name == own).unwrap_or_else(|| panic!("`{own}` is not in the table"))
        })
        .collect();
    assert!(places.is_sorted(), "{listed:?}");
    for (place, (name, allowed)) in MAY_IMPORT.iter().enumerate() {
        assert!(allowed.iter().all(|below| order[..place].contains(below)), "{name} imports upwards");
    }
}

#[test]
fn planted_violations_are_caught() {
    let planted = [
        ("conv/direct.rs", "use crate::theorem::prove;"),
        ("conv/direct.rs", "use crate::{scalar::Semiring, expr::{self, Op}};"),
        ("conv/direct.rs", "fn f() { let x = crate::expr::parse(\"\"); }"),
        ("conv/direct.rs", "fn f(x: &crate::book::Book) {}"),
        ("conv/direct.rs", "use super::super::expr as words;"),
        ("conv/direct.rs", "mod tests { use super::super::super::expr::*; }"),
        ("conv/direct.rs", "impl crate::report::Page for X {}"),
        ("expr/mod.rs", "use crate::scalar::Semiring;"),
        ("expr/check.rs", "pub(crate) use crate::{signal};"),
        ("figure/svg.rs", "use crate::conv::definition;"),
        ("io/mod.rs", "use crate::fourier::dft;"),
        ("scalar/mod.rs", "type X = Vec<crate::signal::Signal<u8>>;"),
        ("theorem/meaning/line.rs", "use crate::scalar::exact::{Element, judge};"),
        ("theorem/meaning/line.rs", "fn f() { crate::scalar::exact::judge::same(&a, &b); }"),
        ("theorem/truth.rs", "use faltung::book::Book;"),
        ("theorem/truth.rs", "use crate::cli::run;"),
        ("wavelet/mod.rs", "use crate::layer::Conv;"),
        ("layer/mod.rs", "use crate::wavelet::Bank;"),
        ("secret/mod.rs", "fn f() {}"),
        ("scalar/mod.rs", "use super::super::super::x;"),
        ("scalar/mod.rs", "fn ("),
    ];
    for (path, text) in planted {
        assert!(!imports(path, text).is_empty(), "{path}: {text}");
    }
    let fine = [
        (
            "conv/direct.rs",
            "use crate::{scalar::{Ring, Semiring}, signal::Signal}; use super::definition; fn f() { std::mem::swap(a, b); }",
        ),
        ("theorem/truth.rs", "use crate::scalar::exact::judge; use super::meaning;"),
        ("main.rs", "use faltung::report; mod cli;"),
    ];
    for (path, text) in fine {
        assert_eq!(imports(path, text), Vec::<String>::new());
    }
    assert_eq!(form("a/b.rs", "//! Good.\n"), Vec::<String>::new());
    assert_eq!(form("a/b.rs", "// Bad.\n").len(), 1);
    assert_eq!(form("a/b.rs", &"//! Long.\n".repeat(501)).len(), 1);
    for path in ["util.rs", "conv/common.rs", "helpers/mod.rs", "a/misc.rs"] {
        assert_eq!(form(path, "//! Good.\n").len(), 1, "{path}");
    }
    let tree = |paths: &[(&str, &str)]| paths.iter().map(|(p, t)| (p.to_string(), t.to_string())).collect();
    let whole = tree(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "mod c;"),
        ("a/c.rs", ""),
        ("b/mod.rs", "mod d;"),
        ("b/d.rs", ""),
    ]);
    assert_eq!(orphans(&whole), Vec::<String>::new());
    let tests = tree(&[
        ("book.rs", "//! Good.\n"),
        ("it/bare.rs", "mod cli;\n"),
        ("it/long.rs", &"//! Long.\n".repeat(501)),
        ("page/browser.rs", "use std::fs;\n\n//! Late.\n"),
    ]);
    let wrong = ["it/bare.rs: does not open", "it/long.rs: more than 500", "page/browser.rs: does not open"];
    let found = forms(&tests);
    assert!(found.len() == 3 && found.iter().zip(wrong).all(|(a, b)| a.starts_with(b)), "{found:?}");
    let round = tree(&[
        ("cli/mod.rs", "mod a; mod b; mod c; mod d; use a::A;"),
        ("cli/a.rs", "use super::b::{self, B};"),
        ("cli/b.rs", "fn f() { super::c::g() }"),
        ("cli/c.rs", "use super::a; use crate::cli::d::D;"),
        ("cli/d.rs", "use faltung::expr; struct D;"),
    ]);
    assert_eq!(circles("cli", &round), ["a", "b", "c"]);
    let straight = tree(&[("cli/a.rs", "use super::b;"), ("cli/b.rs", "use super::c;"), ("cli/c.rs", "")]);
    assert_eq!(circles("cli", &straight), Vec::<String>::new());
    let lost = tree(&[("lib.rs", "mod a;"), ("a.rs", "// mod c;\n"), ("a/c.rs", ""), ("b.rs", "mod b;")]);
    assert_eq!(orphans(&lost).len(), 2);
}
