//! The `kith` command.

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use kith_server::backup::{self, Manifest, Place};
use kith_server::error::{Error, Result};
use kith_server::export::{self, Of};
use kith_server::import::{self, Format};
use kith_server::media::MediaConfig;
use kith_server::media::server::MediaServer;
use kith_server::outgoing::Reach;
use kith_server::serve::{Config, Server};
use kith_server::tls::TlsFiles;
use kith_server::{memory, open_files};
use kith_shared::ConversationId;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Kith: a chat of your own, server and browser client in one binary.
#[derive(Parser)]
#[command(name = "kith", version, propagate_version = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server.
    ///
    /// Everything it keeps is in one folder; nothing else has to run. Open the printed address in a browser, register,
    /// and invite a friend by link. SIGINT (Ctrl C) or SIGTERM stops it gracefully: connections are told to come back,
    /// and what was taken is written.
    Serve(Box<Serve>),
    /// Copy the database and all files into a folder, while the server runs or not.
    ///
    /// Into the same folder again, only files that are new are copied. What is there holds the server's secrets: keep it
    /// as safe as the server.
    Backup(Copied),
    /// Put a backup back, where there is no database yet.
    Restore(Copied),
    /// Take out what the server has of a person, or of a conversation, as JSON and files, while the server runs or not.
    Export(Exports),
    /// Bring in people, rooms, messages and files from another chat, while the server runs or not.
    ///
    /// Again, it brings what is not here yet. Devices that are connected learn of it when they connect again. Who is new
    /// here has no password until `kith admin reset-password` gives them one.
    Import(Imports),
}

#[derive(Args)]
struct Imports {
    /// Whose export it is.
    #[arg(value_name = "FORMAT")]
    format: ImportFormat,

    /// The export: its folder, or a zip archive of it.
    #[arg(value_name = "PATH")]
    path: PathBuf,

    /// The server's folder for the database, and for files.
    #[arg(long, env = "KITH_DATA", default_value = "data", value_name = "FOLDER")]
    data: PathBuf,

    /// Where the server keeps files, where that is not in the folder: as for `kith serve`.
    #[arg(long, env = "KITH_MEDIA", value_name = "FOLDER|URL")]
    media: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum ImportFormat {
    Slack,
    Mattermost,
    Telegram,
}

impl ImportFormat {
    fn format(self) -> Format {
        match self {
            Self::Slack => Format::Slack,
            Self::Mattermost => Format::Mattermost,
            Self::Telegram => Format::Telegram,
        }
    }
}

#[derive(Args)]
struct Exports {
    #[command(flatten)]
    of: Exported,

    /// Where to put it: a folder that is empty, or not there yet.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,

    /// The server's folder for the database, and for files.
    #[arg(long, env = "KITH_DATA", default_value = "data", value_name = "FOLDER")]
    data: PathBuf,

    /// Where the server keeps files, where that is not in the folder: as for `kith serve`.
    #[arg(long, env = "KITH_MEDIA", value_name = "FOLDER|URL")]
    media: Option<String>,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Exported {
    /// Whose data: their profile, contacts, sessions, settings, and all conversations they are in.
    #[arg(long, value_name = "USERNAME")]
    user: Option<String>,

    /// Which conversation, whoever is in it.
    #[arg(long, value_name = "ID")]
    conversation: Option<ConversationId>,
}

#[derive(Args)]
struct Copied {
    /// The backup's folder.
    #[arg(value_name = "BACKUP")]
    backup: PathBuf,

    /// The server's folder for the database, and for files.
    #[arg(long, env = "KITH_DATA", default_value = "data", value_name = "FOLDER")]
    data: PathBuf,

    /// Where the server keeps files, where that is not in the folder: as for `kith serve`.
    #[arg(long, env = "KITH_MEDIA", value_name = "FOLDER|URL")]
    media: Option<String>,
}

#[derive(Args)]
struct Serve {
    /// Address and port to listen on. Port 0 takes a free one and prints it.
    #[arg(long, env = "KITH_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    listen: SocketAddr,

