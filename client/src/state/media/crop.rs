//! The square of a picture that becomes an avatar.

/// How close one may go, in hundredths.
pub const CLOSEST: i32 = 400;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crop {
    /// Of the picture, in pixels.
    pub width: i32,
    pub height: i32,
    /// Of the square: its side and its upper left corner, in pixels of the picture.
    pub side: i32,
    pub x: i32,
    pub y: i32,
}

impl Crop {
    /// As much as fits, from the middle.
    pub fn new(width: i32, height: i32) -> Self {
        let side = width.min(height);
        Self { width, height, side, x: (width - side) / 2, y: (height - side) / 2 }
    }

    /// How close one is, in hundredths.
    pub fn percent(self) -> i32 {
        self.width.min(self.height) * 100 / self.side.max(1)
    }

    /// So close; what is in the middle stays there.
    pub fn closer(self, percent: i32) -> Self {
        let side = (self.width.min(self.height) * 100 / percent.clamp(100, CLOSEST)).max(1);
        let shift = (self.side - side) / 2;
        Self { side, x: self.x + shift, y: self.y + shift, ..self }.within()
    }

    /// The picture was drawn by so many pixels of a stage that shows the square `stage` pixels wide.
    pub fn drawn(self, (x, y): (i32, i32), stage: i32) -> Self {
        let by = |pixels: i32| pixels * self.side / stage.max(1);
        Self { x: self.x - by(x), y: self.y - by(y), ..self }.within()
    }

    fn within(self) -> Self {
        Self {
            x: self.x.clamp(0, self.width - self.side),
            y: self.y.clamp(0, self.height - self.side),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_taken_and_stays_in_the_middle_when_one_goes_closer() {
        let crop = Crop::new(600, 400);
        assert_eq!(crop, Crop { width: 600, height: 400, side: 400, x: 100, y: 0 });
        let close = crop.closer(200);
        assert_eq!((close.side, close.x, close.y, close.percent()), (200, 200, 100, 200));
        assert_eq!(close.closer(100), crop);
        assert_eq!(crop.closer(9_999).percent(), CLOSEST);
    }

    #[test]
    fn the_square_never_leaves_the_picture() {
        let crop = Crop::new(600, 400);
        assert_eq!(crop.drawn((50, 0), 200).x, 0, "a finger that goes right brings what is on the left");
        assert_eq!(crop.drawn((-999, 999), 200), Crop { x: 200, ..crop });
        assert_eq!(crop.closer(200).drawn((0, -999), 200).y, 200);
        assert_eq!(Crop::new(1, 1).closer(400), Crop::new(1, 1));
    }
}
