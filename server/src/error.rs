//! The one error type of the server, and how it becomes an answer.

use std::io;
use std::path::{Path, PathBuf};

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kith_shared::problem::{Code, Problem};

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Refused, and the asker is told why.
    #[error("{}", .code.as_str())]
    Refused { code: Code, detail: Option<String> },
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the database's tables could not be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error("a stored value could not be read: {0}")]
    Corrupt(String),
    #[error("{0}: {1}")]
    Io(String, #[source] io::Error),
    #[error("there is no database {}", .0.display())]
    NoDatabase(PathBuf),
    #[error("{} is there already: a backup is put back where nothing is", .0.display())]
    DatabaseThere(PathBuf),
    #[error("the backup is not whole: {0}")]
    BrokenBackup(String),
    #[error("the database in {} is another version's: start the server of this version on it first", .0.display())]
    OtherVersion(PathBuf),
    #[error("there is no user {0}")]
    NoSuchUser(String),
    #[error("{0} is a bot: it has a token, which its owner renews, and no password")]
    NoPassword(String),
    /// What whoever typed a command did wrong, or what is wrong with what they named: a sentence for them.
    #[error("{0}")]
    Told(String),
    /// An option that has to be given with another.
    #[error("{0} has to be given")]
    Missing(&'static str),
    #[error("--media-origin has to be an origin, such as https://media.example.org")]
    NoOrigin,
    #[error("a push could not be made: {0}")]
    Push(&'static str),
    #[error("TLS can't be had: {0}")]
    Tls(#[source] tokio_rustls::rustls::Error),
    #[error("the media storage failed: {0}")]
    Storage(#[source] object_store::Error),
    #[error("a file did not get into the object store: {0}")]
    Unsent(#[source] io::Error),
    #[error("a password could not be hashed: {0}")]
    Hash(String),
    /// The part that was to do it has ended: the server is going down.
    #[error("the server is going down")]
    GoingDown,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What is stored and told is JSON that was made here. What others send is read where it is refused.
impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Corrupt(error.to_string())
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::Refused { code, detail: None }
    }
}

impl Error {
    /// What the asker is told; the rest is for the log.
    pub fn code(&self) -> Code {
        match self {
            Self::Refused { code, .. } => *code,
            // What is out of reach now will be there again.
            Self::GoingDown | Self::Unsent(_) => Code::Busy,
            // Another writer held the database too long: nothing is broken, the next try may pass.
            Self::Database(sqlx::Error::PoolTimedOut) => Code::Busy,
            Self::Storage(object_store::Error::NotFound { .. }) => Code::FileNotFound,
            _ => Code::Internal,
        }
    }

    /// The sentence that goes with the code, if one may be told.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Refused { detail, .. } => detail.clone(),
            _ => None,
        }
    }

    /// What the system says of a file or a folder that can't be `done`: read, written, made.
    pub fn of_file(done: &str, file: &Path, error: io::Error) -> Self {
        Self::Io(format!("{} can't be {done}", file.display()), error)
    }

    pub fn refused(code: Code, detail: impl std::fmt::Display) -> Self {
        Self::Refused { code, detail: Some(detail.to_string()) }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let code = self.code();
        match &self {
            // Who is told to try again cut it off themselves, or the server says so on purpose.
            Self::Refused { .. } | Self::GoingDown => tracing::debug!(error = %self, "a request was refused"),
            failed if code.status() >= 500 => tracing::error!(error = %failed, "a request failed"),
            _ => {}
        }
        problem(&Problem::new(code, self.detail()))
    }
}

/// An RFC 9457 answer.
pub fn problem(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
    (status, content_type, serde_json::to_vec(problem).unwrap_or_default()).into_response()
}

impl From<JsonRejection> for Error {
    fn from(rejection: JsonRejection) -> Self {
        let code = match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
            _ => Code::InvalidBody,
        };
        Self::refused(code, rejection.body_text())
    }
}

impl From<QueryRejection> for Error {
    fn from(rejection: QueryRejection) -> Self {
        Self::refused(Code::InvalidQuery, rejection.body_text())
    }
}

impl From<PathRejection> for Error {
    fn from(rejection: PathRejection) -> Self {
        Self::refused(Code::InvalidQuery, rejection.body_text())
    }
}