    /// Speak TLS, by the certificates in this file: the server's own, then those that vouch for it, in PEM. It is read again
    /// when it changes.
    #[arg(long, env = "KITH_TLS_CERT", requires = "tls_key", value_name = "FILE")]
    tls_cert: Option<PathBuf>,

    /// The key of the certificate, in PEM.
    #[arg(long, env = "KITH_TLS_KEY", requires = "tls_cert", value_name = "FILE")]
    tls_key: Option<PathBuf>,

    /// Address and port to tell Prometheus what was counted at, as /metrics, with /healthz and /readyz: a port of its own,
    /// for it is not for everybody.
    #[arg(long, env = "KITH_METRICS", value_name = "ADDRESS:PORT")]
    metrics: Option<SocketAddr>,

    /// Folder for the database, and for files. Made when there is none.
    #[arg(long, env = "KITH_DATA", default_value = "data", value_name = "FOLDER")]
    data: PathBuf,

    /// A site browsers may come from, besides the address they reach the server at: needed behind a proxy that rewrites
    /// the Host header. Repeat it, or separate several by commas.
    #[arg(long = "origin", env = "KITH_ORIGIN", value_delimiter = ',', value_name = "URL")]
    origins: Vec<String>,

    /// What to serve: all of Kith, or files alone, by signed address and without a database, for a server with this
    /// --media-key and --media.
    #[arg(long, env = "KITH_ROLE", default_value = "all", value_name = "ROLE")]
    role: Role,

    /// Where files are kept: a folder, or s3://bucket, with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and
    /// AWS_ENDPOINT in the environment. The folder `media` beside the database where it is not given.
    #[arg(long, env = "KITH_MEDIA", value_name = "FOLDER|URL")]
    media: Option<String>,

    /// A site of their own for files, such as https://media.example.org, which leads to this server, or to others with
    /// the same media and key: whatever a browser makes of a file, it has nothing of the app's.
    #[arg(long, env = "KITH_MEDIA_ORIGIN", value_name = "URL")]
    media_origin: Option<String>,

    /// The secret by which addresses of files are signed: the same for all servers of the same files. One is made up
    /// and kept in the database where it is not given.
    #[arg(long, env = "KITH_MEDIA_KEY", value_name = "SECRET", hide_env_values = true)]
    media_key: Option<String>,

    /// Let bots have messages posted to private addresses too, and browsers pushes, also over http: for a home server,
    /// whose users may reach what it reaches.
    #[arg(long, env = "KITH_WEBHOOKS_TO_PRIVATE")]
    webhooks_to_private: bool,

    /// Which pages are looked at for link previews: public ones, on the web's own ports; with `private`, also those on
    /// private addresses, for a home server, whose users may reach what it reaches; or none.
    #[arg(long, env = "KITH_LINK_PREVIEWS", default_value = "on", value_name = "WHICH")]
    link_previews: LinkPreviews,

    /// Whom operators of push services may write to when something is wrong with pushes: a mailto: or https: address,
    /// which they are told with every push. The site's own address where it is not given.
    #[arg(long, env = "KITH_PUSH_CONTACT", value_name = "ADDRESS", value_parser = push_contact)]
    push_contact: Option<String>,

    /// What to log: a level (error, warn, info, debug, trace) or tracing's filter directives.
    #[arg(long, env = "KITH_LOG", default_value = "info", value_name = "FILTER")]
    log: EnvFilter,

