//! HTTP as plainly as it goes, on a thread of its own: what drives the load shares the processors with what is measured.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// Past this something is broken.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Connection {
    stream: BufReader<TcpStream>,
    /// What every request says.
    always: String,
}

pub struct Answer {
    headers: Vec<(String, String)>,
}

impl Connection {
    pub fn open(address: SocketAddr, token: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let always = format!("host: {address}\r\nauthorization: Bearer {token}\r\n");
        Ok(Self { stream: BufReader::new(stream), always })
    }

    /// Asks without a body: the answer, and where its body is read from.
    pub fn ask(
        &mut self,
        what: &str,
        headers: &[(&str, &str)],
    ) -> Result<(Answer, &mut BufReader<TcpStream>)> {
        let answer = self.send(what, headers, 0, |_| Ok(()))?;
        Ok((answer, &mut self.stream))
    }

    /// Asks with a body of so many bytes. The answer's is to be empty.
    pub fn send(
        &mut self,
        what: &str,
        headers: &[(&str, &str)],
        length: u64,
        body: impl FnOnce(&mut TcpStream) -> io::Result<()>,
    ) -> Result<Answer> {
        let mut head = format!("{what} HTTP/1.1\r\n{}content-length: {length}\r\n", self.always);
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let stream = self.stream.get_mut();
        let sent = stream.write_all(head.as_bytes()).and_then(|()| body(stream));
        // A server that takes no more says why.
        let answer = self.answer().with_context(|| format!("{what} is not answered"));
        sent.map_err(Into::into).and(answer)
    }

    fn answer(&mut self) -> Result<Answer> {
        let status = self.line()?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let answer = Answer { headers };
        if status.split(' ').nth(1).is_none_or(|code| !code.starts_with('2')) {
            let mut body = String::new();
            (&mut self.stream).take(answer.length()?).read_to_string(&mut body)?;
            bail!("refused: {status}: {body}");
        }
        Ok(answer)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Result<&str> {
        let found = self.headers.iter().find(|(header, _)| header == name);
        found.map(|(_, value)| value.as_str()).with_context(|| format!("no {name} in the answer"))
    }

    /// Bytes of the body.
    pub fn length(&self) -> Result<u64> {
        Ok(self.header("content-length")?.parse()?)
    }
}
