//! Multi-row statements in few sizes, so that the statement cache holds them all.

/// Largest piece: SQLite takes 32,766 parameters in one statement.
const LARGEST: usize = 512;

/// Cuts rows into pieces whose lengths are powers of two, largest first.
pub fn pieces<T>(mut rows: &[T]) -> Vec<&[T]> {
    let mut pieces = Vec::new();
    while !rows.is_empty() {
        let size = (1 << rows.len().ilog2()).min(LARGEST);
        let (piece, rest) = rows.split_at(size);
        pieces.push(piece);
        rows = rest;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::{LARGEST, pieces};

    #[test]
    fn every_row_is_in_exactly_one_piece() {
        let rows: Vec<u32> = (0..100).collect();
        let sizes: Vec<usize> = pieces(&rows).iter().map(|piece| piece.len()).collect();
        assert_eq!(sizes, [64, 32, 4]);
        assert_eq!(pieces(&rows).concat(), rows);
        assert!(pieces::<u32>(&[]).is_empty());
        assert!(pieces(&[0; 10_000]).iter().all(|piece| piece.len() <= LARGEST));
    }
}
