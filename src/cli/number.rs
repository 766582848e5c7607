//! A number as an argument, held against its range as it is read.

/// A finite number above 0.
pub fn positive(text: &str) -> Result<f64, String> {
    let number = text.trim().parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| "expected a number above 0, such as 0.5 or 44100".to_owned())
}

/// A whole number from 1 on.
pub fn count(text: &str) -> Result<usize, String> {
    let number = text.trim().parse().ok().filter(|number: &usize| *number > 0);
    number.ok_or_else(|| format!("expected a whole number from 1 to {}", usize::MAX))
}

/// What Rust's own parsers say of a number, and what that means.
const MEANINGS: [(&str, &str); 6] = [
    ("invalid digit found in string", "expected a whole number without a sign, such as 3"),
    ("cannot parse integer from empty string", "expected a whole number, such as 3"),
    ("number too large to fit in target type", "expected a smaller number"),
    ("number too small to fit in target type", "expected a larger number"),
    ("invalid float literal", "expected a number, such as 0.5"),
    ("cannot parse float from empty string", "expected a number, such as 0.5"),
];

/// A message about an argument, in which what was expected takes the place of what a parser of numbers said.
pub fn meant(message: &str) -> String {
    MEANINGS.iter().fold(message.to_owned(), |text, (said, meant)| text.replace(said, meant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_held_against_their_range() {
        assert_eq!((positive("44100"), positive(" 0.5"), count("3")), (Ok(44100.0), Ok(0.5), Ok(3)));
        for text in ["", "0", "-1", "nan", "inf", "1e999", "x"] {
            assert!(positive(text).is_err(), "{text}");
        }
        for text in ["", "0", "-1", "1.5", "99999999999999999999999", "x"] {
            assert!(count(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_parsers_say_has_a_meaning() {
        let all = [
            "x".parse::<u8>().unwrap_err().to_string(),
            "".parse::<u8>().unwrap_err().to_string(),
            "300".parse::<u8>().unwrap_err().to_string(),
            "-300".parse::<i8>().unwrap_err().to_string(),
            "x".parse::<f64>().unwrap_err().to_string(),
            "".parse::<f64>().unwrap_err().to_string(),
        ];
        assert!(all.iter().all(|said| meant(said).starts_with("expected ")), "{all:?}");
    }
}
