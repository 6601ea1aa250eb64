//! `ganomaly fetch`: downloads data sets from their public homes.

use crate::native::datasets::archive::Stoppable;
use crate::native::datasets::catalogue::{CATALOGUE, Checksum, Download, Known, Part, choices};
use crate::native::datasets::idx::unpack;
use crate::native::datasets::locate::data_folder;
use crate::native::files::{self, remove_unfinished};
use crate::native::terminal::{Console, Interrupt, Outcome, Stopped, sentence};
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use clap::builder::PossibleValuesParser;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Arguments of `fetch`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ganomaly fetch mnist\n  ganomaly fetch cifar10 --to data")]
pub struct FetchArgs {
    /// Data set to download
    #[arg(value_parser = PossibleValuesParser::new(choices(|known| known.name)), default_value = "mnist")]
    pub dataset: String,
    /// Folder of data sets; a folder named after the data set is made in it. Files that are there already are checked
    /// and kept [default: the user's cache folder]
    #[arg(long, visible_alias = "data", env = "GANOMALY_DATA", value_name = "DIR")]
    pub to: Option<PathBuf>,
}

/// How long a server may stay silent.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the command: sees to it that a folder of data sets holds a data set. Files that are there and right are not
/// downloaded again; a file is stored whole and checked, or not at all.
///
/// # Errors
/// No home can be reached, the files there are not those of the data set, or the folder cannot be written.
pub fn run(args: &FetchArgs, console: Console) -> Result<Outcome> {
    let known = CATALOGUE.iter().find(|known| known.name == args.dataset);
    let known = known.with_context(|| format!("there is no data set {}", args.dataset))?;
    let folder = data_folder(args.to.as_deref())?;
    let interrupt = Interrupt::listen("Stopping the download.")?;
    let Known { name, title, .. } = known;
    let (parts, homes) = match &known.download {
        Download::Files { parts, homes } => (parts, homes),
        Download::ByHand(help) => bail!("{help}"),
    };
    let inner = folder.join(name);
    // The folder itself may be meant, but the files of MNIST and Fashion-MNIST have the same names.
    let is_complete = |folder: &Path| parts.iter().all(|part| is_right(&folder.join(part.file), part));
    if let Some(folder) = [&inner, &folder].into_iter().find(|folder| is_complete(folder)) {
        console.note(format_args!(
            "{title} is complete in {}: nothing to download",
            folder.display()
        ));
        return Ok(Outcome::Done);
    }
    fs::create_dir_all(&inner).with_context(|| format!("cannot make the folder {}", inner.display()))?;
    remove_unfinished(&inner)?;
    for part in parts.iter().filter(|part| !is_right(&inner.join(part.file), part)) {
        match download(part, &inner, homes, &interrupt, console) {
            Err(error) if error.is::<Stopped>() => {
                console.warn("Stopped. Whole files are kept; run the same command again for the others.");
                return Ok(Outcome::Interrupted);
            }
            downloaded => downloaded?,
        }
    }
    console.note(format_args!(
        "{title} is complete in {}, checksums right",
        inner.display()
    ));
    Ok(Outcome::Done)
}

fn is_right(path: &Path, part: &Part) -> bool {
    path.is_file()
        && files::read_bounded(path, part.bytes * 2)
            .and_then(|bytes| check(&bytes, part))
            .is_ok()
}

fn check(bytes: &[u8], part: &Part) -> Result<()> {
    let (found, expected) = match part.checksum {
        Checksum::Packed(expected) => (files::sha256(bytes), expected),
        Checksum::Content(expected) => (files::sha256(&unpack(bytes, part.bytes)?), expected),
    };
    ensure!(found == expected, "its checksum is wrong");
    Ok(())
}

