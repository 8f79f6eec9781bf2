//! Numbers of countries in at most five classes.
//!
//! In: the numbers, of which 0 is none. Out: [`Classes`]: the bounds of each, and the class of a
//! number. Up to five different numbers have a class each. Of more, each class holds about as many
//! countries as the others (quantiles): counts of briefs have a few large numbers and many small
//! ones, which equal steps would put into one class.

/// The shades of the palette.
pub(super) const MOST: usize = 5;

/// The least and the greatest number of each class, in rising order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Classes {
    pub bounds: Vec<(f64, f64)>,
    pub quantiles: bool,
}

impl Classes {
    pub fn new(values: impl Iterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = values.filter(|value| *value > 0.0).collect();
        sorted.sort_by(f64::total_cmp);
        let mut distinct = sorted.clone();
        distinct.dedup();
        if distinct.len() <= MOST {
            return Self {
                bounds: distinct.into_iter().map(|value| (value, value)).collect(),
                quantiles: false,
            };
        }
        let mut bounds: Vec<(f64, f64)> = Vec::new();
        // Equal numbers stay together: a class ends with the last of those at its mark.
        for class in 1..=MOST {
            let mark = (sorted.len() * class).div_ceil(MOST) - 1;
            let Some(end) = sorted.get(mark).copied() else {
                continue;
            };
            let after = bounds.last().map_or(0.0, |(_, last)| *last);
            if let Some(start) = distinct.iter().copied().find(|value| *value > after)
                && start <= end
            {
                bounds.push((start, end));
            }
        }
        Self {
            bounds,
            quantiles: true,
        }
    }

    /// The shade of a number, from 1 to 5; none for 0. Fewer classes take the strongest contrast:
    /// the last is always the strongest shade.
    pub fn shade(&self, value: f64) -> Option<usize> {
        let class = self
            .bounds
            .iter()
            .position(|(least, most)| (*least..=*most).contains(&value))?;
        Some(self.shade_of(class))
    }

    pub fn shade_of(&self, class: usize) -> usize {
        match self.bounds.len() {
            0 | 1 => MOST - 1,
            classes => 1 + class * (MOST - 1) / (classes - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(values: &[f64]) -> Classes {
        Classes::new(values.iter().copied())
    }

    #[test]
    fn few_numbers_have_a_class_each() {
        let classes = classes(&[3.0, 0.0, 1.0, 3.0, 9.5]);
        assert_eq!(classes.bounds, [(1.0, 1.0), (3.0, 3.0), (9.5, 9.5)]);
        assert_eq!(
            [0.0, 1.0, 3.0, 9.5].map(|value| classes.shade(value)),
            [None, Some(1), Some(3), Some(5)]
        );
        assert!(Classes::new(std::iter::empty()).bounds.is_empty());
    }

    #[test]
    fn many_numbers_are_parted_into_classes_of_like_size() {
        let classes = classes(&(1..=20).map(f64::from).collect::<Vec<_>>());
        assert_eq!(
            classes.bounds,
            [
                (1.0, 4.0),
                (5.0, 8.0),
                (9.0, 12.0),
                (13.0, 16.0),
                (17.0, 20.0)
            ]
        );
        assert_eq!(classes.shade(16.0), Some(4));
    }

    #[test]
    fn equal_numbers_are_never_parted() {
        let mut values = vec![1.0; 30];
        values.extend([2.0, 3.0, 4.0, 5.0, 6.0, 70.0]);
        let classes = classes(&values);
        assert!(values.iter().all(|value| classes.shade(*value).is_some()));
        assert_eq!(classes.bounds[0], (1.0, 1.0));
        assert_eq!(classes.bounds.last().unwrap().1, 70.0);
    }
}
