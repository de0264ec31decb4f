//! Orders byte strings by similarity, for a compressor that encodes short distances more cheaply.

use std::cmp::Reverse;
use std::collections::HashMap;

/// Length of a shingle in bytes.
const WINDOW: usize = 6;

/// Size of a sketch: the shingles with the smallest hashes, which are the same for the same bytes anywhere (min-wise hashing,
/// Broder 1997).
const SKETCH: usize = 96;

/// A shingle that occurs in more sketches than this says nothing about similarity.
const COMMON: usize = 4_000;

/// A permutation of the indices in which each is followed by the most similar one that is left.
pub fn order(bodies: &[&[u8]]) -> Vec<usize> {
    let mut left = Left::of(bodies);
    let mut order = Vec::with_capacity(bodies.len());
    while let Some(next) = order.last().and_then(|last| left.most_like(*last)).or_else(|| left.shortest()) {
        left.is_placed[next] = true;
        order.push(next);
    }
    order
}

/// The bodies that are not placed yet.
struct Left<'a> {
    bodies: &'a [&'a [u8]],
    sketches: Vec<Vec<u32>>,
    /// Bodies by shingle.
    having: HashMap<u32, Vec<usize>>,
    is_placed: Vec<bool>,
    /// Sorted by length, the shortest last.
    by_length: Vec<usize>,
}

impl<'a> Left<'a> {
    fn of(bodies: &'a [&'a [u8]]) -> Self {
        let sketches: Vec<Vec<u32>> = bodies.iter().map(|body| sketch(body)).collect();
        let mut having = HashMap::<u32, Vec<usize>>::new();
        for (index, sketch) in sketches.iter().enumerate() {
            for window in sketch {
                having.entry(*window).or_default().push(index);
            }
        }
        having.retain(|_, bodies| bodies.len() <= COMMON);
        let mut by_length: Vec<usize> = (0..bodies.len()).collect();
        by_length.sort_by_key(|index| Reverse((bodies[*index].len(), *index)));
        Self { bodies, sketches, having, is_placed: vec![false; bodies.len()], by_length }
    }

    fn shortest(&mut self) -> Option<usize> {
        while let Some(index) = self.by_length.pop() {
            if !self.is_placed[index] {
                return Some(index);
            }
        }
        None
    }

    /// The body with the largest share of common shingles; among equals the one closest in length.
    fn most_like(&mut self, this: usize) -> Option<usize> {
        let mut shared = HashMap::<usize, usize>::new();
        for window in &self.sketches[this] {
            let Some(bodies) = self.having.get_mut(window) else { continue };
            bodies.retain(|index| !self.is_placed[*index]);
            bodies.iter().for_each(|index| *shared.entry(*index).or_default() += 1);
        }
        let length = self.bodies[this].len();
        let nearness = |index: usize| Reverse(self.bodies[index].len().abs_diff(length));
        shared
            .into_iter()
            .map(|(index, n)| (n, nearness(index), Reverse(index)))
            .max()
            .map(|(.., Reverse(index))| index)
    }
}

fn sketch(body: &[u8]) -> Vec<u32> {
    let mut hashes: Vec<u32> = body.windows(WINDOW.min(body.len().max(1))).map(hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes.truncate(SKETCH);
    hashes
}

/// FNV-1a with a final bit mixing step.
fn hash(window: &[u8]) -> u32 {
    let hash = window.iter().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d)
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn alike_ones_stand_side_by_side_and_none_is_lost() {
        let (a, b) = ("the quick brown fox jumps over the lazy dog", "0123456789abcdefghijklmnopqrstuvwxyz");
        let words = [a.to_owned(), b.to_owned(), format!("{a}!"), format!("{b}?"), String::new(), "x".to_owned()];
        let bodies: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
        let order = order(&bodies);
        let place = |index: usize| order.iter().position(|other| *other == index).unwrap_or(usize::MAX);
        assert_eq!(place(0).abs_diff(place(2)), 1);
        assert_eq!(place(1).abs_diff(place(3)), 1);
        let mut all = order.clone();
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2, 3, 4, 5]);
    }
}