/// Downloads one file from the first home that has it.
fn download(part: &Part, folder: &Path, homes: &[&str], interrupt: &Interrupt, console: Console) -> Result<()> {
    let path = folder.join(part.file);
    let mut failures = Vec::new();
    for home in homes {
        let url = format!("{home}{}", part.file);
        console.detail(format_args!("Downloading {url}"));
        match receive(&url, part, interrupt, console) {
            Ok(bytes) => {
                files::write_atomically(&path, &bytes)?;
                console.note(format_args!("Wrote {}", path.display()));
                return Ok(());
            }
            Err(error) => {
                interrupt.check()?;
                failures.push(format!("  {url}: {}", sentence(&error)));
            }
        }
    }
    bail!(
        "{} cannot be downloaded:\n{}\nCheck the connection (a proxy is taken from HTTPS_PROXY) and try again, or get \
         the files elsewhere, put them into {} and run this command again",
        part.file,
        failures.join("\n"),
        folder.display()
    );
}

/// The checked bytes of a file, which is small enough to be held in memory.
fn receive(url: &str, part: &Part, interrupt: &Interrupt, console: Console) -> Result<Vec<u8>> {
    let config = ureq::Agent::config_builder()
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(PATIENCE))
        .timeout_per_read(Some(PATIENCE))
        .user_agent(crate::SOFTWARE.replace(' ', "/"))
        .build();
    let body = config.new_agent().get(url).call()?.into_body();
    let template = "{prefix} [{bar:24}] {bytes}/{total_bytes}, {bytes_per_sec}, {eta} left";
    let bar = console.bar(0, template).with_prefix(part.file);
    bar.set_length(body.content_length().unwrap_or(part.bytes as u64));
    let most = 2 * part.bytes;
    let reader = Stoppable(bar.wrap_read(body.into_reader()), interrupt.clone());
    let mut bytes = Vec::new();
    reader
        .take(most as u64 + 1)
        .read_to_end(&mut bytes)
        .context("the download broke off")?;
    ensure!(bytes.len() <= most, "the server sends more than the file has");
    check(&bytes, part).context("what came is not that file")?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    /// A server that answers every request with what `answer` gives for its path: a status and a body.
    fn serve(answer: impl Fn(&str) -> (&'static str, Vec<u8>) + Send + 'static) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let home = format!("http://{}/", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let request = lines.next().unwrap().unwrap();
                lines.find(|line| line.as_ref().is_ok_and(String::is_empty));
                let (status, body) = answer(request.split(' ').nth(1).unwrap_or_default());
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                stream.write_all(head.as_bytes()).unwrap();
                stream.write_all(&body).unwrap();
            }
        });
        home
    }

    fn part(content: &[u8]) -> Part {
        Part {
            file: "part.gz",
            bytes: content.len(),
            checksum: Checksum::Content(Box::leak(files::sha256(content).into_boxed_str())),
        }
    }

    fn get(part: &Part, folder: &Path, homes: &[&str], interrupt: &Interrupt) -> Result<()> {
        download(part, folder, homes, interrupt, Console::silent())
    }

    #[test]
    fn the_first_home_with_the_right_file_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let content = vec![7; 200_000];
        let part = part(&content);
        let gone = serve(|_| ("404 Not Found", b"gone".to_vec()));
        let wrong = serve(|_| ("200 OK", b"<html>log in to the hotel's network</html>".to_vec()));
        let good = serve(move |path| {
            if path == "/part.gz" {
                ("200 OK", content.clone())
            } else {
                ("404 Not Found", vec![])
            }
        });
        let homes = [gone.as_str(), &wrong, &good];
        get(&part, folder.path(), &homes, &Interrupt::default()).unwrap();
        assert!(is_right(&folder.path().join("part.gz"), &part));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn when_no_home_helps_each_is_named_and_nothing_is_stored() {
        let folder = tempfile::tempdir().unwrap();
        let part = part(&[7; 1000]);
        let endless = serve(|_| ("200 OK", vec![7; 100_000]));
        // Nobody listens on this port once the listener is dropped.
        let closed = format!(
            "http://{}/",
            TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
        );
        let error = get(&part, folder.path(), &[&endless, &closed], &Interrupt::default())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(&endless) && error.contains(&closed) && error.contains("Check the connection"),
            "{error}"
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_stopped_download_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let home = serve(|_| ("200 OK", vec![7; 1000]));
        let interrupt = Interrupt::default();
        interrupt.ask();
        let stopped = get(&part(&[7; 1000]), folder.path(), &[&home], &interrupt);
        assert!(stopped.unwrap_err().is::<Stopped>());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
