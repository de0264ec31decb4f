//! Formatting of numbers.

/// A number with thousands separators: `21,840`.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Counts of rows stop above this, to bound their cost; `MOST_COUNTED + 1` stands for any larger number.
pub const MOST_COUNTED: i64 = 10_000;

/// A count that may have hit [`MOST_COUNTED`]: `21`, `10,000+`.
pub fn capped(number: i64) -> String {
    if number > MOST_COUNTED { format!("{}+", grouped(MOST_COUNTED)) } else { grouped(number) }
}

/// Formats tenths with one decimal: 15 is `1.5`.
pub fn tenths(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}.{}", number.unsigned_abs() / 10, number.unsigned_abs() % 10)
}

#[cfg(test)]
mod tests {
    use super::{grouped, tenths};

    #[test]
    fn a_tenth_is_a_decimal() {
        assert_eq!([tenths(0), tenths(7), tenths(-15), tenths(240)], ["0.0", "0.7", "-1.5", "24.0"]);
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(-42), "-42");
        assert_eq!(grouped(i64::MIN), "-9,223,372,036,854,775,808");
    }
}
