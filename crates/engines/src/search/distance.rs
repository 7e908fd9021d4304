//! How many letters off a word is from another one.

/// Letters put in, left out, replaced, and neighbours swapped (optimal string alignment).
pub(super) fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    // The last three rows of the table of distances between beginnings of `a` and beginnings of `b`.
    let (mut before, mut above) = (Vec::new(), (0..=b.len()).collect::<Vec<_>>());
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let replaced = above[j] + usize::from(letter != other);
            let mut least = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == b[j - 1] && a[i - 1] == *other {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn a_swap_of_neighbours_is_one_letter_off() {
        let cases = [
            ("oak", "oak", 0),
            ("braclet", "bracelet", 1),
            ("lapm", "lamp", 1),
            ("brazzlet", "bracelet", 2),
            ("oak", "", 3),
            ("", "oak", 3),
            ("ca", "abc", 3),
        ];
        for (a, b, off) in cases {
            assert_eq!(distance(a, b), off, "{a} {b}");
        }
    }
}