    /// How to log: for reading, or one JSON object a line for a log collector.
    #[arg(long, env = "KITH_LOG_FORMAT", default_value = "text", value_name = "FORMAT")]
    log_format: LogFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Role {
    All,
    Media,
}

#[derive(Clone, Copy, ValueEnum)]
enum LinkPreviews {
    On,
    Private,
    Off,
}

impl LinkPreviews {
    fn reach(self) -> Option<Reach> {
        match self {
            Self::On => Some(Reach::Public),
            Self::Private => Some(Reach::Any),
            Self::Off => None,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

/// Apple's push service takes no other.
fn push_contact(text: &str) -> Result<String, &'static str> {
    if text.starts_with("mailto:") || text.starts_with("https://") {
        Ok(text.to_owned())
    } else {
        Err("it has to begin with mailto: or https://")
    }
}

fn main() -> ExitCode {
    memory::give_back();
    let command = Cli::parse().command;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = runtime
        .map_err(|error| Error::Io("the runtime can't start".to_owned(), error))
        .and_then(|runtime| runtime.block_on(run(command)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kith: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<()> {
    match command {
        Command::Serve(options) => serve(*options).await,
        Command::Backup(Copied { backup, data, media }) => {
            let (made, copied) = backup::make(&Place { data, media }, &backup).await?;
            println!("{} in {}; {copied} files are new", counted(&made), backup.display());
            Ok(())
        }
        Command::Restore(Copied { backup, data, media }) => {
            let restored = backup::restore(&backup, &Place { data: data.clone(), media }).await?;
            println!("{} are back in {}", counted(&restored), data.display());
            Ok(())
        }
        Command::Export(options) => take_out(options).await,
        Command::Import(Imports { format, path, data, media }) => {
            let brought = import::bring(&Place { data, media }, format.format(), &path).await?;
            println!("{brought}");
            Ok(())
        }
    }
}

async fn take_out(Exports { of, folder, data, media }: Exports) -> Result<()> {
    let of = match (of.user, of.conversation) {
        (Some(user), _) => Of::User(user),
        (None, Some(conversation)) => Of::Conversation(conversation),
        (None, None) => return Err(Error::Missing("--user or --conversation")),
    };
    let made = export::make(&Place { data, media }, &of, &folder).await?;
    println!(
        "{} conversations, {} messages and {} files are in {}",
        made.conversations,
        made.messages,
        made.files,
        folder.display()
    );
    if made.missing_files > 0 {
        println!("{} files that messages name are nowhere", made.missing_files);
    }
    Ok(())
}

fn counted(Manifest { users, messages, files, bytes, .. }: &Manifest) -> String {
    format!("{users} users, {messages} messages and {files} files of {} MB", bytes.div_ceil(1_000_000))
}

async fn serve(options: Serve) -> Result<()> {
    let Serve { listen, metrics, data, origins, webhooks_to_private, role, log, log_format, .. } = options;
    let colours = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(log).with_writer(std::io::stderr).with_ansi(colours);
    match log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    open_files::allow_many();
    let stop = stop_signal()?;
    let reach = if webhooks_to_private { Reach::Any } else { Reach::Public };
    let media = MediaConfig {
        storage: options.media,
        origin: options.media_origin.map(|origin| origin.trim_end_matches('/').to_owned()),
        key: options.media_key,
        ..MediaConfig::default()
    };
    let tls = options.tls_cert.zip(options.tls_key);
    let scheme = if tls.is_some() { "https" } else { "http" };
    let tls = tls.map(|(certificates, key)| TlsFiles { certificates, key });
    if role == Role::Media {
        let server = MediaServer::start(listen, tls, &media, &data).await?;
        let address = server.address()?;
        tracing::info!(version = env!("CARGO_PKG_VERSION"), %address, "ready to serve files");
        println!("Kith is ready at {scheme}://{address}");
        server.run(stop).await;
        return Ok(());
    }
    let previews = options.link_previews.reach();
    let push_contact = options.push_contact;
    let config =
        Config { listen, tls, metrics, data: data.clone(), origins, reach, previews, push_contact, media };
    let server = Server::start(&config).await?;
    let address = server.address()?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), %address, data = %data.display(), "ready");
    if let Some(address) = server.metrics_address()? {
        tracing::info!(%address, "metrics");
    }
    println!("Kith is ready at {scheme}://{address}");
    server.run(stop).await
}

/// Resolves at the first SIGINT or SIGTERM. Set up before anything starts, so that none is missed.
fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static> {
    let listen = |kind| signal(kind).map_err(|error| Error::Io("signals can't be heard".to_owned(), error));
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
