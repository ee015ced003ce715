# title: rustc: a program of threads, maps and boxes at -O; run
# needs: rustc
# command: rustc
# shellcheck shell=bash
# A rustc that rustup manages finds its toolchain in the real home directory.
export RUSTUP_HOME=${RUSTUP_HOME:-$MATRIX_REAL_HOME/.rustup}
cat >main.rs <<'RUST'
use std::collections::{BTreeMap, HashMap};
use std::sync::{mpsc, Arc, Mutex};
use std::thread;
fn next(seed: &mut u64) -> u64 { *seed = *seed * 16807 % 2147483647; *seed }
fn churn(start: u64) -> u64 {
    let mut seed = start;
    let mut table: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for _ in 0..50000 {
        let n = next(&mut seed);
        table.entry(format!("key {}", n % 3001)).or_default().push(n % 101);
        if n % 17 == 0 { table.remove(&format!("key {}", n % 701)); }
    }
    table.iter().map(|(k, v)| k.len() as u64 * v.iter().sum::<u64>()).sum()
}
#[repr(align(128))] struct Aligned([u8; 300]);
fn main() {
    let handles: Vec<_> = (1..=8).map(|n| thread::spawn(move || churn(n))).collect();
    for handle in handles { println!("churn {}", handle.join().unwrap()); }
    let (sender, receiver) = mpsc::channel::<Box<[u8]>>();
    let producers: Vec<_> = (0..4).map(|n| { let s = sender.clone(); thread::spawn(move || for i in 0..5000usize { s.send(vec![n as u8; i % 700].into_boxed_slice()).unwrap(); }) }).collect();
    drop(sender);
    println!("received {}", receiver.iter().map(|b| b.len() + b.first().copied().unwrap_or(0) as usize).sum::<usize>());
    for p in producers { p.join().unwrap(); }
    let shared = Arc::new(Mutex::new(HashMap::new()));
    let workers: Vec<_> = (0..8u64).map(|n| { let s = shared.clone(); thread::spawn(move || for i in 0..2000 { s.lock().unwrap().insert(n * 10000 + i, format!("value {}", i)); }) }).collect();
    for w in workers { w.join().unwrap(); }
    println!("shared {}", shared.lock().unwrap().len());
    let aligned: Vec<Box<Aligned>> = (0..1000).map(|i| Box::new(Aligned([i as u8; 300]))).collect();
    println!("aligned {}", aligned.iter().all(|a| a.0.as_ptr() as usize % 128 == 0));
    let mut text = String::new();
    for i in 0..100000 { text.push_str(&i.to_string()); }
    println!("text {}", text.len());
}
RUST
rustc -O -o program main.rs
./program
