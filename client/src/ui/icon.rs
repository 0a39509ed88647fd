//! Icons, drawn on a 24 × 24 grid with a stroke of 2.

use kith_markup::html;
use yew::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Archive,
    Back,
    Bookmark,
    Chat,
    Check,
    Clock,
    Close,
    Copy,
    Document,
    DoubleCheck,
    Down,
    Edit,
    Forward,
    Emoji,
    Group,
    Hourglass,
    Link,
    Mic,
    Minus,
    People,
    Pause,
    Pin,
    Play,
    Plus,
    Poll,
    Reply,
    Search,
    Send,
    Settings,
    Sticker,
    Trash,
    Up,
    Warning,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Archive => "M4 5h16v4H4zM5.500 9v9a1 1 0 0 0 1 1h11a1 1 0 0 0 1-1V9M10 13h4",
            Self::Back => "M15 5l-7 7 7 7",
            Self::Bookmark => "M7 4h10a1 1 0 0 1 1 1v15l-6-4.500L6 20V5a1 1 0 0 1 1-1z",
            Self::Chat => "M7 4h10a4 4 0 0 1 4 4v5a4 4 0 0 1-4 4h-5l-5 4v-4a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4z",
            Self::Check => "M5 12.5l4.500 4.500L19 7.500",
            Self::Clock => "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 8v4.500l3 1.500",
            Self::Close => "M6 6l12 12M18 6L6 18",
            Self::Copy => {
                "M10 9h8a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-8a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1zM6 15H5V5a1 1 0 0 1 1-1h9v2"
            }
            Self::Document => "M7 3h7l5 5v12a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM14 3v5h5",
            Self::DoubleCheck => "M2 12.500l4.500 4.500L15 8M11.500 16.500l.5.500 10-9.500",
            Self::Down => "M12 5v14M6 13l6 6 6-6",
            Self::Edit => "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3",
            Self::Forward => "M14 6l6 6-6 6M20 12h-9a7 7 0 0 0-7 7",
            Self::Emoji => {
                "M12 3.500a8.500 8.500 0 1 1 0 17 8.500 8.500 0 0 1 0-17zM8.500 14a4 4 0 0 0 7 0M9 9.500v.500M15 9.500v.500"
            }
            Self::Group => {
                "M7 4h10a4 4 0 0 1 4 4v5a4 4 0 0 1-4 4h-5l-5 4v-4a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4zM12 7.500v6M9 10.500h6"
            }
            Self::Hourglass => "M7 4h10M7 20h10M8 4v3l4 5 4-5V4M8 20v-3l4-5 4 5v3",
            Self::Link => {
                "M10 14a4 4 0 0 0 5.700 0l3.100-3.100a4 4 0 0 0-5.700-5.700L12 6.300M14 10a4 4 0 0 0-5.700 0l-3.100 3.100a4 4 0 0 0 5.700 5.700l1.100-1.100"
            }
            Self::Mic => {
                "M12 4a3 3 0 0 1 3 3v4a3 3 0 0 1-6 0V7a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v3.500"
            }
            Self::Minus => "M6 12h12",
            Self::People => {
                "M9 5a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7zM2.500 20c0-3.600 2.900-5.500 6.500-5.500s6.500 1.900 6.500 5.500M16 5.300a3.500 3.500 0 0 1 0 6.400M18.500 15c1.900.8 3 2.500 3 5"
            }
            Self::Pause => "M8.500 5v14M15.500 5v14",
            Self::Pin => "M9 4h6l-1 6 3 4H7l3-4zM12 14v6",
            Self::Reply => "M10 6l-6 6 6 6M4 12h9a7 7 0 0 1 7 7",
            Self::Play => "M8 5l11 7-11 7z",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Poll => "M6 20v-9M12 20V4M18 20v-6",
            Self::Search => "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM16 16l4.500 4.500",
            Self::Settings => {
                "M4 7h9M19 7h1M16 4.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5zM4 17h1M11 17h9M8 14.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5z"
            }
            Self::Sticker => {
                "M6 4h12a2 2 0 0 1 2 2v8l-6 6H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM14 20v-4a2 2 0 0 1 2-2h4M8.500 9v.500M13.500 9v.500M8 12.500a3.500 3.500 0 0 0 5 1"
            }
            Self::Trash => "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.500 11v5M13.500 11v5",
            Self::Send | Self::Up => "M12 19V5M6 11l6-6 6 6",
            Self::Warning => "M12 4.500l8.500 15h-17zM12 10v4M12 17v.01",
        }
    }

    /// For the eye only: what it means is said in words beside it.
    pub fn draw(self) -> Html {
        html! {
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d={self.path()} /></svg>
        }
    }
}
