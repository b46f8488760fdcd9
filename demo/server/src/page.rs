//! The page, from within the binary.

use axum::http::{StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::RustEmbed;

/// What Vite built; nothing, if it did not run before this program was compiled.
#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Dist;

/// Instead of the page when there is none.
const NOT_BUILT: &str = "<!doctype html><meta charset=utf-8><title>brodo</title>\
<body style='font:16px/1.5 system-ui;max-width:36em;margin:4em auto;padding:0 1em'>\
<h1>The page is not built</h1><p>The server runs, and its API answers. For the page, run \
<code>cargo xtask demo</code>, or <code>npm ci &amp;&amp; npm run build --workspace demo/web</code> \
and build the server again.</p>";

/// Serves a file of the page; every path that names no file is the page itself.
pub async fn serve(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    match Dist::get(path) {
        Some(file) if !path.is_empty() => {
            // Vite puts a hash into the name of everything in here.
            let lifetime = if path.starts_with("assets/") {
                "public, max-age=31536000, immutable"
            } else {
                "no-cache"
            };
            let headers = [
                (header::CONTENT_TYPE, content_type(path)),
                (header::CACHE_CONTROL, lifetime),
            ];
            (headers, file.data).into_response()
        }
        _ if path.starts_with("assets/") => StatusCode::NOT_FOUND.into_response(),
        _ => index(),
    }
}

fn index() -> Response {
    match Dist::get("index.html") {
        Some(file) => {
            let headers = [
                (header::CONTENT_TYPE, content_type("index.html")),
                (header::CACHE_CONTROL, "no-cache"),
            ];
            (headers, file.data).into_response()
        }
        None => (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response(),
    }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json" | "map") => "application/json",
        _ => "application/octet-stream",
    }
}
