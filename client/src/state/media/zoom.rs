//! A picture one looks at closely: how large it is drawn, and what of it is in the middle.

/// In hundredths.
const MOST: i32 = 800;
const LEAST: i32 = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zoom {
    /// How large it is, in hundredths of what fits.
    pub percent: i32,
    /// How far its middle is from the window's, in pixels.
    pub x: i32,
    pub y: i32,
}

impl Default for Zoom {
    fn default() -> Self {
        Self { percent: LEAST, x: 0, y: 0 }
    }
}

impl Zoom {
    pub fn is_close(self) -> bool {
        self.percent > LEAST
    }

    /// As many hundredths of what it was. What lies at `at`, in pixels from the window's middle, stays there; `size` is the
    /// window's width and height.
    pub fn by(self, hundredths: i32, at: (i32, i32), size: (i32, i32)) -> Self {
        let percent = (self.percent * hundredths / 100).clamp(LEAST, MOST);
        let stays = |at: i32, middle: i32| at - (at - middle) * percent / self.percent;
        Self { percent, x: stays(at.0, self.x), y: stays(at.1, self.y) }.within(size)
    }

    /// Moved by so many pixels.
    pub fn moved(self, by: (i32, i32), size: (i32, i32)) -> Self {
        Self { x: self.x + by.0, y: self.y + by.1, ..self }.within(size)
    }

    /// It can't be lost from sight.
    fn within(self, (width, height): (i32, i32)) -> Self {
        let most = |length: i32| length * (self.percent - LEAST) / 200;
        let (x, y) = (most(width), most(height));
        Self { x: self.x.clamp(-x, x), y: self.y.clamp(-y, y), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: (i32, i32) = (400, 800);

    #[test]
    fn what_one_points_at_stays_where_it_is() {
        let close = Zoom::default().by(200, (100, -50), WINDOW);
        assert_eq!(close, Zoom { percent: 200, x: -100, y: 50 });
        assert_eq!(close.by(50, (100, -50), WINDOW), Zoom::default());
    }

    #[test]
    fn it_is_never_lost_from_sight_nor_too_close() {
        let close = Zoom::default().by(100_000, (0, 0), WINDOW);
        assert_eq!(close.percent, MOST);
        assert_eq!(close.moved((9_999, -9_999), WINDOW), Zoom { percent: MOST, x: 1_400, y: -2_800 });
        assert_eq!(Zoom::default().moved((50, 50), WINDOW), Zoom::default(), "what fits stays in the middle");
        assert!(!Zoom::default().by(10, (7, 7), WINDOW).is_close());
    }
}
