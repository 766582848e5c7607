//! A headless Chromium, spoken to through a pipe: the DevTools protocol, JSON documents that end in a zero byte.

use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};
use tempfile::TempDir;

/// How long any answer may take, on a machine that is busy with something else.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a browser may be called.
pub const PROGRAMS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

const FLAGS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
    "about:blank",
];

/// A browser; it ends with this value.
pub struct Browser {
    child: Child,
    commands: ChildStdin,
    messages: Receiver<Value>,
    events: Vec<Value>,
    /// Whether it answered when it was last asked.
    answers: bool,
    last: u64,
    _profile: TempDir,
}

impl Browser {
    /// The first browser of that kind in the path.
    pub fn installed() -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path)
            .flat_map(|folder| PROGRAMS.map(|name| folder.join(name)))
            .find(|program| program.is_file())
    }

    /// Starts it; in words, why it does not start.
    pub fn start(program: &Path) -> Result<Browser, String> {
        let profile = tempfile::tempdir().map_err(|e| e.to_string())?;
        // The browser reads commands from descriptor 3 and answers to descriptor 4; the shell puts our pipes there.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null"])
            .arg(program)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(FLAGS)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("a shell cannot be started: {e}"))?;
        let commands = child.stdin.take().expect("it is a pipe");
        let mut answers = BufReader::new(child.stdout.take().expect("it is a pipe"));
        let (send, messages) = channel();
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            while answers.read_until(0, &mut bytes).is_ok_and(|n| n > 0) {
                bytes.pop();
                let Ok(message) = serde_json::from_slice(&bytes) else { break };
                if send.send(message).is_err() {
                    break;
                }
                bytes.clear();
            }
        });
        let mut browser =
            Browser { child, commands, messages, events: vec![], answers: false, last: 0, _profile: profile };
        browser
            .call(None, "Browser.getVersion", json!({}))
            .map_err(|problem| format!("{} does not start here: {problem}", program.display()))?;
        Ok(browser)
    }

    fn call(&mut self, session: Option<&str>, method: &str, params: Value) -> Result<Value, String> {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        self.commands.write_all(format!("{message}\0").as_bytes()).map_err(|e| format!("{method}: {e}"))?;
        loop {
            let answer = self.receive(method)?;
            if answer["id"] == self.last {
                return match answer.get("error") {
                    Some(error) => Err(format!("{method}: {error}")),
                    None => Ok(answer["result"].clone()),
                };
            }
            self.events.push(answer);
        }
    }

    fn receive(&mut self, wanted: &str) -> Result<Value, String> {
        let message = self.messages.recv_timeout(PATIENCE);
        self.answers = message.is_ok();
        message.map_err(|e| format!("{wanted}: no answer, {e}"))
    }

    /// Opens a file in a window of its own.
    pub fn open(&mut self, file: &Path, view: &View) -> Result<Tab<'_>, String> {
        let made = self.call(None, "Target.createTarget", json!({ "url": "about:blank" }))?;
        let target = made["targetId"].as_str().unwrap_or_default().to_owned();
        let attached =
            self.call(None, "Target.attachToTarget", json!({ "targetId": target, "flatten": true }))?;
        let session = attached["sessionId"].as_str().unwrap_or_default().to_owned();
        self.events.clear();
        let mut tab = Tab { browser: self, target, session };
        for domain in ["Page", "Runtime", "Log", "Network"] {
            tab.call(&format!("{domain}.enable"), json!({}))?;
        }
        tab.call("Page.setLifecycleEventsEnabled", json!({ "enabled": true }))?;
        tab.call(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": view.width, "height": 800, "deviceScaleFactor": 1, "mobile": false }),
        )?;
        tab.scheme(false)?;
        tab.call("Emulation.setScriptExecutionDisabled", json!({ "value": !view.script }))?;
        let url = format!("file://{}", file.display());
        // what is still told of the empty page is not told of this one
        tab.browser.events.clear();
        let document = tab.call("Page.navigate", json!({ "url": url }))?;
        if let Some(problem) = document.get("errorText") {
            return Err(format!("{url}: {problem}"));
        }
        let loader = document["loaderId"].clone();
        let loaded = |event: &Value, session: &str| {
            let params = &event["params"];
            event["method"] == "Page.lifecycleEvent"
                && event["sessionId"] == session
                && params["loaderId"] == loader
                && params["name"] == "load"
        };
        while !tab.browser.events.iter().any(|event| loaded(event, &tab.session)) {
            let event = tab.browser.receive("loading")?;
            tab.browser.events.push(event);
        }
        Ok(tab)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // who does not answer is not asked, nor waited for
        if self.answers {
            let _ = self.call(None, "Browser.close", json!({}));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How a page is looked at.
pub struct View {
    pub width: u32,
    pub script: bool,
}

impl Default for View {
    fn default() -> Self {
        View { width: 1280, script: true }
    }
}

/// A page in a browser; it is closed with this value.
pub struct Tab<'a> {
    browser: &'a mut Browser,
    target: String,
    session: String,
}

impl Tab<'_> {
    fn call(&mut self, method: &str, params: Value) -> Result<Value, String> {
        self.browser.call(Some(&self.session), method, params)
    }

    /// What the reader's system prefers: dark paper or light. And nothing moves for show.
    pub fn scheme(&mut self, dark: bool) -> Result<(), String> {
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.call("Emulation.setEmulatedMedia", json!({ "features": features })).map(drop)
    }

    /// The value of an expression in the page; a promise is waited for.
    pub fn value(&mut self, expression: &str) -> Result<Value, String> {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true });
        let answer = self.call("Runtime.evaluate", params)?;
        match answer.get("exceptionDetails") {
            Some(problem) => Err(format!("{expression}: {problem}")),
            None => Ok(answer["result"]["value"].clone()),
        }
    }

    /// Presses a key and lets it go.
    pub fn press(&mut self, key: &str, code: u32) -> Result<(), String> {
        for (kind, text) in [("keyDown", true), ("keyUp", false)] {
            let mut params = json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code });
            let types = [("Enter", "\r"), (" ", " ")].into_iter().find(|(own, _)| *own == key);
            if let Some((_, typed)) = types.filter(|_| text) {
                params["text"] = typed.into();
            }
            self.call("Input.dispatchKeyEvent", params)?;
        }
        Ok(())
    }

    /// What the browser complained of, and every address but that of the page and of what the page itself contains.
    pub fn complaints(&self) -> Vec<String> {
        let told = |event: &Value| {
            let params = &event["params"];
            match event["method"].as_str()? {
                "Log.entryAdded" => Some(params["entry"]["text"].to_string()),
                "Runtime.exceptionThrown" => Some(params["exceptionDetails"].to_string()),
                "Runtime.consoleAPICalled" => Some(params["args"].to_string()),
                "Network.requestWillBeSent" if params["type"] != "Document" => {
                    let url = params["request"]["url"].as_str()?;
                    (!url.starts_with("data:")).then(|| url.to_owned())
                }
                _ => None,
            }
        };
        self.browser.events.iter().filter_map(told).collect()
    }
}

impl Drop for Tab<'_> {
    fn drop(&mut self) {
        if self.browser.answers {
            let _ = self.browser.call(None, "Target.closeTarget", json!({ "targetId": self.target }));
        }
    }
}
