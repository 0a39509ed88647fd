//! Many values of the same thing, told by a few.

pub struct Figures(Vec<f64>);

impl Figures {
    pub fn new(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    pub fn median(&self) -> f64 {
        self.0.get(self.0.len() / 2).copied().unwrap_or(f64::NAN)
    }

    pub fn most(&self) -> f64 {
        self.0.last().copied().unwrap_or(f64::NAN)
    }

    /// The percentage of them that are no greater.
    pub fn within(&self, most: f64) -> f64 {
        100.0 * self.0.partition_point(|value| *value <= most) as f64 / self.0.len() as f64
    }
}
