//! `kith serve`.

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use kith_server::error::{Error, Result};
use kith_server::media::MediaConfig;
use kith_server::media::server::MediaServer;
use kith_server::open_files;
use kith_server::outgoing::Reach;
use kith_server::serve::{Config, Server};
use kith_server::tls::TlsFiles;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

#[derive(Args)]
pub struct Serve {
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

/// Serves until a signal says to stop.
pub async fn run(options: Serve) -> Result<()> {
    let Serve { listen, metrics, data, origins, webhooks_to_private, role, log, log_format, .. } = options;
    start_log(log, log_format);
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

fn start_log(filter: EnvFilter, format: LogFormat) {
    let colours = std::io::stderr().is_terminal();
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
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
